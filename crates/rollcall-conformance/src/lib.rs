//! A conformance program for SCIM 2.0 servers: sends what the RFCs and identity providers send, and reports
//! what came back. It speaks HTTP only and knows nothing of the server behind it, ours included: a checker
//! that shared code with what it checks would share its mistakes.
//!
//! A check is a row of data: an id, a source, what is expected, and what is done (`check.rs`). The files in
//! `area` hold the rows, one file per area. The runner carries them out one after another, keeps a list of
//! what was made on the server, and takes it away at the end.

mod answer;
mod area;
mod check;
mod client;
mod crowd;
mod exchange;
mod json;
mod ledger;
mod offer;
mod outcome;
mod person;
mod probe;
mod report;
mod request;
mod resource;
mod runner;
mod target;
mod text;

pub use check::Level;
pub use exchange::Exchange;
pub use report::{CheckReport, Counts, Report, Verdict};
pub use runner::{CannotRun, Options, areas, run};
pub use target::{PlainHttp, Target, TargetError};
