//! The one directory of a tenant: its units, teams and roles with what they permit, its people, and where they came
//! from.

pub mod employee;
pub mod employee_role;
pub mod identity_link;
pub mod login_authenticator;
pub mod role_permission;
pub mod roster;
pub mod structure;
pub mod template;
pub mod template_application;
pub mod tenant;
pub mod unavailable_code;

mod search;
