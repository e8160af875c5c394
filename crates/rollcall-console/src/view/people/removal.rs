//! The removal of a team or a role: what it would do, or what stands in its way.

use askama::Template;

use crate::view::shell::Shell;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "people/removal.html")]
pub struct RemovalPage {
    /// The frame.
    pub shell: Shell,
    /// What it is.
    pub kind: Removable,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What stands in the way; nothing where it can be removed.
    pub hindrances: Vec<HindranceRow>,
}

/// What can be removed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removable {
    /// A team.
    Team,
    /// A role.
    Role,
}

impl Removable {
    /// The path of the list, to which an id can be added.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Team => "/teams",
            Self::Role => "/roles",
        }
    }

    /// What the list is called.
    #[must_use]
    pub fn list(self) -> &'static str {
        match self {
            Self::Team => "Teams",
            Self::Role => "Roles",
        }
    }

    /// The word within a sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Role => "role",
        }
    }
}

/// One thing in the way.
#[derive(Clone, Debug)]
pub struct HindranceRow {
    /// What it is, as sentences.
    pub says: String,
    /// Where it can be seen or ended: the address, and what the link says.
    pub way_on: Option<(String, String)>,
}
