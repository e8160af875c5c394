//! What happened in a queue in a quarter: how many contacts came, what became of them, and how long it took.
//!
//! Everything of a contact is counted in the quarter in which it was offered, also what ended later. So counts
//! and durations of a quarter are of the same contacts, and offered = answered + abandoned + overflowed + those
//! that still wait.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What became of a contact in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It waits.
    Waiting,
    /// Whoever made it gave up.
    Abandoned,
    /// It went to another queue, or away from all.
    Overflowed,
    /// A person took it.
    Answered,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Abandoned, Self::Overflowed, Self::Answered];

    /// Its written form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Abandoned => "abandoned",
            Self::Overflowed => "overflowed",
            Self::Answered => "answered",
        }
    }

    /// From its written form.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// What is known of a contact in a queue. One account of it; [`QueueContact::merge`] says which of two counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueContact {
    /// Higher ones replace lower ones.
    pub revision: i64,
    /// When it came into the queue.
    pub offered_at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// When it left the queue, if it did.
    pub left_at: Option<Timestamp>,
    /// Whether it came from another queue.
    pub came_over: bool,
}

impl QueueContact {
    /// Of two accounts the one that counts, whichever came first: the higher revision; of the same revision, the
    /// one that says most of it, and of two that say the same, the earlier. So accounts may come in any order, and more than once.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let rank = |one: &Self| {
            let earlier = (Reverse(one.left_at), Reverse(one.offered_at));
            (one.revision, one.outcome, one.came_over, earlier)
        };
        if rank(&other) > rank(&self) { other } else { self }
    }

    /// How long it waited, in whole seconds; 0 while it waits.
    #[must_use]
    pub fn waited_s(&self) -> i64 {
        self.left_at.map_or(0, |left| seconds(self.offered_at, left))
    }
}

/// Whole seconds from one moment to another, rounded down; never negative.
#[must_use]
pub fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_millisecond() - from.as_millisecond()).max(0) / 1_000
}

/// From how long a wait on something else is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Who waited so many seconds at the most is within the service level.
    pub service_level_s: i64,
    /// Who gave up after less than so many seconds gave up shortly.
    pub short_abandon_s: i64,
}

/// A queue's quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QueueTotals {
    /// Contacts that came straight into the queue.
    pub offered: i64,
    /// Contacts that came from another queue.
    pub overflowed_in: i64,
    /// Contacts that were taken.
    pub answered: i64,
    /// Contacts whose maker gave up.
    pub abandoned: i64,
    /// Contacts that went elsewhere.
    pub overflowed_out: i64,
    /// Of the abandoned, those after a short wait.
    pub abandoned_shortly: i64,
    /// Of the answered, those within the service level.
    pub answered_in_time: i64,
    /// Of the abandoned, those within the service level.
    pub abandoned_in_time: i64,
    /// How long the answered waited, together.
    pub answered_wait_s: i64,
    /// How long the abandoned waited, together.
    pub abandoned_wait_s: i64,
    /// The longest wait of the answered.
    pub answered_longest_s: i64,
    /// The longest wait of the abandoned.
    pub abandoned_longest_s: i64,
    /// How long people had the answered, hold included.
    pub talk_s: i64,
    /// How long they worked after them.
    pub work_s: i64,
    /// How many people were there for the queue, on average. Only others tell of it; 0 where we count.
    pub members_average: i64,
    /// How long they waited for contacts, together; likewise.
    pub members_waiting_s: i64,
}

impl QueueTotals {
    /// Counts a contact, with what people had of it: seconds of contact and of work after it.
    pub fn add(&mut self, contact: &QueueContact, handled: Handled, thresholds: Thresholds) {
        let waited_s = contact.waited_s();
        let in_time = i64::from(waited_s <= thresholds.service_level_s);
        if contact.came_over {
            self.overflowed_in += 1;
        } else {
            self.offered += 1;
        }
        match contact.outcome {
            Outcome::Waiting => {}
            Outcome::Answered => {
                self.answered += 1;
                self.answered_in_time += in_time;
                self.answered_wait_s += waited_s;
                self.answered_longest_s = self.answered_longest_s.max(waited_s);
            }
            Outcome::Abandoned => {
                self.abandoned += 1;
                self.abandoned_in_time += in_time;
                self.abandoned_shortly += i64::from(waited_s < thresholds.short_abandon_s);
                self.abandoned_wait_s += waited_s;
                self.abandoned_longest_s = self.abandoned_longest_s.max(waited_s);
            }
            Outcome::Overflowed => self.overflowed_out += 1,
        }
        self.talk_s += handled.talk_s;
        self.work_s += handled.work_s;
    }

    /// Whether there was nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Both together: for the sum of a day, or of queues.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            offered: self.offered + other.offered,
            overflowed_in: self.overflowed_in + other.overflowed_in,
            answered: self.answered + other.answered,
            abandoned: self.abandoned + other.abandoned,
            overflowed_out: self.overflowed_out + other.overflowed_out,
            abandoned_shortly: self.abandoned_shortly + other.abandoned_shortly,
            answered_in_time: self.answered_in_time + other.answered_in_time,
            abandoned_in_time: self.abandoned_in_time + other.abandoned_in_time,
            answered_wait_s: self.answered_wait_s + other.answered_wait_s,
            abandoned_wait_s: self.abandoned_wait_s + other.abandoned_wait_s,
            answered_longest_s: self.answered_longest_s.max(other.answered_longest_s),
            abandoned_longest_s: self.abandoned_longest_s.max(other.abandoned_longest_s),
            talk_s: self.talk_s + other.talk_s,
            work_s: self.work_s + other.work_s,
            // Averages have no sum.
            members_average: self.members_average.max(other.members_average),
            members_waiting_s: self.members_waiting_s + other.members_waiting_s,
        }
    }

    /// The average handling time of the answered, in seconds; `None` when none was.
    #[must_use]
    pub fn average_handling_s(&self) -> Option<i64> {
        (self.talk_s + self.work_s).checked_div(self.answered)
    }
}

/// What people had of a contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handled {
    /// Seconds of contact.
    pub talk_s: i64,
    /// Seconds of work after it.
    pub work_s: i64,
}
