//! The wall: who does what at the ACD now, and since when.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::{Badge, Tone};
use crate::view::choice::Choice;
use crate::view::shell::Shell;

/// The wall.
#[derive(Clone, Debug, Template)]
#[template(path = "agent/wall.html", blocks = ["wall"])]
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
