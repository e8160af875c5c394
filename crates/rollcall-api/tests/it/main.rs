//! The SCIM front door, over real HTTP, on SQLite and on PostgreSQL from one body.
//!
//! PostgreSQL is taken from `ROLLCALL_TEST_POSTGRES`, the address of a server on which databases may be
//! made: `postgres://postgres@127.0.0.1:5432/postgres`. Without it, that half is skipped, aloud.

#[cfg(test)]
mod access;
#[cfg(test)]
mod access_key;
#[cfg(test)]
mod adherence;
#[cfg(test)]
mod agent_access;
#[cfg(test)]
mod agent_delivery;
#[cfg(test)]
mod agent_door;
#[cfg(test)]
mod agent_interval;
#[cfg(test)]
mod agent_number;
#[cfg(test)]
mod agent_schedule;
#[cfg(test)]
mod agent_session;
#[cfg(test)]
mod agent_stream;
#[cfg(test)]
mod agent_timeout;
#[cfg(test)]
mod answer;
#[cfg(test)]
mod attack;
#[cfg(test)]
mod authentication;
#[cfg(test)]
mod authentik;
#[cfg(test)]
mod bulk;
#[cfg(test)]
mod cursor;
#[cfg(test)]
mod database;
#[cfg(test)]
mod default_role;
#[cfg(test)]
mod discovery;
#[cfg(test)]
mod door;
#[cfg(test)]
mod entra;
#[cfg(test)]
mod events;
#[cfg(test)]
mod filter;
#[cfg(test)]
mod google;
#[cfg(test)]
mod group;
#[cfg(test)]
mod hub;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod jumpcloud;
#[cfg(test)]
mod keycloak;
#[cfg(test)]
mod later;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod me;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod okta;
#[cfg(test)]
mod onelogin;
#[cfg(test)]
mod optional;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod ping;
#[cfg(test)]
mod race;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod refusal;
#[cfg(test)]
mod required;
#[cfg(test)]
mod restoration;
#[cfg(test)]
mod take_over;
#[cfg(test)]
mod template;
#[cfg(test)]
mod trace;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod upkeep;
#[cfg(test)]
mod version;
