//! Five people who differ in what filters, orders and pages ask for. Made once; nothing changes them.

use serde_json::json;

use crate::crowd::Crowd;
use crate::outcome::Stop;
use crate::person::{address, person, set};
use crate::probe::Probe;
use crate::resource::Resource;

/// A person of the crowd: letter, first name, last name, title, active. Made in this order, which is not
/// the order of any attribute.
const PEOPLE: &[(char, &str, &str, Option<&str>, bool)] = &[
    ('c', "Carl", "Ruiz", Some("agent"), true),
    ('a', "Ana", "Novak", Some("Lead"), true),
    ('e', "Eve", "Adler", None, false),
    // Small letters, so that an order by bytes is another one than an order by letters.
    ('b', "Ben", "novarro", None, false),
    ('d', "Zoë", "O'Neil \"D\" \\", Some("Coach"), true),
];

impl Crowd {
    /// The people of the run; made at the first call.
    pub(crate) async fn of(probe: &mut Probe) -> Result<Self, Stop> {
        if let Some(made) = &probe.crowd {
            return made.clone();
        }
        let made = Self::make(probe).await;
        if !matches!(made, Err(Stop::Interrupted)) {
            probe.crowd = Some(made.clone());
        }
        made
    }

    /// The same for checks that look at them alone, by [`Self::filter`].
    pub(crate) async fn alone(probe: &mut Probe) -> Result<Self, Stop> {
        probe.stands_on("filter.sw")?;
        Self::of(probe).await
    }

    async fn make(probe: &mut Probe) -> Result<Self, Stop> {
        let mark = probe.fresh("crowd");
        let mut people = Vec::with_capacity(PEOPLE.len());
        for (letter, given, family, title, active) in PEOPLE {
            let name = format!("{mark}-{letter}");
            let mut body = person(&name);
            // The last name ends in the mark, so that a filter by it finds nobody else.
            set(
                &mut body,
                "name",
                json!({"givenName": given, "familyName": format!("{family} {mark}")}),
            );
            set(&mut body, "externalId", format!("Ext-{name}"));
            set(&mut body, "active", *active);
            if let Some(title) = title {
                set(&mut body, "title", *title);
            }
            let home = json!({"value": address(&format!("{name}-home")), "type": "home"});
            let work = json!({"value": address(&name), "type": "work", "primary": true});
            let emails = match letter {
                'a' => json!([work, home]),
                'c' => json!([home]),
                _ => json!([work]),
            };
            set(&mut body, "emails", emails);
            let answer = probe.post("/Users", &body).await?;
            let made = Resource::made("/Users", name, &answer).map_err(|stop| match stop {
                Stop::Failed(reason) => {
                    Stop::Skipped(format!("the people for it could not be made: {reason}"))
                }
                other => other,
            })?;
            people.push((*letter, made));
        }
        Ok(Self { mark, people })
    }

    /// The ids of those whose letters are named, in the order of the letters.
    pub(crate) fn ids(&self, letters: &str) -> Vec<String> {
        let person = |letter| self.people.iter().find(|(known, _)| *known == letter);
        letters.chars().filter_map(person).map(|(_, made)| made.id.clone()).collect()
    }

    /// The letters of some ids, in their order; `?` for a stranger.
    pub(crate) fn letters(&self, ids: &[String]) -> String {
        let letter = |id: &String| {
            self.people.iter().find(|(_, made)| made.id == *id).map_or('?', |(letter, _)| *letter)
        };
        ids.iter().map(letter).collect()
    }

    pub(crate) fn size(&self) -> usize {
        self.people.len()
    }

    /// A text with the mark for `{m}` and the id of `a` for `{id}`.
    pub(crate) fn fill(&self, template: &str) -> String {
        let id = self.ids("a").pop().unwrap_or_default();
        template.replace("{m}", &self.mark).replace("{id}", &id)
    }

    /// A filter that all of them fulfil, and nobody else.
    pub(crate) fn filter(&self) -> String {
        self.fill("userName sw \"{m}\"")
    }
}
