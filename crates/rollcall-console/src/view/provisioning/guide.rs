//! How an identity provider is set up, step by step, with what has arrived from it so far.

use askama::Template;

use super::journal::RequestRow;
use crate::view::badge::Badge;
use crate::view::shell::Shell;

/// The set-up page of a SCIM connection.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/guide.html", blocks = ["list"])]
pub struct GuidePage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The provider, as people say it.
    pub provider: String,
    /// The steps there, in order.
    pub steps: Vec<Step>,
    /// What to press there to try the connection.
    pub try_it: &'static str,
    /// Whether the connection has a token that works.
    pub has_token: bool,
    /// What arrived last, newest first.
    pub rows: Vec<RequestRow>,
    /// What becomes of each attribute.
    pub attributes: Vec<AttributeRow>,
    /// The URN of the extension for what the core schema has no word for.
    pub agent_urn: &'static str,
}

/// One step at the identity provider.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where, or the name of the field.
    pub place: &'static str,
    /// What to do there.
    pub act: String,
    /// A value to copy.
    pub copy: Option<String>,
}

/// What becomes of one attribute that an identity provider can send.
#[derive(Clone, Debug)]
pub struct AttributeRow {
    /// Its SCIM name.
    pub sent_as: String,
    /// What it is here; empty where it is only kept.
    pub label: String,
    /// Whether it is taken.
    pub badge: Badge,
    /// What follows from it.
    pub says: &'static str,
}
