//! What runs by itself: outbox, reconcile, sweep, full comparison.
//!
//! The outbox says whom to look at. A run takes a link's lease, reads who is due, decides what each of
//! them needs (pure, in the domain), asks the brake, writes to the WFM, and settles: what the WFM holds,
//! the outcome and the mark, in one transaction that first proves the lease. Events, the 15-minute sweep
//! and the full comparison go this one way; a process may die at any line of it.
//!
//! Nothing here knows SQL, HTTP, or a vendor.

pub mod engine;
pub mod event;
pub mod interval;
pub mod schedule;

mod batch;
mod begin;
mod brake;
mod compare;
mod drive;
mod end;
mod finding;
mod halt;
mod heal;
mod history;
mod lag;
mod link_state;
mod meter;
mod need;
mod notice;
mod place;
mod preview;
mod probe;
mod reading;
mod real_time;
mod retry;
mod run;
mod seat;
mod serve;
mod settle;
mod stray;
mod sweep;
mod target;
mod worker;
mod world;
mod write;

pub use engine::{Engine, EngineOptions};
pub use event::{EventOptions, Events};
pub use interval::{History, HistoryOptions, HistoryTargets};
pub use notice::{NoticeOptions, Notices};
pub use probe::Probe;
pub use reading::keep_reading;
pub use real_time::{RealTime, RealTimeOptions, RealTimeTargets};
pub use schedule::{ScheduleOptions, Schedules};
pub use target::WfmTargets;
