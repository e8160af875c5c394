//! What people are to do, as their WFM says.

pub mod schedule_feed;
pub mod wfm_schedule;
pub mod wfm_schedule_pull;
