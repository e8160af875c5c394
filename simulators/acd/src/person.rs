//! A person at the simulated ACD: what they do next. Pure, but for chance.

use jiff::{SignedDuration, Timestamp};

use crate::chance::Chance;
use crate::hub::Activity;

/// The queues from which contacts come: key and name.
pub(crate) const QUEUES: [(&str, &str); 3] =
    [("sales", "Sales"), ("support", "Support"), ("billing", "Billing")];
/// Who forgot the time is so much behind the schedule at the most, in seconds.
const LATE_MAX_S: i64 = 240;
/// As many of a hundred people do not care for the schedule.
const STUBBORN_PERCENT: i64 = 6;

/// What a person does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    Wait,
    /// They log in.
    LogIn,
    /// They log out.
    LogOut,
    /// They become available.
    Available,
    /// They become unavailable, for a reason.
    Pause(String),
    /// They are given a contact that waited so long in a queue; without a queue, they call somebody.
    Take {
        /// Its id.
        contact: String,
        /// The place of the queue in [`QUEUES`], and how long it waited, in seconds.
        from: Option<(usize, i64)>,
    },
    /// Their contact is over.
    End(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Doing {
    Nothing,
    Paused(String),
    Waiting,
    Contact(String),
    Working,
}

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) number: i64,
    /// Where their session is; `None` while they are logged out.
    pub(crate) session: Option<String>,
    /// What they are to do.
    pub(crate) schedule: Vec<Activity>,
    /// When they do something next.
    pub(crate) next_at: Timestamp,
    doing: Doing,
    late_s: i64,
    is_stubborn: bool,
    contacts: u64,
}

impl Person {
    /// Somebody who comes to work at a moment.
    pub(crate) fn new(number: i64, comes_at: Timestamp, chance: &mut Chance) -> Self {
        Self {
            number,
            session: None,
            schedule: Vec::new(),
            next_at: comes_at,
            doing: Doing::Nothing,
            late_s: chance.between(0, LATE_MAX_S),
            is_stubborn: chance.percent(STUBBORN_PERCENT),
            contacts: 0,
        }
    }

    /// What they do now, and when they do something again.
    pub(crate) fn step(&mut self, now: Timestamp, chance: &mut Chance) -> Step {
        let (step, doing, pause_s) = self.next(now, chance);
        self.doing = doing;
        self.next_at = later(now, pause_s);
        step
    }

    /// The hub did not do what they wanted: they begin anew, a little later.
    pub(crate) fn forget(&mut self, now: Timestamp) {
        self.session = None;
        self.doing = Doing::Nothing;
        self.next_at = later(now, 15);
    }

    fn next(&mut self, now: Timestamp, chance: &mut Chance) -> (Step, Doing, i64) {
        if let Doing::Contact(contact) = &self.doing {
            return (Step::End(contact.clone()), Doing::Working, chance.between(5, 40));
        }
        let Some(wanted) = self.wanted(now) else {
            return match &self.session {
                Some(_) => (Step::LogOut, Doing::Nothing, 60),
                None => (Step::Wait, Doing::Nothing, 60),
            };
        };
        if self.session.is_none() {
            return (Step::LogIn, Doing::Nothing, chance.between(2, 8));
        }
        if wanted == "Open" {
            if self.doing == Doing::Waiting {
                self.contacts += 1;
                let contact = format!("{}-{}-{}", self.number, now.as_second(), self.contacts);
                let queue = chance.between(0, 3);
                let queue = usize::try_from(queue).unwrap_or(0);
                let from = (!chance.percent(15)).then(|| (queue, chance.between(0, 50)));
                let step = Step::Take { contact: contact.clone(), from };
                return (step, Doing::Contact(contact), chance.between(20, 200));
            }
            return (Step::Available, Doing::Waiting, chance.between(4, 60));
        }
        let paused = Doing::Paused(wanted.clone());
        let step = if self.doing == paused { Step::Wait } else { Step::Pause(wanted) };
        (step, paused, 15)
    }

    /// What they think that they are to do; `None` for going home. Who has no schedule yet is there for contacts.
    fn wanted(&self, now: Timestamp) -> Option<String> {
        if self.is_stubborn {
            return Some("Meeting".to_owned());
        }
        if self.schedule.is_empty() {
            return Some("Open".to_owned());
        }
        let thought = later(now, -self.late_s);
        let here = self.schedule.iter().filter(|one| one.from <= thought && thought < one.to);
        here.max_by_key(|one| one.from).map(|one| one.name.clone())
    }
}

pub(crate) fn later(moment: Timestamp, seconds: i64) -> Timestamp {
    moment.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// A person of a certain manner, whatever chance says.
    fn person() -> Person {
        let mut chance = Chance::new(1);
        Person { late_s: 60, is_stubborn: false, ..Person::new(7, at(0), &mut chance) }
    }

    fn activity(name: &str, from: i64, to: i64) -> Activity {
        Activity { name: name.to_owned(), from: at(from), to: at(to) }
    }

    #[test]
    fn they_follow_their_schedule_a_little_late() {
        let (mut chance, mut one) = (Chance::new(1), person());
        one.schedule = vec![activity("Open", 0, 600), activity("Lunch", 600, 1_200)];
        assert_eq!(one.step(at(60), &mut chance), Step::LogIn);
        one.session = Some("s".to_owned());
        assert_eq!(one.step(at(70), &mut chance), Step::Available);
        let Step::Take { contact, .. } = one.step(at(90), &mut chance) else {
            panic!("a contact comes");
        };
        assert!(one.next_at > at(90));
        assert_eq!(one.step(at(200), &mut chance), Step::End(contact));
        assert_eq!(one.step(at(240), &mut chance), Step::Available);
        // The lunch begins at 600, and they notice a minute later.
        assert_eq!(one.step(at(660), &mut chance), Step::Pause("Lunch".to_owned()));
        assert_eq!(one.step(at(700), &mut chance), Step::Wait);
        assert_eq!(one.step(at(1_260), &mut chance), Step::LogOut);
    }

    #[test]
    fn who_was_refused_begins_anew() {
        let (mut chance, mut one) = (Chance::new(1), person());
        one.session = Some("s".to_owned());
        one.forget(at(10));
        assert_eq!((one.session.clone(), one.next_at), (None, at(25)));
        assert_eq!(one.step(at(25), &mut chance), Step::LogIn);
    }
}
