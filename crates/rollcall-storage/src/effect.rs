//! What a committed transaction touched: caches forget it, sleepers wake for it.
//!
//! Effects are hints about rows, never the data itself; losing one costs a little time, nothing else.

use std::sync::Arc;

use tokio::sync::{Notify, broadcast};

use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, TenantId};

use crate::agent_feed::{AgentChange, AgentFeeds, AgentNews};
use crate::change_feed::ChangeFeeds;
use crate::error::StorageError;
use crate::membership::{Memberships, Step};
use crate::stamp::Stamps;

pub use crate::change::{Change, News};

/// How the first statement that failed did so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Another transaction got in the way. The same work may succeed when it is run again.
    Conflict,
    /// A unique value is taken. Run again, the work may see by whom and say it better.
    Duplicate,
    /// Anything else. Running it again would not help.
    Refused,
}

/// What one transaction touched, gathered while it runs and published when it is on disk.
#[derive(Debug, Default)]
pub struct Effects {
    pub(crate) employees: Vec<u64>,
    pub(crate) steps: Vec<(TenantId, Source, EmployeeId, Step)>,
    pub(crate) changes: Vec<(TenantId, Change)>,
    pub(crate) agents: Vec<(TenantId, Arc<AgentChange>)>,
    pub(crate) due: bool,
    pub(crate) failure: Option<Failure>,
    /// How many statements wrote, or may have.
    pub(crate) writes: u64,
    /// Every statement that was run, for the tests that look at their plans.
    #[cfg(test)]
    pub(crate) statements: Vec<String>,
}

impl Effects {
    /// Notes that a statement failed.
    pub(crate) fn fail(&mut self, error: &StorageError) {
        self.failure.get_or_insert(match error {
            StorageError::Conflict => Failure::Conflict,
            StorageError::Duplicate => Failure::Duplicate,
            _ => Failure::Refused,
        });
    }

    /// How much was gathered so far.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            employees: self.employees.len(),
            steps: self.steps.len(),
            changes: self.changes.len(),
            agents: self.agents.len(),
            due: self.due,
        }
    }

    /// Forgets what was gathered since: it was undone.
    pub(crate) fn forget_since(&mut self, mark: Mark) {
        self.employees.truncate(mark.employees);
        self.steps.truncate(mark.steps);
        self.changes.truncate(mark.changes);
        self.agents.truncate(mark.agents);
        self.due = mark.due;
    }

    /// Whether a statement failed, so that the whole transaction has to end: it runs again, or is refused.
    pub(crate) fn ends_transaction(&self) -> bool {
        self.failure.is_some()
    }

    /// What a use case's answer is worth: none that went on after a failed statement is kept, because
    /// PostgreSQL keeps nothing of such a transaction, whatever the use case believes.
    pub(crate) fn judge<T, E: From<StorageError>>(&self, answer: Result<T, E>) -> Result<T, E> {
        match (answer, self.failure) {
            (Ok(_), Some(Failure::Conflict)) => Err(StorageError::Conflict.into()),
            (Ok(_), Some(_)) => Err(StorageError::WentOn.into()),
            (answer, _) => answer,
        }
    }

    pub(crate) fn change(&mut self, tenant: TenantId, change: Change) {
        if !self.changes.contains(&(tenant, change)) {
            self.changes.push((tenant, change));
        }
    }
}

/// A place in what a transaction gathered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    employees: usize,
    steps: usize,
    changes: usize,
    agents: usize,
    due: bool,
}

/// Publishes what committed transactions touched, on this node.
#[derive(Debug)]
pub struct Signals {
    stamps: Stamps,
    memberships: Memberships,
    due: Notify,
    changes: broadcast::Sender<News>,
    tenants: ChangeFeeds,
    agents: AgentFeeds,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            stamps: Stamps::default(),
            memberships: Memberships::default(),
            due: Notify::new(),
            changes: broadcast::Sender::new(64),
            tenants: ChangeFeeds::default(),
            agents: AgentFeeds::default(),
        }
    }
}

impl Signals {
    /// The counters that tell a cache whether an entry is still true.
    #[must_use]
    pub fn stamps(&self) -> &Stamps {
        &self.stamps
    }

    /// The orders of people kept in memory.
    #[must_use]
    pub fn memberships(&self) -> &Memberships {
        &self.memberships
    }

    /// Waits until someone is due somewhere. May wake for nothing.
    pub async fn due(&self) {
        self.due.notified().await;
    }

    /// Follows the changes of all tenants from now on: for what looks after all of them.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<News> {
        self.changes.subscribe()
    }

    /// Follows the kinds of change of a tenant from now on. Those of others are neither told nor paid for.
    #[must_use]
    pub fn watch_tenant(&self, tenant: TenantId) -> broadcast::Receiver<Change> {
        self.tenants.follow(tenant)
    }

    /// Follows the agent states of a tenant from now on.
    #[must_use]
    pub fn follow_agents(&self, tenant: TenantId) -> broadcast::Receiver<AgentNews> {
        self.agents.follow(tenant)
    }

    /// How often agent states of a tenant changed since the start, as far as this node knows.
    #[must_use]
    pub fn agent_changes(&self, tenant: TenantId) -> u64 {
        self.agents.count(tenant)
    }

    /// Says that anything may have changed: another process wrote to the data.
    pub(crate) fn publish_all(&self) {
        self.stamps.bump_all();
        self.memberships.forget();
        self.due.notify_one();
        self.agents.publish_missed();
        for change in Change::ALL {
            // No receiver left is no failure: nobody watches.
            let _ = self.changes.send(News { tenant: None, change });
        }
        self.tenants.publish_all();
    }

    pub(crate) fn publish(&self, effects: &Effects) {
        for employee in &effects.employees {
            self.stamps.bump(*employee);
        }
        self.memberships.take(&effects.steps);
        if effects.changes.iter().any(|(_, change)| *change == Change::Access) {
            self.stamps.bump_access();
        }
        if effects.due {
            self.due.notify_one();
        }
        self.agents.publish(&effects.agents);
        let watched = self.changes.receiver_count() > 0;
        for (tenant, change) in &effects.changes {
            if watched {
                // No receiver left is no failure: nobody watches.
                let _ = self.changes.send(News { tenant: Some(*tenant), change: *change });
            }
        }
        self.tenants.publish(&effects.changes);
    }
}
