//! What the removal of a SCIM connection would do, before it is done.

use askama::Template;

use crate::view::shell::Shell;

/// The page that asks.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/removal.html")]
pub struct RemovalPage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// People who would become local.
    pub people: u64,
    /// The first of them: id and name.
    pub named: Vec<(String, String)>,
    /// How many are not named.
    pub more: u64,
    /// Its groups.
    pub groups: u64,
    /// Tokens that would stop.
    pub live_tokens: u64,
    /// Access keys and applications that would stop.
    pub live_others: u64,
}
