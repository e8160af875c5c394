//! Employee templates: the list, one of them as a form, what would happen, and how far it has come.

use askama::Template;
use jiff::Timestamp;

use super::employees::EmployeeFilter;
use crate::view::audit::FieldChange;
use crate::view::badge::Badge;
use crate::view::choice::Choice;
use crate::view::shell::Shell;

/// The list of templates.
#[derive(Clone, Debug, Template)]
#[template(path = "people/templates.html")]
pub struct TemplatesPage {
    /// The frame.
    pub shell: Shell,
    /// All of them, by name.
    pub rows: Vec<TemplateRow>,
}

/// One template in the list.
#[derive(Clone, Debug)]
pub struct TemplateRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The fields that it sets, by their names.
    pub sets: Vec<&'static str>,
    /// The fields that it clears.
    pub clears: Vec<&'static str>,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

/// One template, to be made or changed.
#[derive(Clone, Debug, Template)]
#[template(path = "people/template.html", blocks = ["progress"])]
pub struct TemplatePage {
    /// The frame.
    pub shell: Shell,
    /// Its id; absent for one that is being made.
    pub id: Option<String>,
    /// The version that the form was made from.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Its fields with one value.
    pub fields: Vec<FieldRow>,
    /// What it does to the secondary roles: `ignore`, `clear` or `set`.
    pub roles_do: &'static str,
    /// The roles that there are.
    pub roles: Vec<RoleChoice>,
    /// How far its last application to people came.
    pub progress: Option<Progress>,
    /// What was refused and why.
    pub refusal: Option<String>,
}

/// One field of a template.
#[derive(Clone, Debug)]
pub struct FieldRow {
    /// Its name in the form.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What the template does to it: `ignore`, `clear` or `set`.
    pub does: &'static str,
    /// Whether it can be cleared: a team and a primary role cannot.
    pub clearable: bool,
    /// The value to set.
    pub value: String,
    /// What can be set; empty where any text can.
    pub choices: Vec<Choice>,
    /// An example of a text.
    pub example: &'static str,
}

/// A secondary role that can be given.
#[derive(Clone, Debug)]
pub struct RoleChoice {
    /// The role's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether the template gives it.
    pub is_on: bool,
}

/// How far an application came.
#[derive(Clone, Debug)]
pub struct Progress {
    /// What became of it.
    pub badge: Badge,
    /// The rest of it as a sentence.
    pub says: String,
    /// People that it is about.
    pub total: u64,
    /// People that it has looked at.
    pub looked: u64,
    /// When it began.
    pub started_at: Timestamp,
}

/// What the removal of a template would do.
#[derive(Clone, Debug, Template)]
#[template(path = "people/template_remove.html")]
pub struct TemplateRemovalPage {
    /// The frame.
    pub shell: Shell,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What the application of a template to people would do.
#[derive(Clone, Debug, Template)]
#[template(path = "people/template_apply.html")]
pub struct ApplyPage {
    /// The frame.
    pub shell: Shell,
    /// The template's id.
    pub id: String,
    /// The version that is looked at.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Whom it is about.
    pub filter: EmployeeFilter,
    /// The teams to choose from.
    pub teams: Vec<Choice>,
    /// The sources to choose from.
    pub sources: Vec<Choice>,
    /// How many people are looked at.
    pub people: u64,
    /// How many would change.
    pub changing: u64,
    /// How many have a field that is left alone.
    pub keeping: u64,
    /// For how many each field would change.
    pub fields: Vec<(&'static str, u64)>,
    /// The first of those of whom there is something to tell.
    pub rows: Vec<ApplyRow>,
    /// How many more there are.
    pub more: u64,
}

/// What would change of one person.
#[derive(Clone, Debug)]
pub struct ApplyRow {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// What would change.
    pub changes: Vec<FieldChange>,
    /// What would stay, and why.
    pub kept: Vec<String>,
}
