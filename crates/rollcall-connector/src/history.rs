//! What a connector to a system offers that keeps the history of intervals.

use rollcall_domain::interval::{Kind, Quarter};

use crate::answer::Answer;

/// Everything that there is to say of an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryFile {
    /// Of what.
    pub kind: Kind,
    /// When.
    pub quarter: Quarter,
    /// Counts the contents of this interval: a higher one is newer.
    pub revision: i64,
    /// The rows, in the form of [`rollcall_domain::interval::feed`].
    pub text: String,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryReceipt {
    /// The system holds it.
    Taken,
    /// The system holds a newer one.
    Overtaken {
        /// The revision of that one.
        revision: i64,
    },
    /// A row breaks a rule over there; nothing changed.
    Refused {
        /// Which, in the system's words.
        reason: String,
    },
}

/// A system that keeps the history of intervals.
pub trait HistoryTarget: Send + Sync {
    /// Replaces what the system holds of an interval, unless that is newer. A repeat has no further effect.
    fn put<'a>(&'a self, file: &'a HistoryFile) -> Answer<'a, HistoryReceipt>;
}
