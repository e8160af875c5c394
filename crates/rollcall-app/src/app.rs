//! What every use case has at hand.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{Semaphore, broadcast};

use rollcall_domain::{Clock, Ids};
use rollcall_storage::Storage;
use rollcall_storage::effect::Change;

use crate::access::AccessCache;
use crate::api_token::ApiAccessCache;
use crate::bulk_request::Bells;
use crate::journal::Journal;
use crate::overview::ChartCache;
use crate::scim_person::{PersonCache, SCANS_MAX};
use crate::secret::Sealer;
use crate::security_event::SignerSlot;

/// The application: storage, time, ids, and the caches that commits invalidate. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) storage: Storage,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) people: Arc<PersonCache>,
    pub(crate) access: Arc<AccessCache>,
    pub(crate) api_access: Arc<ApiAccessCache>,
    pub(crate) charts: Arc<ChartCache>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) scans: Arc<Semaphore>,
    pub(crate) bells: Arc<Bells>,
    pub(crate) signer: Arc<SignerSlot>,
}

impl App {
    /// Puts the application together.
    #[must_use]
    pub fn new(storage: Storage, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>, sealer: Sealer) -> Self {
        Self {
            people: Arc::new(PersonCache::new(storage.is_sole_writer())),
            access: Arc::new(AccessCache::new(storage.is_sole_writer())),
            api_access: Arc::new(ApiAccessCache::new(storage.is_sole_writer())),
            charts: Arc::default(),
            journal: Arc::default(),
            scans: Arc::new(Semaphore::new(SCANS_MAX)),
            bells: Arc::default(),
            signer: Arc::default(),
            sealer: Arc::new(sealer),
            storage,
            clock,
            ids,
        }
    }

    /// The present moment, as the whole application sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Follows the kinds of change that are committed on this node from now on.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Change> {
        self.storage.signals().watch()
    }

    /// Opens what [`Sealer::seal`] closed: for the engine, which shows the secret to the other system.
    #[must_use]
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }
}
