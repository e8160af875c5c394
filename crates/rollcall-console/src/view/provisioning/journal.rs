//! The journal of a SCIM connection: what its identity provider asked for last, and what became of it.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::Badge;
use crate::view::shell::Shell;

/// The journal's page.
#[derive(Clone, Debug, Template)]
#[template(path = "provisioning/journal.html", blocks = ["list"])]
pub struct JournalPage {
    /// The frame.
    pub shell: Shell,
    /// The connection's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Which requests are shown.
    pub shown: Shown,
    /// The requests, newest first.
    pub rows: Vec<RequestRow>,
    /// How often each attribute was sent in vain, most often first.
    pub ignored: Vec<(String, u64)>,
}

/// Which requests of a connection are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The last ones.
    All,
    /// The last ones that were refused.
    Refused,
    /// The last ones by callers who did not prove to be the client.
    Unproven,
}

/// One request.
#[derive(Clone, Debug)]
pub struct RequestRow {
    /// Tells it apart from the others on the page.
    pub key: String,
    /// When it came.
    pub at: Timestamp,
    /// Its method.
    pub method: String,
    /// Path and query, readable.
    pub target: String,
    /// The status of the answer, as its number with a tone.
    pub badge: Badge,
    /// What it did.
    pub did: String,
    /// Why it was refused.
    pub why: Option<String>,
    /// The page of the person that it was about.
    pub href: Option<String>,
    /// How long the answer took, with its unit.
    pub took: String,
    /// What the client calls itself.
    pub client: String,
    /// What was sent, without secrets.
    pub sent: Option<String>,
    /// Attributes that were sent in vain.
    pub ignored: Vec<String>,
}
