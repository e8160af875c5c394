//! The conformance suite: every storage function, on SQLite and on PostgreSQL, from one body.
//!
//! PostgreSQL is taken from `ROLLCALL_TEST_POSTGRES`, the address of a server on which databases may be
//! made: `postgres://postgres@127.0.0.1:5432/postgres`. Without it, that half is skipped, aloud.

#[cfg(test)]
mod access_key;
#[cfg(test)]
mod adherence;
#[cfg(test)]
mod administrator;
#[cfg(test)]
mod agent_account;
#[cfg(test)]
mod agent_state;
#[cfg(test)]
mod api_token;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod bulk_request;
#[cfg(test)]
mod credential;
#[cfg(test)]
mod database;
#[cfg(test)]
mod employee;
#[cfg(test)]
mod identity_link;
#[cfg(test)]
mod interval;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod kept_agent;
#[cfg(test)]
mod link_lease;
#[cfg(test)]
mod link_removal;
#[cfg(test)]
mod login_authenticator;
#[cfg(test)]
mod membership;
#[cfg(test)]
mod migration;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod outbox_race;
#[cfg(test)]
mod postgres;
mod real_time_feed;
#[cfg(test)]
mod role_permission;
#[cfg(test)]
mod roster;
#[cfg(test)]
mod schedule_feed;
#[cfg(test)]
mod scim_connection;
#[cfg(test)]
mod scim_group;
#[cfg(test)]
mod scim_person;
#[cfg(test)]
mod scim_reader;
#[cfg(test)]
mod scim_request;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod security_event;
#[cfg(test)]
mod share;
#[cfg(test)]
mod site;
#[cfg(test)]
mod sqlite;
#[cfg(test)]
mod structure;
#[cfg(test)]
mod sync_history;
#[cfg(test)]
mod sync_run;
#[cfg(test)]
mod take_over_request;
#[cfg(test)]
mod template;
#[cfg(test)]
mod wfm_link;
#[cfg(test)]
mod wfm_notice;
#[cfg(test)]
mod wfm_schedule;
#[cfg(test)]
mod wfm_schedule_pull;
#[cfg(test)]
mod wfm_standing;
#[cfg(test)]
mod write_path;
