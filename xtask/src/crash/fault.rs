//! What a proof can find wrong, each with words that say where.

use std::fmt;

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The hub does not hold what it acknowledged.
    Lost(String),
    /// The hub or the WFM holds a person twice.
    Doubled(String),
    /// The hub or the WFM holds what nobody wrote.
    Invented(String),
    /// The WFM does not show what the hub holds.
    NotHandedOver(String),
    /// A run that nobody ended, or that ended without saying how.
    HalfRun(String),
    /// A run whose counts are not what it did.
    MiscountedRun(String),
    /// Two runs of a link with one id, or at one time.
    OverlappingRun(String),
    /// A held link that let somebody go, or is not held any more.
    LetGo(String),
    /// The WFM took one file twice.
    FileTwice(String),
    /// The WFM took an older file after a newer one.
    FileOutOfOrder(String),
    /// A file that is not whole, was refused, or lies there and should not.
    HalfFile(String),
    /// A person reads another schedule than the WFM's.
    StaleSchedule(String),
    /// A person reads an activity twice.
    DoubledActivity(String),
    /// A state that was acknowledged is not in the person's history.
    LostState(String),
    /// A history of states with a gap or an overlap.
    Gap(String),
}

impl Fault {
    /// The kind of it, as it stands in front of its words.
    pub(crate) fn kind(&self) -> &'static str {
        self.parts().0
    }

    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Lost(text) => ("lost", text),
            Self::Doubled(text) => ("doubled", text),
            Self::Invented(text) => ("invented", text),
            Self::NotHandedOver(text) => ("not handed over", text),
            Self::HalfRun(text) => ("half run", text),
            Self::MiscountedRun(text) => ("miscounted run", text),
            Self::OverlappingRun(text) => ("overlapping run", text),
            Self::LetGo(text) => ("let go", text),
            Self::FileTwice(text) => ("file applied twice", text),
            Self::FileOutOfOrder(text) => ("file out of order", text),
            Self::HalfFile(text) => ("half file", text),
            Self::StaleSchedule(text) => ("stale schedule", text),
            Self::DoubledActivity(text) => ("doubled activity", text),
            Self::LostState(text) => ("lost state", text),
            Self::Gap(text) => ("gap", text),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, text) = self.parts();
        write!(out, "{kind}: {text}")
    }
}
