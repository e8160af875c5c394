//! The directory: all people, what should stand in the server and what is believed to stand there.
//! Pure: grows and changes by chance from its seed; what is done about it is the provider's work.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::name::{CAREERS, DEPARTMENTS, DOMAINS, FAMILY, GIVEN};
use crate::person::{Held, HeldPerson, Manner, Person, Profile};

/// Which manners there are servers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Two thirds Okta, one third Entra.
    Both,
    /// All in one manner.
    Only(Manner),
}

impl Spread {
    /// Whether there is a server for people of this manner.
    #[must_use]
    pub fn serves(self, manner: Manner) -> bool {
        self == Self::Both || self == Self::Only(manner)
    }

    fn manner_of(self, number: usize) -> Manner {
        match self {
            Self::Only(manner) => manner,
            Self::Both if number % 3 == 2 => Manner::Entra,
            Self::Both => Manner::Okta,
        }
    }
}

/// See [`Directory::settled`].
const SETTLED: usize = 10;
const SETTLED_FROM: usize = 50;

/// All people.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Directory {
    pub(crate) chance: Chance,
    /// How many people there were when life began.
    start: usize,
    people: Vec<Person>,
    /// User names and addresses in use, in lower case.
    #[serde(skip)]
    taken: HashSet<String>,
    /// Grows with every change; tells whether there is something to write.
    #[serde(skip)]
    revision: u64,
}

/// A directory as it stands in its file: without what can be worked out.
#[derive(Deserialize)]
struct Stored {
    chance: Chance,
    start: usize,
    people: Vec<Person>,
}

impl From<Stored> for Directory {
    fn from(stored: Stored) -> Self {
        let names = |person: &Person| {
            [person.profile.user_name.to_lowercase(), person.profile.email.to_lowercase()]
        };
        let taken = stored.people.iter().flat_map(names).collect();
        Self {
            chance: stored.chance,
            start: stored.start,
            people: stored.people,
            taken,
            revision: 0,
        }
    }
}

