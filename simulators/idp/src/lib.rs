//! A simulated identity provider: drives a SCIM server as Okta and Entra do.
//!
//! It keeps a directory of invented people, creates those whom the server lacks, and then lives on:
//! people join, are promoted, marry, change their address, leave and come back. Two thirds of them
//! are provisioned in Okta's manner and one third in Entra's, each with the requests that the
//! vendors' own documentation and users describe; the sources stand in `okta.rs` and `entra.rs`.
//!
//! It speaks HTTP to the server and shares no code with it, so that the two cannot agree on
//! something false by construction. Everything but the network's timing follows from the seed.

mod chance;
mod client;
mod directory;
mod entra;
mod event;
mod name;
mod okta;
mod option;
mod person;
mod progress;
mod provider;
mod resource;
mod session;
mod state_file;

pub use crate::directory::{Directory, Spread};
pub use crate::event::{Event, EventKind};
pub use crate::option::{Options, Pace, Target};
pub use crate::person::{Held, HeldPerson, Manner, Person, Profile};
pub use crate::progress::Progress;
pub use crate::provider::{Provider, RunError, run};
