//! From what the application knows to what people read: names, states and sentences.
//!
//! Pure: values in, views out. What may be done is decided in the domain, never here.

pub(crate) mod adherence;
pub(crate) mod agent_state;
pub(crate) mod audit;
pub(crate) mod finding;
pub(crate) mod guide;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod journal;
pub(crate) mod lag;
pub(crate) mod name;
pub(crate) mod person;
pub(crate) mod receiver;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod standing;
pub(crate) mod take_over;
pub(crate) mod template;
pub(crate) mod timeline;
pub(crate) mod transport;
pub(crate) mod trial;

/// A count as the views have it; the database's counts are never negative.
pub(crate) fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
