//! What a simulated identity provider is started with.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Whom it serves, how many people it has and how it lives.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where people are provisioned in Okta's manner.
    pub okta: Option<Target>,
    /// Where people are provisioned in Entra's manner. A base address that ends in
    /// `?aadOptscim062020` is written to in the dialect that this flag switches on.
    pub entra: Option<Target>,
    /// How many people there are before life begins. A directory that has more keeps them.
    pub people: usize,
    /// Where the directory is kept over a restart; `None` forgets it.
    pub state_file: Option<PathBuf>,
    /// Nothing moves by itself once the people are there.
    pub still: bool,
    /// How long it is from one event to the next.
    pub pace: Pace,
    /// What names, people and events follow from.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            okta: None,
            entra: None,
            people: 200,
            state_file: None,
            still: false,
            pace: Pace::default(),
            seed: 1,
        }
    }
}

/// A SCIM server and the token for it.
#[derive(Clone)]
pub struct Target {
    /// The base address, such as `http://127.0.0.1:8080/scim/v2`.
    pub base_url: String,
    /// The bearer token.
    pub token: String,
}

impl fmt::Debug for Target {
    /// Leaves the token out: options end up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// The shortest and the longest time from one event to the next.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The shortest time.
    pub from: Duration,
    /// The longest time.
    pub to: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { from: Duration::from_secs(2), to: Duration::from_secs(6) }
    }
}
