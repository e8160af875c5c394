//! Who claims facts about a person, and who did a thing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{AdministratorId, ScimConnectionId};

/// Who claims facts about a person. Written `local` or `scim:<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Source {
    /// Rollcall itself: its administrators and its defaults.
    Local,
    /// An identity provider, through one of the tenant's SCIM connections.
    Scim(ScimConnectionId),
}

/// Who did what an audit entry tells. Written `system`, `administrator:<id>` or `scim:<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Rollcall by itself, or its operator on the command line.
    System,
    /// A person in the console.
    Administrator(AdministratorId),
    /// An identity provider.
    Scim(ScimConnectionId),
}

impl From<Source> for Actor {
    fn from(source: Source) -> Self {
        match source {
            Source::Local => Self::System,
            Source::Scim(connection) => Self::Scim(connection),
        }
    }
}

/// A written source or actor that none of ours has.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} names no source that Rollcall knows")]
pub struct UnknownSource(String);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Scim(connection) => write!(f, "scim:{connection}"),
        }
    }
}

impl FromStr for Source {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "local" => Some(Self::Local),
            Some(("scim", id)) => id.parse().ok().map(Self::Scim),
            _ => None,
        }
        .ok_or_else(|| UnknownSource(text.to_owned()))
    }
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        source.to_string()
    }
}

impl TryFrom<String> for Source {
    type Error = UnknownSource;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Administrator(id) => write!(f, "administrator:{id}"),
            Self::Scim(id) => write!(f, "scim:{id}"),
        }
    }
}

impl FromStr for Actor {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "system" => Some(Self::System),
            Some(("administrator", id)) => id.parse().ok().map(Self::Administrator),
            Some(("scim", id)) => id.parse().ok().map(Self::Scim),
            _ => None,
        }
        .ok_or_else(|| UnknownSource(text.to_owned()))
    }
}
