//! What happens to people: one event at a time, chosen by chance. Pure: changes the directory and
//! tells nobody.

use std::fmt;

use crate::chance::Chance;
use crate::directory::{Directory, Spread};
use crate::name::{CAREERS, DEPARTMENTS, DOMAINS, FAMILY, next_title};
use crate::person::Person;

/// Something that happened to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Whose place in the directory.
    pub number: usize,
    /// The name as it is now.
    pub name: String,
    /// What happened.
    pub kind: EventKind,
}

/// The things that happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// New in the company.
    Joined,
    /// Another title, and perhaps another department.
    Promoted,
    /// Another last name, and perhaps another user name.
    Renamed,
    /// Another e-mail address.
    EmailChanged,
    /// Deactivated.
    Left,
    /// Activated again.
    CameBack,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            EventKind::Joined => "joined",
            EventKind::Promoted => "was promoted",
            EventKind::Renamed => "has a new name",
            EventKind::EmailChanged => "has a new e-mail address",
            EventKind::Left => "left",
            EventKind::CameBack => "came back",
        };
        write!(f, "{} {what}", self.name)
    }
}

impl Directory {
    /// Lets one thing happen. `None` where nothing can, as with nobody in the directory.
    pub fn live(&mut self, spread: Spread) -> Option<Event> {
        let kind = self.next_kind(spread);
        let number = match kind {
            EventKind::Joined => self.join(spread),
            EventKind::CameBack => self.any(spread, |person| !person.profile.active)?,
            EventKind::Promoted => self.any(spread, |person| person.profile.active)?,
            EventKind::Renamed | EventKind::EmailChanged | EventKind::Left => {
                let settled = self.settled();
                self.any(spread, |person| person.profile.active && person.number >= settled)?
            }
        };
        let mut person = self.people().get(number)?.clone();
        match kind {
            EventKind::Joined => {}
            EventKind::Promoted => promote(&mut self.chance, &mut person),
            EventKind::Renamed => self.rename(&mut person),
            EventKind::EmailChanged => self.readdress(&mut person),
            EventKind::Left => person.profile.active = false,
            EventKind::CameBack => person.profile.active = true,
        }
        let name = person.profile.display_name();
        self.put(person);
        Some(Event { number, name, kind })
    }

    /// Joins and leaves keep the size of the company about where it began. Four of a hundred are away at the most: a
    /// server that stops before a mass departure (Rollcall at one in ten within an hour) is not to take this for one.
    fn next_kind(&mut self, spread: Spread) -> EventKind {
        let (active, away) = self.count(spread);
        let lot = self.chance.below(100);
        match lot {
            0..20 if self.may_grow() => EventKind::Joined,
            50..60 => EventKind::Renamed,
            60..70 => EventKind::EmailChanged,
            70..85 if may_leave(active, away) => EventKind::Left,
            85.. if away > 0 => EventKind::CameBack,
            _ => EventKind::Promoted,
        }
    }

    /// A marriage: another last name, in half of the cases another user name as well, which is
    /// what makes servers that match by user name lose people.
    fn rename(&mut self, person: &mut Person) {
        let (family, login) = self.chance.pick(FAMILY).copied().unwrap_or_default();
        person.profile.family_name = if self.chance.percent(25) {
            let first = person.profile.family_name.split('-').next().unwrap_or_default();
            format!("{first}-{family}")
        } else {
            family.to_owned()
        };
        if self.chance.percent(50) {
            let address = self.free_address(&person.profile.given_name, login);
            self.release(&person.profile);
            person.profile.user_name.clone_from(&address);
            person.profile.email = address;
        }
    }

    fn readdress(&mut self, person: &mut Person) {
        let local = person.profile.email.split('@').next().unwrap_or_default().to_owned();
        let moved = DOMAINS
            .iter()
            .map(|domain| format!("{local}@{domain}"))
            .find(|address| self.is_free(address));
        person.profile.email = match moved {
            Some(address) => address,
            None => self.free_address(&person.profile.given_name, &local),
        };
    }
}

/// One may always be away, so that people leave small companies too.
fn may_leave(active: usize, away: usize) -> bool {
    active > 0 && (away == 0 || active >= away.saturating_add(1).saturating_mul(25))
}

fn promote(chance: &mut Chance, person: &mut Person) {
    let profile = &mut person.profile;
    match next_title(&profile.title) {
        Some(title) => title.clone_into(&mut profile.title),
        // At the top, or with a title of one's own: begins anew elsewhere.
        None => {
            let first = chance.pick(CAREERS).and_then(|steps| steps.first());
            first.copied().unwrap_or_default().clone_into(&mut profile.title);
        }
    }
    if chance.percent(30) {
        let department = chance.pick(DEPARTMENTS).copied().unwrap_or_default();
        department.clone_into(&mut profile.department);
    }
}
