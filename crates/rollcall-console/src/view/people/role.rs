//! Roles, with what each permits.

use askama::Template;

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
