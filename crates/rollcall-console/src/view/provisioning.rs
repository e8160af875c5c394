//! Where people come from: SCIM connections, claims of theirs, and who is told what they change.

pub mod application;
pub mod connection;
pub mod connections;
pub mod consent;
pub mod guide;
pub mod journal;
pub mod key;
pub mod receiver;
pub mod removal;
pub mod take_over;
pub mod token;
pub mod way;
