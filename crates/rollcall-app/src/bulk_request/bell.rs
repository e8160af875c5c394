//! Wakes who waits for bulk requests.

use tokio::sync::Notify;

/// Wakes who waits for requests that came or that are done, on this node.
#[derive(Default)]
pub(crate) struct Bells {
    pub(crate) came: Notify,
    pub(crate) finished: Notify,
}