impl Directory {
    /// An empty directory.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            chance: Chance::new(seed),
            start: 0,
            people: Vec::new(),
            taken: HashSet::new(),
            // Not yet written, be it ever so empty.
            revision: 1,
        }
    }

    /// Adds people until there are so many. Never removes any.
    pub fn grow(&mut self, people: usize, spread: Spread) {
        while self.people.len() < people {
            self.join(spread);
        }
        self.start = self.start.max(people);
    }

    /// All people, in the order in which they came.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// What the server is believed to hold.
    #[must_use]
    pub fn held(&self) -> Vec<HeldPerson> {
        let of = |person: &Person| {
            let Held { id, profile } = person.held.clone()?;
            let (manner, external_id) = (person.manner, person.external_id.clone());
            Some(HeldPerson { manner, external_id, id, profile })
        };
        self.people.iter().filter_map(of).collect()
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Who still has to be told to the server.
    pub(crate) fn due(&self, spread: Spread) -> Vec<usize> {
        let due = |person: &&Person| spread.serves(person.manner) && person.is_due();
        self.people.iter().filter(due).map(|person| person.number).collect()
    }

    /// Notes what the server holds of a person now.
    pub(crate) fn settle(&mut self, number: usize, held: Option<Held>) {
        if let Some(person) = self.people.get_mut(number) {
            person.held = held;
            self.revision = self.revision.saturating_add(1);
        }
    }

    /// Replaces a person by a changed one.
    pub(crate) fn put(&mut self, person: Person) {
        self.revision = self.revision.saturating_add(1);
        self.taken.insert(person.profile.user_name.to_lowercase());
        self.taken.insert(person.profile.email.to_lowercase());
        if let Some(place) = self.people.get_mut(person.number) {
            *place = person;
        }
    }

    /// Someone of whom this is true, by chance.
    pub(crate) fn any(&mut self, spread: Spread, is: impl Fn(&Person) -> bool) -> Option<usize> {
        let fits = |person: &&Person| spread.serves(person.manner) && is(person);
        let lot = self.chance.below(self.people.iter().filter(fits).count());
        self.people.iter().filter(fits).nth(lot).map(|person| person.number)
    }

    /// How many are active, and how many are away.
    pub(crate) fn count(&self, spread: Spread) -> (usize, usize) {
        let mine = || self.people.iter().filter(|person| spread.serves(person.manner));
        let active = mine().filter(|person| person.profile.active).count();
        (active, mine().count().saturating_sub(active))
    }

    /// So many of the first keep their names and stay, so that whoever looks on for long finds somebody again. In a
    /// small company everything happens to everybody.
    pub(crate) fn settled(&self) -> usize {
        if self.start < SETTLED_FROM { 0 } else { SETTLED }
    }

    /// A demo that runs for weeks must not fill the disk: it doubles at most.
    pub(crate) fn may_grow(&self) -> bool {
        self.people.len() < self.start.saturating_mul(2).saturating_add(20)
    }

    /// Adds a person and says where.
    pub(crate) fn join(&mut self, spread: Spread) -> usize {
        let number = self.people.len();
        let manner = spread.manner_of(number);
        let chance = &mut self.chance;
        let (given_name, _) = chance.pick(GIVEN).copied().unwrap_or_default();
        let (family_name, login) = chance.pick(FAMILY).copied().unwrap_or_default();
        let steps = chance.pick(CAREERS).copied().unwrap_or_default();
        // Most begin at the first step; some come with experience.
        let step = if chance.percent(70) { steps.first() } else { chance.pick(steps) };
        let title = step.copied().unwrap_or_default();
        let department = chance.pick(DEPARTMENTS).copied().unwrap_or_default();
        let external_id = match manner {
            Manner::Okta => format!("00u{}", chance.letters(17)),
            Manner::Entra => chance.guid(),
        };
        let numbered = manner == Manner::Entra && chance.percent(20);
        let employee_number = 100_000_usize.saturating_add(number).to_string();
        let email = self.free_address(given_name, login);
        // Some companies' sign-in names are numbers, not addresses of the person.
        let user_name =
            if numbered { format!("u{employee_number}@example.com") } else { email.clone() };
        let profile = Profile {
            user_name,
            given_name: given_name.to_owned(),
            family_name: family_name.to_owned(),
            email,
            title: title.to_owned(),
            department: department.to_owned(),
            employee_number,
            active: true,
        };
        let person = Person { number, manner, external_id, profile, held: None };
        self.people.push(person.clone());
        self.put(person);
        number
    }

    /// An address of this name that nobody has.
    pub(crate) fn free_address(&mut self, given_name: &str, login: &str) -> String {
        let given = GIVEN.iter().find(|(name, _)| *name == given_name);
        let given = given.map_or("someone", |(_, login)| login);
        let domain = self.chance.pick(DOMAINS).copied().unwrap_or_default();
        let mut address = format!("{given}.{login}@{domain}");
        let mut count = 1_u32;
        while !self.is_free(&address) {
            count = count.saturating_add(1);
            address = format!("{given}.{login}{count}@{domain}");
        }
        address
    }

    pub(crate) fn is_free(&self, address: &str) -> bool {
        !self.taken.contains(&address.to_lowercase())
    }

    /// Gives the names of a profile back.
    pub(crate) fn release(&mut self, profile: &Profile) {
        self.taken.remove(&profile.user_name.to_lowercase());
        self.taken.remove(&profile.email.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventKind;

    #[test]
    fn a_directory_follows_from_its_seed_and_goes_on_from_its_file() {
        let mut directory = Directory::new(7);
        directory.grow(300, Spread::Both);
        let mut copy: Directory =
            serde_json::from_str(&serde_json::to_string(&directory).unwrap()).unwrap();
        for _ in 0..500 {
            assert_eq!(directory.live(Spread::Both), copy.live(Spread::Both));
        }
        assert_eq!(directory.people(), copy.people());
    }

    #[test]
    fn a_third_is_of_entra_and_names_are_unique() {
        let mut directory = Directory::new(1);
        directory.grow(3_000, Spread::Both);
        let entra = directory.people().iter().filter(|it| it.manner == Manner::Entra).count();
        assert_eq!(entra, 1_000);
        for _ in 0..2_000 {
            directory.live(Spread::Both);
        }
        let names: HashSet<String> =
            directory.people().iter().map(|it| it.profile.user_name.to_lowercase()).collect();
        assert_eq!(names.len(), directory.people().len());
    }

    #[test]
    fn everything_happens_and_the_company_keeps_its_size() {
        let mut directory = Directory::new(3);
        directory.grow(30, Spread::Only(Manner::Entra));
        let mut seen = HashSet::new();
        for _ in 0..5_000 {
            let event = directory.live(Spread::Only(Manner::Entra)).unwrap();
            seen.insert(std::mem::discriminant(&event.kind));
            if event.kind == EventKind::Left {
                assert!(!directory.people()[event.number].profile.active);
                let (active, away) = directory.count(Spread::Both);
                assert!(away == 1 || active + 1 >= 25 * away, "{active} {away}");
            }
        }
        assert_eq!(seen.len(), 6);
        let (active, away) = directory.count(Spread::Both);
        assert!(active + away <= 80 && active > 2 * away, "{active} {away}");
        assert_eq!(Directory::new(3).live(Spread::Both).map(|event| event.kind), None);
    }
}
