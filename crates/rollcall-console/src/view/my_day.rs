//! A person's own page.

pub mod day;
pub mod schedule;
