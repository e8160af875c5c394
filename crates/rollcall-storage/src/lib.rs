//! The only crate that knows a database.
//!
//! A use case is a plain function over a transaction: [`Storage::write`] runs it, [`Storage::read`] reads.
//! On SQLite one writer thread runs the waiting functions one after another, each in its savepoint, and
//! commits them together; on PostgreSQL the same function runs on a pooled connection and runs again when
//! the database reports a conflict. A function therefore does no I/O of its own and may run twice.
//! One SQL text serves both databases; where they must differ, [`session`] and [`engine`] say so.

pub mod access_key;
pub mod adherence;
pub mod adherence_event;
pub mod administrator;
pub mod agent_account;
pub mod agent_contact;
pub mod agent_feed;
pub mod agent_state;
pub mod alert;
pub mod api_token;
pub mod audit;
pub mod bulk_request;
mod change;
mod change_feed;
pub mod contact_queue;
pub mod credential;
pub mod delivered_interval;
pub mod effect;
pub mod employee;
pub mod employee_role;
pub mod engine;
pub mod former_agent;
pub mod history_feed;
pub mod identity_link;
pub mod interval_delivery;
pub mod interval_mark;
pub mod interval_source;
pub mod kept_agent;
pub mod link_lease;
pub mod login_authenticator;
pub mod membership;
pub mod oauth_application;
pub mod oauth_grant;
pub mod outbox;
pub mod queue_contact;
pub mod real_time_feed;
pub mod role_permission;
pub mod roster;
pub mod schedule_feed;
pub mod scim_connection;
pub mod scim_group;
pub mod scim_group_member;
pub mod scim_person;
pub mod scim_reader;
pub mod scim_request;
pub mod scim_token;
pub mod security_event;
pub mod security_event_stream;
pub mod sent_state;
pub mod session;
pub mod stamp;
pub mod status_mapping;
pub mod structure;
pub mod sync_drift;
pub mod sync_history;
pub mod sync_run;
pub mod take_over_request;
pub mod template;
pub mod template_application;
pub mod tenant;
pub mod unavailable_code;
pub mod wfm_link;
pub mod wfm_notice;
pub mod wfm_schedule;
pub mod wfm_schedule_pull;
pub mod wfm_standing;

mod error;
mod meter;
mod migration;
#[cfg(test)]
mod plan;
mod report;
mod row;
mod storage;
mod tx;

pub use error::StorageError;
pub use report::Report;
pub use storage::{Database, Storage};
pub use tx::Tx;
