//! What a child process of the demo tells its parent: lines of JSON on standard output.
//!
//! Not for people, and not an interface to build on: both ends are always of one version.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::terminal;

/// One line.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Announcement {
    /// The child answers at this address now.
    Listening(SocketAddr),
    /// So many of so many people are provisioned.
    Pushed {
        /// How many.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// All people whom the hub did not refuse are provisioned.
    Populated {
        /// How many the hub holds.
        held: usize,
    },
    /// Something happened that is worth a line on the screen.
    Note(String),
}

impl Announcement {
    /// Tells the parent.
    pub(crate) fn send(&self) {
        // Serialising these shapes cannot fail; an empty line would be skipped by the parent.
        terminal::say(serde_json::to_string(self).unwrap_or_default());
    }

    /// Reads a line; `None` for one that is not ours.
    pub(crate) fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}
