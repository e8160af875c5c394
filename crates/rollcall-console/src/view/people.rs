//! Employees, teams, roles and templates.

pub mod agent_link;
pub mod at_acd;
pub mod employee;
pub mod employees;
pub mod person;
pub mod posting;
pub mod removal;
pub mod role;
pub mod team;
pub mod template;
