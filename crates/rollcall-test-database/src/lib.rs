//! Databases and disks that live as long as one test. For tests only; it knows nothing of what is stored.
//!
//! What cannot be made ends the test: a panic is the right answer in a test, and nowhere else.

mod folder;
mod postgres;

pub use folder::{Folder, SmallDisk};
pub use postgres::PostgresDatabase;

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::runtime::{Builder, Runtime};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A runtime for one test: two threads, so that what should run side by side does.
///
/// # Panics
/// When the system gives no threads.
#[must_use]
#[expect(clippy::expect_used, reason = "a test without a runtime is over")]
pub fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}

/// A name that no other test of this or another process has, fit for files and databases.
#[must_use]
pub fn unique_name() -> String {
    format!("rollcall_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
