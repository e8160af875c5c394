//! What a simulated WFM is started with. No defaults that a test would have to guess: they are
//! written here and in `CONTRACT.md`.

use std::path::PathBuf;
use std::time::Duration;

/// How the simulated WFM behaves and what it remembers.
#[derive(Debug, Clone)]
pub struct Options {
    /// The OAuth client that may fetch tokens.
    pub client_id: String,
    /// Its secret. Not a real secret: the simulator runs on loopback.
    pub client_secret: String,
    /// How long a token is good.
    pub token_lifetime: Duration,
    /// Whether `uuid` is unique within an acd. `false` also turns idempotency keys off
    /// (`CONTRACT.md` §4).
    pub unique_key: bool,
    /// How long a batch waits between applying and answering, as a remote system would.
    pub answer_delay: Duration,
    /// Where the agents are kept over a restart; `None` forgets them.
    pub state_file: Option<PathBuf>,
    /// Whether it invents shifts for its agents.
    pub shifts: bool,
    /// The source of real-time states that it knows.
    pub state_source: String,
    /// The key that this source has to show.
    pub state_key: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            client_id: "demo-client".to_owned(),
            client_secret: "demo-secret".to_owned(),
            token_lifetime: Duration::from_secs(3600),
            unique_key: true,
            answer_delay: Duration::ZERO,
            state_file: None,
            shifts: false,
            state_source: "1".to_owned(),
            state_key: "demo-key".to_owned(),
        }
    }
}
