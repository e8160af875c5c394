//! Deactivating or reactivating a person who is managed here: what happens, before it does.

use askama::Template;

use super::shell::Shell;

/// The page that asks.
#[derive(Clone, Debug, Template)]
#[template(path = "status.html")]
pub struct StatusPage {
    /// The frame.
    pub shell: Shell,
    /// The user GUID.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// The agent number.
    pub agent_number: u64,
    /// Whether the person is active now.
    pub active: bool,
    /// Who alone may change it, where an identity provider manages the person.
    pub owner: Option<String>,
    /// The WFMs that have the person: acd and the unit of those who are gone.
    pub departs: Vec<(String, String)>,
    /// The WFM that would have them back: acd and the unit of those who are new.
    pub arrives: Option<(String, String)>,
    /// Whether they are logged in at the ACD.
    pub at_work: bool,
    /// Whether their calendar program reads their schedule.
    pub calendar: bool,
    /// How many access keys of theirs stop, or work again.
    pub keys: u64,
}
