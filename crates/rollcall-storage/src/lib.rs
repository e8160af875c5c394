//! The only crate that knows a database.
//!
//! A use case is a plain function over a transaction: [`Storage::write`] runs it, [`Storage::read`] reads.
//! On SQLite one writer thread runs the waiting functions one after another, each in its savepoint, and
//! commits them together; on PostgreSQL the same function runs on a pooled connection and runs again when
//! the database reports a conflict. A function therefore does no I/O of its own and may run twice.
//! One SQL text serves both databases; where they must differ, [`session`] and [`engine`] say so.
//!
//! The modules at the top are the machinery. The tables are in wings by what they are about, a file for each table:
//! [`access`] and [`record`] below [`directory`], that below [`scim`] and [`wfm`]; [`agent`] below [`schedule`]; and
//! [`interval`] on top of both.

pub mod access;
pub mod agent;
pub mod agent_feed;
pub mod directory;
pub mod effect;
pub mod engine;
pub mod interval;
pub mod membership;
pub mod record;
pub mod schedule;
pub mod scim;
pub mod session;
pub mod stamp;
pub mod wfm;

mod change;
mod change_feed;
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
