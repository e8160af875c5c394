//! The link by which a person chooses the password of their own page, as an administrator sees it.

use askama::Template;

use crate::view::shell::Shell;

/// The link, shown once to the administrator who made it.
#[derive(Clone, Debug, Template)]
#[template(path = "people/agent_link.html")]
pub struct AgentLinkPage {
    /// The frame.
    pub shell: Shell,
    /// The user GUID.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// The whole address.
    pub address: String,
    /// Where people of this tenant sign in, whoever else has their user name.
    pub sign_in: String,
}
