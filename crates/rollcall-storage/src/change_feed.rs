//! The kinds of change of one tenant, to whoever follows that tenant: what others do wakes nobody.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;

use rollcall_domain::TenantId;

use crate::change::Change;

/// A follower may be as many changes behind; then it is told that it missed some.
const BEHIND_MAX: usize = 64;

/// One channel for each tenant that somebody follows.
#[derive(Debug, Default)]
pub(crate) struct ChangeFeeds {
    tenants: Mutex<HashMap<TenantId, broadcast::Sender<Change>>>,
}

impl ChangeFeeds {
    pub(crate) fn follow(&self, tenant: TenantId) -> broadcast::Receiver<Change> {
        let mut tenants = self.lock();
        tenants.retain(|_, feed| feed.receiver_count() > 0);
        tenants.entry(tenant).or_insert_with(|| broadcast::Sender::new(BEHIND_MAX)).subscribe()
    }

    pub(crate) fn publish(&self, changes: &[(TenantId, Change)]) {
        if changes.is_empty() {
            return;
        }
        let tenants = self.lock();
        for (tenant, change) in changes {
            if let Some(feed) = tenants.get(tenant) {
                // No receiver left is no failure: nobody follows any more.
                let _ = feed.send(*change);
            }
        }
    }

    /// Says that anything may have changed.
    pub(crate) fn publish_all(&self) {
        for feed in self.lock().values() {
            for change in Change::ALL {
                let _ = feed.send(change);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, broadcast::Sender<Change>>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
