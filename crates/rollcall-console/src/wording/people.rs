//! Employees, teams, roles and templates.

pub(crate) mod person;
pub(crate) mod template;
pub(crate) mod upkeep;
