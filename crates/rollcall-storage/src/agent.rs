//! What people do at the ACD, whether it is what is scheduled, and to whom that is told.

pub mod adherence;
pub mod adherence_event;
pub mod agent_contact;
pub mod agent_state;
pub mod real_time_feed;
pub mod sent_state;
pub mod status_mapping;
