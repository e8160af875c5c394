//! Where people come from: the list of SCIM connections, and the form for a new one.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::Badge;
use crate::view::choice::Choice;
use crate::view::count::Count;
use crate::view::shell::Shell;

/// The list of SCIM connections.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/connections.html", blocks = ["list"])]
pub struct ConnectionsPage {
    /// The frame.
    pub shell: Shell,
    /// All of them, by name.
    pub rows: Vec<ConnectionRow>,
}

/// One SCIM connection in the list.
#[derive(Clone, Debug)]
pub struct ConnectionRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its dialect as people say it, such as "Okta" or "Microsoft Entra ID".
    pub dialect: String,
    /// Its state.
    pub badge: Badge,
    /// Tokens that work now.
    pub live_tokens: u64,
    /// When a token of it was last used.
    pub last_used: Option<Timestamp>,
    /// People that it manages.
    pub people: Count,
}

/// The form for a new SCIM connection.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/connection_new.html")]
pub struct NewConnectionPage {
    /// The frame.
    pub shell: Shell,
    /// The name that was typed.
    pub name: String,
    /// The dialect that was chosen.
    pub dialect: String,
    /// The dialects there are.
    pub dialects: Vec<Choice>,
    /// The team that was chosen.
    pub team: String,
    /// The teams that new people may begin in.
    pub teams: Vec<Choice>,
    /// What was refused and why.
    pub refusal: Option<String>,
}
