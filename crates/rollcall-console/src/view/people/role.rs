//! Roles, with what each permits.

use askama::Template;

use super::employee::Lock;
use crate::view::shell::Shell;

/// The list of roles.
#[derive(Clone, Debug, Template)]
#[template(path = "people/roles.html")]
pub struct RolesPage {
    /// The frame.
    pub shell: Shell,
    /// All of them, by name.
    pub rows: Vec<RoleRow>,
}

/// One role.
#[derive(Clone, Debug)]
pub struct RoleRow {
    /// The role's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The active people who have it.
    pub people: u64,
    /// Everything that a role may permit.
    pub permissions: Vec<PermissionSwitch>,
    /// The mark of what it permitted when the form was opened.
    pub seen: String,
    /// Whether its form was not saved, because somebody else was faster.
    pub overtaken: bool,
}

/// A permission, on or off.
#[derive(Clone, Debug)]
pub struct PermissionSwitch {
    /// Its name in the form.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Whether the role permits it.
    pub is_on: bool,
}

/// One role.
#[derive(Clone, Debug, Template)]
#[template(path = "people/role.html")]
pub struct RolePage {
    /// The frame.
    pub shell: Shell,
    /// The role's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Everybody who has it, active or not.
    pub people: u64,
    /// Whether people whom an identity provider makes begin with it.
    pub is_default: bool,
    /// Who alone may rename it.
    pub lock: Option<Lock>,
    /// The name as it was typed.
    pub typed: String,
    /// Why the form is shown again.
    pub refusal: Option<String>,
}

/// The form for a new role.
#[derive(Clone, Debug, Template)]
#[template(path = "people/role_new.html")]
pub struct NewRolePage {
    /// The frame.
    pub shell: Shell,
    /// The name as it was typed.
    pub name: String,
    /// The default role, if it is not there.
    pub missing: Option<String>,
    /// Why the form is shown again.
    pub refusal: Option<String>,
}
