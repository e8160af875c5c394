//! One SCIM connection: what to enter at the identity provider, its tokens, and how it fares.

use askama::Template;
use jiff::Timestamp;

use super::token::TokenRow;
use super::way::Ways;
use crate::view::badge::Badge;
use crate::view::choice::Choice;
use crate::view::count::Count;
use crate::view::shell::Shell;

/// One SCIM connection's page.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/connection.html", blocks = ["facts"])]
pub struct ConnectionPage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its dialect as people say it.
    pub dialect: String,
    /// What the dialect repairs, one sentence each; empty for the plain protocol.
    pub repairs: Vec<String>,
    /// The address to enter at the identity provider.
    pub base_url: String,
    /// Its state.
    pub badge: Badge,
    /// The cause and what to do, or what it did last.
    pub says: String,
    /// When it was last heard of.
    pub last_heard: Option<Timestamp>,
    /// People that it manages.
    pub people: Count,
    /// What a group can be.
    pub groups: Vec<Choice>,
    /// What a group is.
    pub group: String,
    /// By what a person who comes back can be known.
    pub comings_back: Vec<Choice>,
    /// By what they are known.
    pub coming_back: String,
    /// What can become of a claim on a person who is not the connection's own.
    pub take_overs: Vec<Choice>,
    /// What becomes of it.
    pub take_over: String,
    /// Whom it can be allowed to read.
    pub readings: Vec<Choice>,
    /// Whom it reads.
    pub reading: String,
    /// The mark of the policy with which the form was opened.
    pub policy_seen: String,
    /// The page as others left it, where the form was not saved because somebody else was faster.
    pub overtaken: Option<String>,
    /// Its tokens, the live ones first.
    pub tokens: Vec<TokenRow>,
    /// Whether one more token may be made: two may live at a time.
    pub may_add_token: bool,
    /// How long a new token may live.
    pub lifetimes: Vec<Choice>,
    /// A token that was made just now: shown this once.
    pub fresh_token: Option<String>,
    /// Its access keys and applications.
    pub ways: Ways,
}
