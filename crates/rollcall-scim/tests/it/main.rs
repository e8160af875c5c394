//! The tests of the SCIM language, all through its public door.

mod body;
mod entra;
mod okta;
mod patch;
mod resource;
mod support;
