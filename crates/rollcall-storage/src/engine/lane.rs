//! What one tenant may have of PostgreSQL at a time: a share of the connections, taken in order, and a gate behind
//! which its own changes run alone when they keep getting in each other's way. Others do not wait for either.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rollcall_domain::TenantId;
use tokio::sync::{OwnedSemaphorePermit, RwLock, Semaphore};

use crate::engine::line::Owner;
use crate::error::StorageError;

/// As often a change is run beside all others.
pub(crate) const ATTEMPTS_BESIDE: u32 = 2;
/// As often it is run beside other tenants' only, so that a row which everybody of a tenant changes (a counter) does
/// not keep everybody from changing it. After that it runs alone in this process: PostgreSQL takes two tenants' changes
/// for conflicting when their rows share a page.
const ATTEMPTS_BESIDE_OTHERS: u32 = 5;

/// The lanes of all tenants. A lane stays: it is small, and only operators make tenants.
pub(crate) struct Lanes {
    of_tenants: Mutex<HashMap<TenantId, Arc<Lane>>>,
    installation: Arc<Lane>,
    /// Held for reading by those who write beside others, for writing by one who writes alone.
    gate: Arc<RwLock<()>>,
    share: usize,
    wait_max: Duration,
}

/// One tenant's.
pub(crate) struct Lane {
    /// `None` for the installation: what finds out whose request it is must not wait for whose it is.
    places: Option<Arc<Semaphore>>,
    gate: Arc<RwLock<()>>,
}

/// A place among those who may have a connection. It goes along with the connection: who hangs up leaves the work
/// behind, and would else make room for more of it than there may be.
pub(crate) type Place = Option<OwnedSemaphorePermit>;

/// The right to run an attempt, as long as it is held.
pub(crate) type Turn = Box<dyn Send>;

impl Lanes {
    /// Lanes in which a tenant has at most `share` connections, and waits for one of them for `wait_max`.
    pub(crate) fn new(share: usize, wait_max: Duration) -> Self {
        let installation = Arc::new(Lane { places: None, gate: Arc::default() });
        let (of_tenants, gate) = (Mutex::default(), Arc::default());
        Self { of_tenants, installation, gate, share, wait_max }
    }

    pub(crate) fn of(&self, owner: Owner) -> Arc<Lane> {
        let Some(tenant) = owner else { return Arc::clone(&self.installation) };
        let mut all = self.of_tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let places = Some(Arc::new(Semaphore::new(self.share)));
            Arc::new(Lane { places, gate: Arc::default() })
        };
        Arc::clone(all.entry(tenant).or_insert_with(new))
    }

    /// Waits for a place, in the order of asking.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when none is free in time.
    pub(crate) async fn place(&self, lane: &Lane) -> Result<Place, StorageError> {
        let Some(places) = &lane.places else { return Ok(None) };
        let waiting = tokio::time::timeout(self.wait_max, Arc::clone(places).acquire_owned());
        match waiting.await {
            Ok(place) => place.map(Some).map_err(StorageError::unavailable),
            Err(_) => Err(StorageError::unavailable("too much of this tenant is under way")),
        }
    }

    /// Waits until an attempt may begin. The tenant's gate comes first, always: whoever waits for the gate of all
    /// holds up nobody but its own.
    pub(crate) async fn turn(&self, lane: &Lane, attempt: u32) -> Turn {
        let own: Turn = if attempt <= ATTEMPTS_BESIDE {
            Box::new(Arc::clone(&lane.gate).read_owned().await)
        } else {
            Box::new(Arc::clone(&lane.gate).write_owned().await)
        };
        if attempt <= ATTEMPTS_BESIDE_OTHERS {
            Box::new((own, Arc::clone(&self.gate).read_owned().await))
        } else {
            Box::new((own, Arc::clone(&self.gate).write_owned().await))
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    fn tenants(lanes: &Lanes) -> [Arc<Lane>; 2] {
        [1, 2].map(|n| lanes.of(Some(TenantId::new(Uuid::from_u128(n)))))
    }

    #[tokio::test]
    async fn a_tenant_has_its_share_and_the_next_of_it_waits_in_vain() {
        let lanes = Lanes::new(2, Duration::from_millis(20));
        let [a, b] = tenants(&lanes);
        let first = lanes.place(&a).await.unwrap();
        let _second = lanes.place(&a).await.unwrap();
        let refusal = lanes.place(&a).await.unwrap_err();
        assert!(matches!(refusal, StorageError::Unavailable { .. }), "{refusal:?}");
        assert!(lanes.place(&b).await.is_ok());
        assert!(lanes.place(&lanes.of(None)).await.is_ok());
        drop(first);
        assert!(lanes.place(&a).await.is_ok());
    }

    #[tokio::test]
    async fn a_change_that_runs_alone_holds_up_its_own_tenant_only() {
        let lanes = Lanes::new(2, Duration::from_millis(20));
        let [a, b] = tenants(&lanes);
        let alone = lanes.turn(&a, ATTEMPTS_BESIDE + 1).await;
        assert!(lanes.turn(&a, 1).now_or_never().is_none());
        assert!(lanes.turn(&b, 1).now_or_never().is_some());
        assert!(lanes.turn(&b, ATTEMPTS_BESIDE + 1).now_or_never().is_some());
        drop(alone);
        assert!(lanes.turn(&a, 1).now_or_never().is_some());
        let _alone_of_all = lanes.turn(&a, ATTEMPTS_BESIDE_OTHERS + 1).await;
        assert!(lanes.turn(&b, 1).now_or_never().is_none());
    }
}
