//! What every part of the engine has at hand.

use std::sync::Arc;

use rollcall_domain::{Clock, Ids};
use rollcall_storage::Storage;

/// Storage, time and ids, and the name under which this engine takes leases.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) storage: Storage,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    /// Fresh for each engine: one that was started again is another holder.
    pub(crate) holder: Arc<str>,
}
