//! Logging somebody out of the ACD.

use askama::Template;

use crate::view::badge::Badge;
use crate::view::shell::Shell;

/// What logging somebody out would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "agent/log_out.html")]
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
