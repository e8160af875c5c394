//! The take-over queue: claims on people who are not the connection's own, with both sides of each.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::{Badge, Tone};
use crate::view::shell::Shell;

/// The queue.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/take_overs.html", blocks = ["list"])]
pub struct TakeOversPage {
    /// The frame.
    pub shell: Shell,
    /// The claims, those that wait first.
    pub rows: Vec<TakeOverRow>,
}

/// One claim in the queue.
#[derive(Clone, Debug)]
pub struct TakeOverRow {
    /// Its page.
    pub href: String,
    /// The user name that is claimed.
    pub user_name: String,
    /// Who claims.
    pub connection: String,
    /// The name of the person who is there.
    pub person: String,
    /// Who manages them.
    pub manager: String,
    /// What was decided.
    pub badge: Badge,
    /// How often it was claimed.
    pub count: u64,
    /// When it was claimed last.
    pub last_asked_at: Timestamp,
}

/// One claim.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/take_over.html")]
pub struct TakeOverPage {
    /// The frame.
    pub shell: Shell,
    /// Its page.
    pub href: String,
    /// The user name that is claimed.
    pub user_name: String,
    /// Who claims.
    pub connection: String,
    /// Who claims, by id.
    pub connection_id: String,
    /// The person who is there, by id.
    pub employee_id: String,
    /// Their name.
    pub person: String,
    /// Who manages them; absent for a local person.
    pub manager: Option<String>,
    /// What was decided.
    pub badge: Badge,
    /// What stands now and what happens next, as sentences.
    pub says: String,
    /// Both sides, value by value.
    pub sides: Vec<Side>,
    /// What else the identity provider sent, as JSON.
    pub resource: String,
    /// The external id of the claim, which an approval is for.
    pub external_id: String,
    /// How often it was claimed.
    pub count: u64,
    /// When it was claimed first.
    pub asked_at: Timestamp,
    /// When it was claimed last.
    pub last_asked_at: Timestamp,
    /// What can be done now.
    pub choices: Choices,
}

/// One value on both sides.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is.
    pub field: &'static str,
    /// What is here; empty for nothing.
    pub here: String,
    /// What is claimed; empty for nothing.
    pub claimed: String,
    /// Whether they are the same.
    pub same: bool,
}

/// What an administrator can do about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choices {
    /// Approve or reject it.
    Decide,
    /// Reject it only.
    Reject,
    /// Take the decision back.
    Reopen,
}
