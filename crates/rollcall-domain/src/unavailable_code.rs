//! A customer's reasons for being unavailable, and for work after a contact.
//!
//! A code is known by its name, which never changes: history and rules of other systems go by it. One that is
//! no longer wanted is retired, and its name stays taken. A team lists the names that its agents may use.

use std::fmt;
use std::ops::RangeInclusive;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::letter::is_unreadable;
use crate::user_name::fold;

/// How long a person may stay under a code unless it says otherwise, in minutes (NICE help, "Unavailable
/// Codes").
pub const TIMEOUT_DEFAULT_MIN: i64 = 120;
/// What a code for being unavailable may say, in minutes (the same page).
pub const TIMEOUTS_MIN: RangeInclusive<i64> = 30..=720;
/// What a code for work after a contact may say, in minutes. Such work is shorter; the bounds are ours.
pub const WORK_TIMEOUTS_MIN: RangeInclusive<i64> = 1..=720;
const NAME_MAX_CHARS: usize = 100;

/// The name of a code, unique in the tenant whatever its letter case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeName(String);

/// Why a code cannot be as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCode {
    /// The name is empty, too long, or cannot be read.
    #[error("a code needs a name of 1 to 100 characters that people can read")]
    Name,
    /// The timeout is out of bounds.
    #[error("the timeout of such a code is {least} to {most} minutes")]
    Timeout {
        /// The shortest.
        least: i64,
        /// The longest.
        most: i64,
    },
}

impl CodeName {
    /// Reads a name; spaces around it do not count.
    ///
    /// # Errors
    /// [`InvalidCode::Name`].
    pub fn parse(text: &str) -> Result<Self, InvalidCode> {
        let text = text.trim();
        let sound = !text.is_empty()
            && text.chars().count() <= NAME_MAX_CHARS
            && !text.chars().any(is_unreadable);
        sound.then(|| Self(text.to_owned())).ok_or(InvalidCode::Name)
    }

    /// The name as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one name have in common.
    #[must_use]
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for CodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// When a code may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CodeKind {
    /// At any time: a reason for being unavailable.
    Unavailable,
    /// During a contact, and the work after it.
    AfterContactWork,
}

impl CodeKind {
    /// Its written form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::AfterContactWork => "afterContactWork",
        }
    }

    /// From its written form.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Unavailable, Self::AfterContactWork].into_iter().find(|kind| kind.name() == name)
    }
}

/// A code with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnavailableCode {
    /// Its name.
    pub name: CodeName,
    /// When it may be used.
    pub kind: CodeKind,
    /// How long a person may stay under it, in minutes. Then they are logged out; after a contact's work they
    /// go on with what they did before.
    pub timeout_min: i64,
    /// Whether it is no longer to be used.
    pub retired: bool,
}

impl UnavailableCode {
    /// A code of which nothing was said but its name.
    #[must_use]
    pub fn standard(name: CodeName) -> Self {
        Self { name, kind: CodeKind::Unavailable, timeout_min: TIMEOUT_DEFAULT_MIN, retired: false }
    }

    /// Checks the bounds of the timeout.
    ///
    /// # Errors
    /// [`InvalidCode::Timeout`].
    pub fn check(&self) -> Result<(), InvalidCode> {
        let bounds = match self.kind {
            CodeKind::Unavailable => TIMEOUTS_MIN,
            CodeKind::AfterContactWork => WORK_TIMEOUTS_MIN,
        };
        if bounds.contains(&self.timeout_min) {
            return Ok(());
        }
        Err(InvalidCode::Timeout { least: *bounds.start(), most: *bounds.end() })
    }

    /// The timeout.
    #[must_use]
    pub fn timeout(&self) -> SignedDuration {
        SignedDuration::from_mins(self.timeout_min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_people_can_read() {
        for good in ["Lunch", "  Lunch ", "Mittagspause (1 h)", &"x".repeat(100)] {
            assert!(CodeName::parse(good).is_ok(), "{good:?}");
        }
        for bad in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert_eq!(CodeName::parse(bad), Err(InvalidCode::Name), "{bad:?}");
        }
        assert_eq!(CodeName::parse(" LUNCH ").unwrap().key(), "lunch");
    }

    #[test]
    fn a_timeout_keeps_the_bounds_of_its_kind() {
        let check = |kind, timeout_min, good| {
            let code = UnavailableCode {
                kind,
                timeout_min,
                ..UnavailableCode::standard(CodeName::parse("Lunch").unwrap())
            };
            assert_eq!(code.check().is_ok(), good, "{code:?}");
        };
        for (timeout_min, good) in [(29, false), (30, true), (720, true), (721, false)] {
            check(CodeKind::Unavailable, timeout_min, good);
        }
        for (timeout_min, good) in [(0, false), (1, true), (720, true), (721, false)] {
            check(CodeKind::AfterContactWork, timeout_min, good);
        }
    }
}
