//! Intervals of people and queues: counted from what happened, told to the WFM, and read.
//!
//! [`table`] counts, for the feed, for readers and for administrators alike, so that all of them see the same.

mod contact;
mod deliver;
mod export;
mod feed;
pub mod file;
mod import;
mod read;
mod table;

pub use contact::{QueueOrigin, QueueTold};
pub use deliver::{BATCH_ROWS_MAX, BatchOutcome, IntervalBatch, RowFault, RowRefusal, Unchanged};
pub use export::{agent_csv, queue_csv};
pub use feed::{FeedSettings, FeedState};
pub use import::{ImportPlan, PlannedQueue};
pub use read::{HISTORY_SUBJECTS_MAX, HistoryDay};
pub use rollcall_storage::interval::history_feed::HistoryFeed;
pub use rollcall_storage::interval::interval_delivery::Delivery;
pub use table::{AgentTable, Content, QueueTable, Scope};

pub(crate) use contact::{follow, note_origin, prune_facts};
