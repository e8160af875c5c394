//! The two databases, each behind the same three doors: write, read, scan.

pub mod postgres;
pub mod sqlite;

mod checkpoint;
mod job;
mod lane;
mod line;
mod pooled;
mod writer;

pub(crate) use line::Owner;
pub(crate) use pooled::Pooled;
