//! WFM links: who is due at them, what they hold of whom, and their runs.

pub mod former_agent;
pub mod kept_agent;
pub mod link_lease;
pub mod outbox;
pub mod sync_drift;
pub mod sync_history;
pub mod sync_run;
pub mod wfm_link;
pub mod wfm_notice;
pub mod wfm_standing;
