//! What the program measures of itself: the one list of names, the recorder behind the `metrics` facade, and the
//! text for Prometheus. Whoever measures knows the facade only; without `[metrics]` nothing is recorded.
//!
//! The recorder is ours: the usual one brings second versions of three crates, and keeps every observation of a
//! histogram until somebody asks. Here a histogram is a row of counters.

mod catalogue;
mod process;
mod registry;

use std::sync::Arc;

use anyhow::{Context as _, Result};

pub(crate) use registry::Registry;

/// Installs the recorder of this process. To be called before anything that measures is made.
pub(crate) fn install() -> Result<Arc<Registry>> {
    let registry = Arc::new(Registry::default());
    metrics::set_global_recorder(Arc::clone(&registry))
        .ok()
        .context("another recorder of metrics is installed")?;
    metrics::gauge!("rollcall_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(registry)
}

/// What is measured, with the process as it is now, in Prometheus' text format.
pub(crate) fn text(registry: &Registry) -> String {
    process::read();
    registry.text()
}
