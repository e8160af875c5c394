//! The list of people: search, filters, and pages that stay quick at 100,000.

use askama::Template;
use jiff::Timestamp;

use crate::view::badge::{Badge, Tone};
use crate::view::choice::Choice;
use crate::view::count::Count;
use crate::view::pager::Pager;
use crate::view::shell::{Density, Shell};

/// One page of people.
#[derive(Clone, Debug, Template)]
#[template(path = "people/employees.html", blocks = ["list"])]
pub struct EmployeesPage {
    /// The frame.
    pub shell: Shell,
    /// What is being looked for.
    pub filter: EmployeeFilter,
    /// The choices of the filters.
    pub teams: Vec<Choice>,
    /// The choices of the source filter.
    pub sources: Vec<Choice>,
    /// How many match.
    pub matching: Count,
    /// The page's people, in order.
    pub rows: Vec<EmployeeRow>,
    /// The page before and after, as addresses; absent at the ends.
    pub pager: Pager,
}

/// What a list is narrowed by; empty strings narrow nothing.
#[derive(Clone, Debug, Default)]
pub struct EmployeeFilter {
    /// Words from name, username, e-mail or agent number.
    pub search: String,
    /// `active`, `inactive` or empty.
    pub status: String,
    /// A team's id.
    pub team: String,
    /// A source's id.
    pub source: String,
    /// `out` for people who are out of step, or empty.
    pub step: String,
}

impl EmployeeFilter {
    /// Whether anything is narrowed at all.
    #[must_use]
    pub fn is_set(&self) -> bool {
        [&self.search, &self.status, &self.team, &self.source, &self.step]
            .iter()
            .any(|f| !f.is_empty())
    }
}

/// One person in the list.
#[derive(Clone, Debug)]
pub struct EmployeeRow {
    /// The user GUID, which also tells a row that changed from one that was replaced.
    pub id: String,
    /// The person's version, so that a row that changed can be tinted.
    pub version: u64,
    /// First and last name, or the display name.
    pub name: String,
    /// The username.
    pub username: String,
    /// The agent number.
    pub agent_number: u64,
    /// The team's name.
    pub team: String,
    /// Who manages the person, such as "Okta" or "Local".
    pub source: String,
    /// Whether the person is active.
    pub active: bool,
    /// How the person stands in the WFM, in a word; absent without a link.
    pub standing: Option<Badge>,
    /// When anything about the person last changed.
    pub changed_at: Timestamp,
}
