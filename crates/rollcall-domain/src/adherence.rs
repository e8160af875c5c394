//! Whether people do what their schedule says, as the ACD sees it.
//!
//! An ACD status (a state with its unavailable code) stands for an activity of the WFM (NICE help, "Mapping ACD
//! to activities"); [`rule`] compares that with what is scheduled, and [`fold`](mod@fold) does so over a time.
//! Pure: schedules and states come from outside.

pub mod fold;
pub mod rule;
pub mod scheduled;
pub mod status;
pub mod timeline;

pub use fold::{StatusSpan, Stretch};
pub use rule::{Judged, Reason, Rules, Verdict};
pub use scheduled::{Scheduled, next_boundary};
pub use status::AcdStatus;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::letter::is_unreadable;
use crate::user_name::fold as fold_case;

const NAME_MAX_CHARS: usize = 200;

/// The name of an activity, as the WFM writes it. Two spellings in other letter case are one activity.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActivityName(String);

/// Why a text names no activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an activity has a name of 1 to 200 characters that people can read")]
pub struct InvalidActivity;

impl ActivityName {
    /// Reads a name; spaces around it do not count.
    ///
    /// # Errors
    /// [`InvalidActivity`].
    pub fn parse(text: &str) -> Result<Self, InvalidActivity> {
        let text = text.trim();
        let sound = !text.is_empty()
            && text.chars().count() <= NAME_MAX_CHARS
            && !text.chars().any(is_unreadable);
        sound.then(|| Self(text.to_owned())).ok_or(InvalidActivity)
    }

    /// The name as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one name have in common.
    #[must_use]
    pub fn key(&self) -> String {
        fold_case(&self.0)
    }
}

impl PartialEq for ActivityName {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ActivityName {}

impl fmt::Display for ActivityName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an activity asks of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ActivityKind {
    /// Open time: to be there for contacts.
    Open,
    /// Anything else at work: a break, a training.
    Closed,
    /// Not to be at work, such as on holiday. It counts as time that is not scheduled.
    Away,
}

impl ActivityKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Closed, Self::Away];

    /// Its written form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Away => "away",
        }
    }

    /// From its written form.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests;
