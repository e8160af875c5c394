//! What one person does at the ACD, as their page shows it.

use jiff::Timestamp;

use crate::view::agent_state::PastState;
use crate::view::badge::Badge;

/// One person at the ACD, on their own page.
#[derive(Clone, Debug, Default)]
pub struct AtAcd {
    /// What they do.
    pub state: Badge,
    /// Since when; absent for somebody who never logged in.
    pub since: Option<Timestamp>,
    /// When it ends by itself, and what happens then.
    pub due: Option<(Timestamp, String)>,
    /// What they do when their contacts are over.
    pub next: Option<String>,
    /// Where an administrator logs them out; absent when they are.
    pub log_out_href: Option<String>,
    /// What they did in the last 24 hours, newest first.
    pub past: Vec<PastState>,
}
