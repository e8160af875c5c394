//! One person: where they stand, what we hold and who said so, who they are elsewhere, and what happened.

use askama::Template;
use jiff::Timestamp;

use super::at_acd::AtAcd;
use crate::view::audit::AuditEntry;
use crate::view::badge::{Badge, Tone};
use crate::view::calendar::CalendarAddress;
use crate::view::choice::Choice;
use crate::view::pager::Pager;
use crate::view::shell::Shell;
use crate::view::span::Span;
use crate::view::standing::Standing;

/// One person's page.
#[derive(Clone, Debug, Template)]
#[template(path = "people/employee.html", blocks = ["facts", "acd", "downstream", "values", "history"])]
pub struct EmployeePage {
    /// The frame.
    pub shell: Shell,
    /// The user GUID.
    pub id: String,
    /// First and last name, or the display name.
    pub name: String,
    /// The username.
    pub username: String,
    /// The agent number.
    pub agent_number: u64,
    /// Whether the person is active.
    pub active: bool,
    /// When the person became active, or ceased to be.
    pub status_since: Timestamp,
    /// The business unit's name.
    pub business_unit: String,
    /// Whether there is another business unit to move to.
    pub may_move: bool,
    /// Who manages the person, such as "Okta" or "Local".
    pub source: String,
    /// The source's page; absent for a local person.
    pub source_href: Option<String>,
    /// What the person does at the ACD.
    pub acd: AtAcd,
    /// The private address at which the person's calendar program reads their schedule.
    pub calendar: Option<CalendarAddress>,
    /// When the last request about the person came, and how long after it was kept.
    pub heard: Option<(Timestamp, Span)>,
    /// Where the person stands in each target.
    pub downstream: Vec<Downstream>,
    /// Every value that is kept.
    pub values: Vec<Value>,
    /// Roles beside the primary one.
    pub secondary_roles: Vec<SecondaryRole>,
    /// The roles that can be given beside it; none when the person has as many as they can have.
    pub more_roles: Vec<Choice>,
    /// The groups that the person is in, each with whose it is.
    pub groups: Vec<(String, String)>,
    /// Who the person is elsewhere.
    pub links: Vec<IdentityLink>,
    /// What happened, newest first.
    pub history: Vec<AuditEntry>,
    /// Older and newer history.
    pub pager: Pager,
}

/// What ending a person's calendar address would do, before it is done.
#[derive(Clone, Debug, Template)]
#[template(path = "people/calendar_end.html")]
pub struct CalendarEndPage {
    /// The frame.
    pub shell: Shell,
    /// The user GUID.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// The address, as far as it is kept.
    pub calendar: CalendarAddress,
}

/// One target of a person.
#[derive(Clone, Debug)]
pub struct Downstream {
    /// The target's name, such as "WFM".
    pub target: String,
    /// The target's page.
    pub href: String,
    /// The state.
    pub standing: Standing,
    /// What the target holds, as names and values, such as `mu` and `1`.
    pub holds: Vec<(String, String)>,
    /// The run that last touched the person there.
    pub run_href: Option<String>,
}

/// One value with where it comes from.
#[derive(Clone, Debug)]
pub struct Value {
    /// The field's name as people say it, such as "First name".
    pub field: String,
    /// The value; empty when there is none.
    pub value: String,
    /// Who set it, such as "Okta".
    pub origin: String,
    /// Since when it has been so.
    pub since: Option<Timestamp>,
    /// Who alone may change it.
    pub lock: Option<Lock>,
    /// How it is changed here.
    pub edit: Option<Edit>,
}

/// A value that is chosen here from a few.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Where the form goes.
    pub action: String,
    /// The choices, among them the present one.
    pub choices: Vec<Choice>,
    /// The value of the present one.
    pub chosen: String,
}

/// A role beside the primary one.
#[derive(Clone, Debug)]
pub struct SecondaryRole {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who gave it, such as "Okta".
    pub origin: String,
    /// Who alone may take it away; absent when an administrator can.
    pub lock: Option<Lock>,
}

/// Why a value cannot be changed here.
#[derive(Clone, Debug)]
pub struct Lock {
    /// Who owns it, such as "Okta".
    pub owner: String,
    /// The reason and the way on, in sentences.
    pub reason: String,
}

/// Who a person is in one source.
#[derive(Clone, Debug)]
pub struct IdentityLink {
    /// The source's name.
    pub source: String,
    /// The id there.
    pub external_id: String,
    /// How the link came to be, as a sentence.
    pub evidence: String,
    /// Since when.
    pub since: Timestamp,
    /// Since when the source does not see the person any more.
    pub hidden_at: Option<Timestamp>,
    /// Since when there is no such source any more.
    pub removed_at: Option<Timestamp>,
}
