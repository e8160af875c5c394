//! Quarters of an hour, of people and queues: what they are counted from, and what was sent of them.

pub mod contact_queue;
pub mod delivered_interval;
pub mod history_feed;
pub mod interval_delivery;
pub mod interval_mark;
pub mod interval_source;
pub mod queue_contact;
