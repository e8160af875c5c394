//! Unavailable codes, and the teams that have them.

use askama::Template;

use crate::view::shell::Shell;

/// All codes of a tenant.
#[derive(Clone, Debug, Template)]
#[template(path = "agent/codes.html")]
pub struct CodesPage {
    /// The frame.
    pub shell: Shell,
    /// All of them, by name.
    pub rows: Vec<CodeRow>,
}

/// One code.
#[derive(Clone, Debug)]
pub struct CodeRow {
    /// Its name, which never changes.
    pub name: String,
    /// Whether it is for work after a contact.
    pub is_for_work: bool,
    /// Its timeout in minutes.
    pub timeout_min: i64,
    /// Whether it is no longer to be used.
    pub retired: bool,
    /// The names of the teams that have it.
    pub teams: Vec<String>,
}

/// The codes of one team.
#[derive(Clone, Debug, Template)]
#[template(path = "agent/team_codes.html")]
pub struct TeamCodesPage {
    /// The frame.
    pub shell: Shell,
    /// The team's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Every code of the tenant that is not retired, or that the team has.
    pub codes: Vec<TeamCode>,
    /// The mark of the codes that the team had when the form was opened.
    pub seen: String,
    /// The page as others left it, where the form was not saved because somebody else was faster.
    pub overtaken: Option<String>,
}

/// A code that a team may have.
#[derive(Clone, Debug)]
pub struct TeamCode {
    /// Its name.
    pub name: String,
    /// What it is for, and how long it lasts, in a few words.
    pub hint: String,
    /// Whether the team has it.
    pub has: bool,
}
