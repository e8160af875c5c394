//! Where people come from: SCIM connections, claims of theirs, and who is told what they change.

pub(crate) mod guide;
pub(crate) mod journal;
pub(crate) mod receiver;
pub(crate) mod take_over;
