//! What people do at the ACD, and whether it is what is scheduled.

pub(crate) mod adherence;
pub(crate) mod timeline;
