//! Use cases, one file per noun.
//!
//! A use case opens the transaction, asks the domain, and writes all of it: the rows, the audit entry
//! and the due marks, in one commit. No HTTP here, no HTML, no remote call.

pub mod access;
pub mod access_key;
pub mod account;
pub mod adherence;
pub mod administration;
pub mod agent;
pub mod agent_sign_in;
pub mod api_token;
pub mod audit;
pub mod bulk;
pub mod bulk_request;
pub mod edit;
pub mod employee;
pub mod entitlement;
pub mod error;
pub mod group_owner;
pub mod hindrance;
pub mod history;
pub mod journal;
pub mod name;
pub mod oauth;
pub mod overview;
pub mod permission;
pub mod provision;
pub mod role;
pub mod roster;
pub mod schedule;
pub mod scim_connection;
pub mod scim_group;
pub mod scim_person;
pub mod secret;
pub mod security_event;
pub mod short_token;
pub mod sign_in;
pub mod take_over;
pub mod team;
pub mod template;
pub mod throttle;
pub mod unavailable_code;
pub mod wfm;

mod app;
mod record;

pub use app::App;
pub use error::{ChangeError, Claimed};
pub use rollcall_storage::StorageError;
pub use rollcall_storage::effect::{Change, News};
