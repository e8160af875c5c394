//! What people do at the ACD, and whether it is what is scheduled.

pub mod adherence;
pub mod code;
pub mod log_out;
pub mod timeline;
pub mod wall;
