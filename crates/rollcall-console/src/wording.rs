//! From what the application knows to what people read: names, states and sentences.
//!
//! Pure: values in, views out. What may be done is decided in the domain, never here. The wings are those of `route`;
//! what stands beside them is shared.

pub(crate) mod agent;
pub(crate) mod my_day;
pub(crate) mod people;
pub(crate) mod provisioning;
pub(crate) mod wfm;

pub(crate) mod agent_state;
pub(crate) mod audit;
pub(crate) mod day;
pub(crate) mod health;
pub(crate) mod name;
pub(crate) mod standing;
pub(crate) mod timeline;

/// A count as the views have it; the database's counts are never negative.
pub(crate) fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
