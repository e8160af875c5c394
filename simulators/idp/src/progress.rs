//! What the provider tells whoever started it, in sentences for a terminal or a log.

use std::fmt;

use crate::event::Event;
use crate::person::Manner;

/// One thing worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A server answered the connection test.
    Connected(Manner),
    /// A server does not answer, or refuses the test; it is tried again.
    Waiting {
        /// Which.
        manner: Manner,
        /// Why.
        reason: String,
    },
    /// People that the server had lost, and that are created again.
    Missing(usize),
    /// So many of so many due people have been told to the server.
    Pushed {
        /// How many.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// The server holds all people that it did not refuse.
    Populated {
        /// How many it holds.
        held: usize,
    },
    /// Something happened, and the server knows.
    Happened(Event),
    /// The server did not take a person; tried again later.
    Failed {
        /// The person's place in the directory.
        number: usize,
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected(manner) => write!(f, "the {manner} connection works"),
            Self::Waiting { manner, reason } => {
                write!(f, "the {manner} connection does not work yet: {reason}")
            }
            Self::Missing(people) => write!(f, "{people} people are gone and are created again"),
            Self::Pushed { done, total } => write!(f, "{done} of {total} people"),
            Self::Populated { held } => write!(f, "the server holds {held} people"),
            Self::Happened(event) => event.fmt(f),
            Self::Failed { number, reason } => write!(f, "person {number} was not taken: {reason}"),
        }
    }
}
