//! Who stays in the WFM since departures were rejected.

use askama::Template;
use jiff::Timestamp;

use crate::view::pager::Pager;
use crate::view::shell::Shell;

/// The page of those who stay.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/kept.html", blocks = ["kept"])]
pub struct KeptPage {
    /// The frame.
    pub shell: Shell,
    /// The link's page.
    pub link_href: String,
    /// The link's name.
    pub link: String,
    /// The management unit into which they would have gone.
    pub departed_unit: String,
    /// How many stay.
    pub all: u64,
    /// Those of this page.
    pub rows: Vec<KeptRow>,
    /// The list's neighbouring pages.
    pub pager: Pager,
}

/// One who stays.
#[derive(Clone, Debug)]
pub struct KeptRow {
    /// The agent number.
    pub agent_number: u64,
    /// The name.
    pub name: String,
    /// The person's page; absent where nobody here knows the agent.
    pub href: Option<String>,
    /// Since when.
    pub since: Timestamp,
}
