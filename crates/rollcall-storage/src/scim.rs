//! What SCIM connections say, and how they are answered.

pub mod bulk_request;
pub mod scim_connection;
pub mod scim_group;
pub mod scim_group_member;
pub mod scim_person;
pub mod scim_reader;
pub mod scim_request;
pub mod take_over_request;
