//! Who would be put back whom an identity provider deactivated by mistake.

use askama::Template;

use crate::view::shell::Shell;

/// The page that asks.
#[derive(Clone, Debug, Template)]
#[template(path = "wfm/put_back.html")]
pub struct PutBackPage {
    /// The frame.
    pub shell: Shell,
    /// The link's page.
    pub link_href: String,
    /// Its name.
    pub link: String,
    /// People who would be active again.
    pub people: u64,
    /// The first of them: address and name.
    pub named: Vec<(String, String)>,
    /// How many are not named.
    pub more: u64,
    /// Departures that are held for another reason.
    pub others: u64,
}
