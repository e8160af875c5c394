//! Quarters of an hour: what people and queues did in each, as workforce management counts it.
//!
//! Pure. Quarters are those of UTC, so that each moment is in exactly one; [`day`] says which of them make up
//! a day somewhere. The public names of the columns stand in [`feed`] alone.

pub mod agent;
pub mod day;
pub mod entry;
pub mod feed;
pub mod queue;
pub mod schedule;

use jiff::Timestamp;

pub use agent::AgentTotals;
pub use day::{Day, Place};
pub use queue::QueueTotals;
pub use schedule::Progress;

/// Seconds of a quarter.
pub const QUARTER_S: i64 = 15 * 60;

/// Of what an interval tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What each person did.
    Agents,
    /// What happened in each queue.
    Queues,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Agents, Self::Queues];

    /// Its written form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Queues => "queues",
        }
    }

    /// From its written form.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A quarter of an hour of UTC, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(i64);

impl Quarter {
    /// The quarter that a moment is in. Its first moment belongs to it, its end to the next.
    #[must_use]
    pub fn of(moment: Timestamp) -> Self {
        // Rounded down, so that a fraction of a second before 1970 is in the quarter before it.
        let second = moment.as_millisecond().div_euclid(1_000);
        Self(second.div_euclid(QUARTER_S))
    }

    /// The quarter that begins at a moment; `None` when none does.
    #[must_use]
    pub fn beginning(moment: Timestamp) -> Option<Self> {
        let quarter = Self::of(moment);
        (quarter.start() == moment).then_some(quarter)
    }

    /// Its first moment.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp::from_second(self.start_s()).unwrap_or(Timestamp::MAX)
    }

    /// The first moment of the next.
    #[must_use]
    pub fn end(self) -> Timestamp {
        self.next().start()
    }

    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The one that is so many further on, or back.
    #[must_use]
    pub fn plus(self, count: i64) -> Self {
        Self(self.0.saturating_add(count))
    }

    /// How many quarters there are from another one to this.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    fn start_s(self) -> i64 {
        self.0.saturating_mul(QUARTER_S)
    }

    /// Whole seconds of a time that fall into it. Moments are rounded down to seconds first: then the parts of
    /// times that follow one another without a gap add up to the whole, to the second.
    fn seconds_of(self, from: Timestamp, to: Timestamp) -> i64 {
        let whole = |moment: Timestamp| moment.as_millisecond().div_euclid(1_000);
        let from = whole(from).max(self.start_s());
        let to = whole(to).min(self.start_s().saturating_add(QUARTER_S));
        (to - from).max(0)
    }
}

/// Quarters that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub first: Quarter,
    /// The one behind the last.
    pub end: Quarter,
}

impl Span {
    /// A single one.
    #[must_use]
    pub fn one(quarter: Quarter) -> Self {
        Self { first: quarter, end: quarter.next() }
    }

    /// Its quarters, in order.
    pub fn quarters(self) -> impl Iterator<Item = Quarter> {
        (self.first.0..self.end.0).map(Quarter)
    }

    /// Whether a quarter is one of them.
    #[must_use]
    pub fn holds(self, quarter: Quarter) -> bool {
        self.first <= quarter && quarter < self.end
    }

    /// Those of its quarters that a time touches.
    pub fn touched(self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Quarter> {
        let first = self.first.max(Quarter::of(from));
        let end = self.end.min(Quarter::of(to).next());
        (first.0..end.0).map(Quarter)
    }
}

#[cfg(test)]
mod tests;
