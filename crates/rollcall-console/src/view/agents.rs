//! The wall: who does what at the ACD now, and since when.

use askama::Template;
use jiff::Timestamp;

use super::badge::{Badge, Tone};
use super::employees::Choice;
use super::shell::Shell;

/// The wall.
#[derive(Clone, Debug, Template)]
#[template(path = "agents.html", blocks = ["wall"])]
pub struct AgentsPage {
    /// The frame.
    pub shell: Shell,
    /// The team that is looked at, by its id; empty for all.
    pub team: String,
    /// All teams.
    pub teams: Vec<Choice>,
    /// People by what they do, the free ones first. Groups without people are there too.
    pub groups: Vec<AgentGroup>,
    /// People who worked here at some time and are logged out now.
    pub logged_out: u64,
    /// How many people are logged in and not shown: more than a page can hold.
    pub hidden: u64,
}

impl AgentsPage {
    /// How many people are logged in.
    #[must_use]
    pub fn present(&self) -> u64 {
        self.groups.iter().map(|group| group.count).sum()
    }
}

/// People who do the same.
#[derive(Clone, Debug)]
pub struct AgentGroup {
    /// The name of the group in addresses, such as `free`.
    pub id: &'static str,
    /// What they do, such as "Free now".
    pub name: &'static str,
    /// How it is meant.
    pub tone: Tone,
    /// How many there are.
    pub count: u64,
    /// Those who are shown, longest first.
    pub people: Vec<AgentCard>,
}

/// One person on the wall.
#[derive(Clone, Debug)]
pub struct AgentCard {
    /// The user GUID.
    pub id: String,
    /// Counts their changes.
    pub sequence: i64,
    /// First and last name.
    pub name: String,
    /// What they do, more exactly than the group says.
    pub state: Badge,
    /// Since when.
    pub since: Timestamp,
}

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

/// A time that is over.
#[derive(Clone, Debug)]
pub struct PastState {
    /// What they did.
    pub state: Badge,
    /// From.
    pub began_at: Timestamp,
    /// For how long.
    pub lasted: super::span::Span,
}

/// What logging somebody out would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "agent_log_out.html")]
pub struct LogOutPage {
    /// The frame.
    pub shell: Shell,
    /// The user GUID.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// What they do.
    pub state: Badge,
    /// Whether a contact of theirs goes on.
    pub in_contact: bool,
}
