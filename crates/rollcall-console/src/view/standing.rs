//! Where one person stands in one target: the one line of truth per person and target.

use jiff::Timestamp;

use super::badge::{Badge, Tone};
use super::span::Span;

/// The state of one person in one downstream system.
#[derive(Clone, Debug)]
pub enum Standing {
    /// The target confirmed that it holds what we hold.
    InStep {
        /// When it confirmed.
        since: Timestamp,
        /// How long after it fell due here it was confirmed.
        after: Option<Span>,
    },
    /// A change is on its way.
    Waiting {
        /// When the change was made.
        since: Timestamp,
        /// What it waits for, as a sentence.
        why: String,
        /// Whether the target still has them, and should not.
        leaves: bool,
        /// The run by the interval that takes it, where changes do not go out at once.
        until: Option<Timestamp>,
    },
    /// A change stands still until somebody approves it.
    Held {
        /// When it was stopped.
        since: Timestamp,
        /// The rule that stopped it, as a sentence.
        why: String,
        /// The address of the held run.
        run_href: String,
    },
    /// The target has them still and keeps them as they are, because somebody rejected their departure.
    Kept {
        /// When it was rejected.
        since: Timestamp,
        /// The page that tells who is kept, and how it is lifted.
        href: String,
    },
    /// The target refused the change.
    Failed {
        /// Since when it has been failing.
        since: Timestamp,
        /// What the target said and what to do, in sentences.
        why: String,
        /// Tries so far.
        attempts: u64,
    },
    /// The person has left, and the target confirmed that it knows.
    Out {
        /// When it confirmed: the receipt.
        since: Timestamp,
        /// How long after the departure fell due here.
        after: Option<Span>,
    },
    /// The person is none of the target's business.
    NotSent {
        /// The rule that says so, as a sentence.
        why: String,
    },
}

impl Standing {
    /// The state in one or two words.
    #[must_use]
    pub fn badge(&self) -> Badge {
        match self {
            Standing::InStep { .. } => Badge::new(Tone::Ok, "In step"),
            Standing::Waiting { until: Some(_), .. } => {
                Badge::new(Tone::Waiting, "With the next run")
            }
            Standing::Waiting { .. } => Badge::new(Tone::Waiting, "On its way"),
            Standing::Held { .. } => Badge::new(Tone::Attention, "Held"),
            Standing::Kept { .. } => Badge::new(Tone::Attention, "Kept"),
            Standing::Failed { .. } => Badge::new(Tone::Failed, "Failed"),
            Standing::Out { .. } => Badge::new(Tone::Ok, "Out, confirmed"),
            Standing::NotSent { .. } => Badge::new(Tone::Neutral, "Not sent"),
        }
    }

    /// Since when, where the state has a beginning.
    #[must_use]
    pub fn since(&self) -> Option<&Timestamp> {
        match self {
            Standing::InStep { since, .. }
            | Standing::Waiting { since, .. }
            | Standing::Held { since, .. }
            | Standing::Kept { since, .. }
            | Standing::Failed { since, .. }
            | Standing::Out { since, .. } => Some(since),
            Standing::NotSent { .. } => None,
        }
    }
}
