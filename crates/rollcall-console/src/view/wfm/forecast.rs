//! What the next run would do, before it does.

use askama::Template;

use crate::view::shell::Shell;

/// The page of the next run.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/forecast.html")]
pub struct ForecastPage {
    /// The frame.
    pub shell: Shell,
    /// The link's page.
    pub link_href: String,
    /// The link's name.
    pub link: String,
    /// The management unit of those who depart.
    pub departed_unit: String,
    /// People who would be new.
    pub arriving: u64,
    /// People whose values would change.
    pub changing: u64,
    /// People who would be moved out.
    pub departing: u64,
    /// People who are due and already as they should be.
    pub unchanged: u64,
    /// People who are due and too many to look at here.
    pub unseen: u64,
    /// Whether the run would stop and ask.
    pub stops: bool,
    /// Whether the link is on.
    pub is_on: bool,
    /// The people, the first of them.
    pub rows: Vec<ExpectedRow>,
}

impl ForecastPage {
    /// How many people would be written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.arriving + self.changing + self.departing
    }
}

/// One person of whom something would be written.
#[derive(Clone, Debug)]
pub struct ExpectedRow {
    /// The name.
    pub name: String,
    /// The person's page.
    pub href: String,
    /// The agent number.
    pub agent_number: u64,
    /// What would be done, in a few words.
    pub what: String,
    /// Whether they would be moved out.
    pub departs: bool,
    /// Why.
    pub why: String,
}
