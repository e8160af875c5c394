//! What every use case has at hand.

use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::broadcast;

use rollcall_domain::{Clock, Ids, TenantId};
use rollcall_storage::Storage;
use rollcall_storage::effect::{Change, News};

use crate::access::AccessCache;
use crate::api_token::ApiAccessCache;
use crate::bulk_request::bell::Bells;
use crate::journal::Journal;
use crate::overview::chart::ChartCache;
use crate::scim_person::cache::PersonCache;
use crate::scim_person::turn::Turns;
use crate::secret::Sealer;
use crate::security_event::SignerSlot;

/// The application. A pointer to its parts, because each request has one of its own.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// Storage, time, ids, and the caches that commits invalidate.
pub struct Parts {
    pub(crate) storage: Storage,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) sealer: Sealer,
    pub(crate) people: PersonCache,
    pub(crate) access: AccessCache,
    pub(crate) api_access: ApiAccessCache,
    pub(crate) charts: ChartCache,
    pub(crate) journal: Journal,
    pub(crate) scans: Turns,
    pub(crate) bells: Bells,
    pub(crate) signer: SignerSlot,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the application together.
    #[must_use]
    pub fn new(storage: Storage, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>, sealer: Sealer) -> Self {
        Self(Arc::new(Parts {
            people: PersonCache::new(storage.is_sole_writer()),
            access: AccessCache::new(storage.is_sole_writer()),
            api_access: ApiAccessCache::new(storage.is_sole_writer()),
            charts: ChartCache::default(),
            journal: Journal::default(),
            scans: Turns::default(),
            bells: Bells::default(),
            signer: SignerSlot::default(),
            sealer,
            storage,
            clock,
            ids,
        }))
    }

    /// The present moment, as the whole application sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Follows the changes of all tenants that are committed on this node from now on.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<News> {
        self.storage.signals().watch()
    }

    /// Follows the kinds of change of one tenant.
    #[must_use]
    pub fn watch_tenant(&self, tenant: TenantId) -> broadcast::Receiver<Change> {
        self.storage.signals().watch_tenant(tenant)
    }

    /// Opens what [`Sealer::seal`] closed: for the engine, which shows the secret to the other system.
    #[must_use]
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }
}
