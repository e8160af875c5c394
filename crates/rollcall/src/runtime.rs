//! The runtimes that commands run on.

use anyhow::{Context as _, Result};
use tokio::runtime::{Builder, Runtime};

/// For the hub: a worker for each core.
pub(crate) fn many_threads() -> Result<Runtime> {
    Builder::new_multi_thread().enable_all().build().context("no threads for the runtime")
}

/// For commands that wait more than they compute.
pub(crate) fn one_thread() -> Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("no thread for the runtime")
}
