//! The audit: who changed what, when, from what to what.

use askama::Template;
use jiff::Timestamp;

use super::choice::Choice;
use super::pager::Pager;
use super::shell::Shell;

/// One page of the audit.
#[derive(Clone, Debug, Template)]
#[template(path = "audit.html", blocks = ["list"])]
pub struct AuditPage {
    /// The frame.
    pub shell: Shell,
    /// What is being looked for.
    pub filter: AuditFilter,
    /// Choices of who.
    pub actors: Vec<Choice>,
    /// Choices of what.
    pub kinds: Vec<Choice>,
    /// The page's entries, newest first.
    pub entries: Vec<AuditEntry>,
    /// Newer and older entries.
    pub pager: Pager,
}

/// What the audit is narrowed by; empty strings narrow nothing.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Who made the change: a choice's value.
    pub actor: String,
    /// What kind of change: a choice's value.
    pub kind: String,
    /// The id of the one thing whose changes are shown.
    pub subject: String,
    /// The first day, as `YYYY-MM-DD`.
    pub from: String,
    /// The last day, as `YYYY-MM-DD`.
    pub to: String,
}

impl AuditFilter {
    /// Whether anything is narrowed at all.
    #[must_use]
    pub fn is_set(&self) -> bool {
        [&self.actor, &self.kind, &self.subject, &self.from, &self.to].iter().any(|f| !f.is_empty())
    }
}

/// One change.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// The entry's id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who, such as "Okta", "ada@example.com" or "Rollcall".
    pub actor: String,
    /// What kind of actor: "SCIM connection", "Administrator", "Rollcall".
    pub actor_kind: String,
    /// What happened, as people say it: "Changed", "Deactivated".
    pub what: String,
    /// What it happened to.
    pub subject: String,
    /// The subject's page.
    pub subject_href: Option<String>,
    /// The fields that changed.
    pub changes: Vec<FieldChange>,
}

/// One field's change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name as people say it.
    pub field: String,
    /// What became of it.
    pub change: Change,
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Another value.
    Value {
        /// Before; absent when there was none.
        before: Option<String>,
        /// After; absent when there is none.
        after: Option<String>,
    },
    /// A list, of which most stayed.
    List {
        /// What is no longer among it.
        removed: Option<String>,
        /// What came to it.
        added: Option<String>,
    },
}
