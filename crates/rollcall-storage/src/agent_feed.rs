//! The changes of agent states as they are committed on this node, to whoever follows them.
//!
//! A change is told after it is on disk. Changes of one person come in the order of their sequence, as far as
//! this node makes them; a reader that sees a number missing, or is told that it missed something, reads the
//! states anew. What it already has, it tells by the sequence.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;
use tokio::sync::broadcast;

use rollcall_domain::agent_state::AgentState;
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::{AgentSessionId, BusinessUnitId, EmployeeId, TeamId, TenantId};

use crate::meter;

/// A reader may be as many changes behind: at 5,000 a second, more than three seconds.
const BEHIND_MAX: usize = 16_384;

/// A person went from one state to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentChange {
    /// Who.
    pub employee: EmployeeId,
    /// Their number.
    pub agent_number: AgentNumber,
    /// Their business unit.
    pub business_unit: BusinessUnitId,
    /// Their team.
    pub team: TeamId,
    /// Their session; `None` when they logged out.
    pub session: Option<AgentSessionId>,
    /// The number of the interval that begins.
    pub sequence: i64,
    /// What they did before.
    pub before: AgentState,
    /// What they do now.
    pub state: AgentState,
    /// Since when.
    pub since: Timestamp,
    /// How it is told, once somebody told it.
    pub text: SharedText,
}

/// The text of a change, written by the first who tells it and read by all others: a change has one text and many
/// readers. It says nothing that the change does not, so that all of them are equal.
#[derive(Clone, Debug, Default)]
pub struct SharedText(OnceLock<String>);

impl SharedText {
    /// The text that was written, or that is written now.
    pub fn get_or_write(&self, write: impl FnOnce() -> String) -> &str {
        self.0.get_or_init(write)
    }
}

impl PartialEq for SharedText {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for SharedText {}

/// What a follower is told.
#[derive(Clone, Debug)]
pub enum AgentNews {
    /// A change.
    Changed(Arc<AgentChange>),
    /// There may have been others, which were not told.
    Missed,
}

/// One channel for each tenant that somebody follows.
#[derive(Debug)]
pub(crate) struct AgentFeeds {
    tenants: Mutex<HashMap<TenantId, broadcast::Sender<AgentNews>>>,
    /// How often something was told of each tenant.
    counts: Mutex<HashMap<TenantId, u64>>,
    /// How often something was told of all of them.
    missed: AtomicU64,
    changes: metrics::Counter,
}

impl Default for AgentFeeds {
    fn default() -> Self {
        let changes = meter::agent_state_changes();
        Self {
            tenants: Mutex::default(),
            counts: Mutex::default(),
            missed: AtomicU64::default(),
            changes,
        }
    }
}

impl AgentFeeds {
    pub(crate) fn follow(&self, tenant: TenantId) -> broadcast::Receiver<AgentNews> {
        let mut tenants = self.lock();
        tenants.retain(|_, feed| feed.receiver_count() > 0);
        tenants.entry(tenant).or_insert_with(|| broadcast::Sender::new(BEHIND_MAX)).subscribe()
    }

    pub(crate) fn publish(&self, changes: &[(TenantId, Arc<AgentChange>)]) {
        if changes.is_empty() {
            return;
        }
        self.changes.increment(u64::try_from(changes.len()).unwrap_or(u64::MAX));
        let mut counts = self.counts();
        for (tenant, _) in changes {
            *counts.entry(*tenant).or_default() += 1;
        }
        drop(counts);
        let tenants = self.lock();
        for (tenant, change) in changes {
            if let Some(feed) = tenants.get(tenant) {
                // No receiver left is no failure: nobody follows any more.
                let _ = feed.send(AgentNews::Changed(Arc::clone(change)));
            }
        }
    }

    /// Says that anything may have changed.
    pub(crate) fn publish_missed(&self) {
        self.missed.fetch_add(1, Ordering::AcqRel);
        for feed in self.lock().values() {
            let _ = feed.send(AgentNews::Missed);
        }
    }

    /// How often something was told of a tenant so far.
    pub(crate) fn count(&self, tenant: TenantId) -> u64 {
        let own = self.counts().get(&tenant).copied().unwrap_or(0);
        own + self.missed.load(Ordering::Acquire)
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<TenantId, u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, broadcast::Sender<AgentNews>>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
