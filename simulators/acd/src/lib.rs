//! A simulated ACD: people of a hub log in, follow their schedules more or less, and have contacts from queues.
//! It speaks the hub's public API and knows nothing else of it. Above that, it can deliver what another system
//! counted before.

mod chance;
mod clock;
mod floor;
mod hub;
mod past;
mod person;

use std::future::Future;

use jiff::Timestamp;

pub use floor::run;
pub use hub::Failure;

/// What it is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The hub's address.
    pub base_url: String,
    /// A token with the scopes `agent-sessions`, `contact-events`, `schedules`, `history` and `history-delivery`.
    pub token: String,
    /// As many people are at work at the most.
    pub people: usize,
    /// Quarters that end before then are delivered as what another system counted; none without it.
    pub past_until: Option<Timestamp>,
    /// What chance follows from.
    pub seed: u64,
}

/// How it gets on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many people are at work.
    AtWork(usize),
    /// So many intervals of before were delivered.
    Delivered(u64),
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtWork(people) => write!(f, "{people} people are at work at the ACD"),
            Self::Delivered(count) => {
                write!(f, "{count} intervals of the days before were delivered")
            }
        }
    }
}

/// Waits for a time, unless it is to stop; tells whether it goes on.
pub(crate) async fn goes_on(
    stop: &mut (impl Future<Output = ()> + Unpin),
    pause: std::time::Duration,
) -> bool {
    tokio::select! {
        () = tokio::time::sleep(pause) => true,
        () = stop => false,
    }
}
