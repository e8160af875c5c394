//! Whose turn it is to look at everyone: few at a time in this process, and one of a tenant, so that no tenant's
//! searches make another wait for all of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rollcall_domain::TenantId;
use rollcall_storage::StorageError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// As many scans run at a time in this process.
const AT_A_TIME: usize = 2;
/// Who has waited for so long is told to come again.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// The turns of a process.
pub(crate) struct Turns {
    all: Arc<Semaphore>,
    of_tenants: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
    wait_max: Duration,
}

/// A turn. It goes along with the work: who hangs up leaves the work behind, and would else make room for more of it
/// than there may be.
pub(crate) struct Turn {
    _of_tenant: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Default for Turns {
    fn default() -> Self {
        let all = Arc::new(Semaphore::new(AT_A_TIME));
        Self { all, of_tenants: Mutex::default(), wait_max: WAIT_MAX }
    }
}

impl Turns {
    /// Waits for a turn.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when none comes in time.
    pub(crate) async fn take(&self, tenant: TenantId) -> Result<Turn, StorageError> {
        let of_tenant = {
            let mut all = self.of_tenants.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(tenant).or_insert_with(|| Arc::new(Semaphore::new(1))))
        };
        let taking = async {
            // The semaphores are never closed.
            let of_tenant = of_tenant.acquire_owned().await.map_err(StorageError::unavailable)?;
            let of_all =
                Arc::clone(&self.all).acquire_owned().await.map_err(StorageError::unavailable)?;
            Ok(Turn { _of_tenant: of_tenant, _of_all: of_all })
        };
        tokio::time::timeout(self.wait_max, taking)
            .await
            .unwrap_or_else(|_| Err(StorageError::unavailable("too many searches are waiting")))
    }
}

/// Tells work that nobody waits for it any more, as soon as this is dropped.
#[derive(Default)]
pub(crate) struct Listener(Arc<AtomicBool>);

/// What the work asks.
pub(crate) struct Listened(Arc<AtomicBool>);

impl Listener {
    pub(crate) fn ear(&self) -> Listened {
        Listened(Arc::clone(&self.0))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Listened {
    pub(crate) fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use rollcall_domain::TenantId;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn one_tenants_searches_wait_for_each_other_and_not_anothers() {
        let turns = Turns { wait_max: Duration::from_millis(20), ..Turns::default() };
        let [a, b] = [1, 2].map(|n| TenantId::new(Uuid::from_u128(n)));
        let first = turns.take(a).await.unwrap();
        assert!(turns.take(a).await.is_err(), "the second of a tenant is told to come again");
        let _other = turns.take(b).await.unwrap();
        drop(first);
        assert!(turns.take(a).await.is_ok());
    }

    #[test]
    fn work_hears_that_nobody_waits_any_more() {
        let listener = Listener::default();
        let ear = listener.ear();
        assert!(!ear.is_over());
        drop(listener);
        assert!(ear.is_over());
    }
}
