//! What goes with a link that is removed.

use askama::Template;

use crate::view::shell::Shell;

/// The page before a link is removed.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/removal.html")]
pub struct RemovalPage {
    /// The frame.
    pub shell: Shell,
    /// The link's page.
    pub link_href: String,
    /// The link's name.
    pub link: String,
    /// The business unit's name.
    pub business_unit: String,
    /// Where the WFM or its files are.
    pub address: String,
    /// People who wait to be sent.
    pub due: u64,
    /// Why it cannot be removed.
    pub refused: Option<String>,
}
