//! A simulated WFM that reads files: it picks up what lies in a folder, as `CONTRACT.md` says, acknowledges it, keeps
//! its state in memory, and errs on command. It shares no code with what puts the files there.

mod agent;
mod control;
mod document;
mod fault;
mod file;
mod history;
mod s3;
mod sftp;
mod signature;
mod simulator;

pub use agent::Agent;
pub use control::serve_control;
pub use fault::{Fault, FaultOrder};
pub use history::Interval;
pub use s3::{Bucket, BucketOptions};
pub use sftp::{Sftp, SftpOptions};
pub use simulator::{Entry, Outcome, Simulator};
