//! Why a run stopped before its end.

use rollcall_connector::ConnectorError;
use rollcall_storage::StorageError;

/// What stops a run. What follows from each is decided in `serve.rs`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Halt {
    /// Our own data cannot be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The WFM did not do what it was asked.
    #[error(transparent)]
    Remote(#[from] ConnectorError),
    /// Another engine took the link over: this one slept through its lease.
    #[error("another engine took the link over")]
    LeaseLost,
    /// The WFM's list had an end, and not all of the records that it counts.
    #[error(
        "The WFM listed {listed} of the {total} agents that it counts; nothing was concluded from that."
    )]
    Incomplete {
        /// Records that were listed.
        listed: u64,
        /// Records that there are, by the last page.
        total: u64,
    },
}
