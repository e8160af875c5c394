//! Hints that something of a kind has changed, told to open pages.
//!
//! A hint carries no data: pages ask again for what they show. Many changes in a row become one hint, and the
//! last one is never lost: what is kept is how many there were of each kind, not the hints themselves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rollcall_app::{App, Change};
use rollcall_domain::TenantId;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// How many changes of each kind there were since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    people: u64,
    runs: u64,
    health: u64,
    requests: u64,
    adherence: u64,
    events: u64,
    /// Of agents only this is counted; who follows them is told by the application itself.
    pub(crate) agents: u64,
}

impl Seen {
    /// The names of the kinds in which `newer` is ahead, as the browser knows them.
    pub(crate) fn behind(self, newer: Seen) -> impl Iterator<Item = &'static str> {
        [
            ("people", self.people != newer.people),
            ("runs", self.runs != newer.runs),
            ("health", self.health != newer.health),
            ("requests", self.requests != newer.requests),
            ("adherence", self.adherence != newer.adherence),
            ("events", self.events != newer.events),
        ]
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
    }

    /// Written for the address of the stream: `12.3.1`.
    pub(crate) fn to_text(self) -> String {
        let Seen { people, runs, health, requests, adherence, events, agents } = self;
        format!("{people}.{runs}.{health}.{requests}.{adherence}.{events}.{agents}")
    }

    /// Reads it back. What cannot be read has seen nothing, and is told all.
    pub(crate) fn from_text(text: &str) -> Seen {
        let mut numbers = text.split('.').map(|number| number.parse().unwrap_or(u64::MAX));
        let mut next = || numbers.next().unwrap_or(u64::MAX);
        Seen {
            people: next(),
            runs: next(),
            health: next(),
            requests: next(),
            adherence: next(),
            events: next(),
            agents: next(),
        }
    }

    fn count(&mut self, change: Change) {
        match change {
            Change::People => self.people += 1,
            Change::Runs => self.runs += 1,
            Change::Health | Change::Access => self.health += 1,
            Change::Requests => self.requests += 1,
            Change::Adherence => self.adherence += 1,
            Change::SecurityEvents => self.events += 1,
        }
    }
}

/// The counts of each tenant, and a way to wait for them. What happens in one tenant is no other's business: neither
/// that it happens nor how often.
#[derive(Clone)]
pub(crate) struct Hints {
    tenants: Tenants,
    app: App,
}

/// The counts of the tenants whose pages were asked for.
type Tenants = Arc<Mutex<HashMap<TenantId, watch::Sender<Seen>>>>;

impl Hints {
    /// Begins to count what the application commits. Ends by itself with the application.
    pub(crate) fn follow(app: &App) -> Self {
        let tenants = Tenants::default();
        let (counted, mut changes) = (Arc::downgrade(&tenants), app.watch());
        tokio::spawn(async move {
            loop {
                let news = changes.recv().await;
                let Some(tenants) = counted.upgrade() else { break };
                match news {
                    Ok(news) => count(&tenants, news.tenant, &[news.change]),
                    // Some were missed: any kind of anybody may be among them.
                    Err(RecvError::Lagged(_)) => count(&tenants, None, &Change::ALL),
                    Err(RecvError::Closed) => break,
                }
            }
        });
        Self { tenants, app: app.clone() }
    }

    /// What there was of a tenant so far.
    pub(crate) fn seen(&self, tenant: TenantId) -> Seen {
        let seen = *self.subscribe(tenant).borrow();
        Seen { agents: self.app.agent_changes(tenant), ..seen }
    }

    /// How many changes of health there were so far.
    pub(crate) fn health(&self, tenant: TenantId) -> u64 {
        self.subscribe(tenant).borrow().health
    }

    /// A receiver of its own for one stream.
    pub(crate) fn subscribe(&self, tenant: TenantId) -> watch::Receiver<Seen> {
        lock(&self.tenants).entry(tenant).or_default().subscribe()
    }
}

/// Counts changes of a tenant, or of all of them.
fn count(tenants: &Tenants, tenant: Option<TenantId>, changes: &[Change]) {
    let tenants = lock(tenants);
    let concerned = tenants.iter().filter(|(id, _)| tenant.is_none_or(|tenant| tenant == **id));
    for (_, counted) in concerned {
        counted.send_modify(|seen| changes.iter().for_each(|change| seen.count(*change)));
    }
}

fn lock(tenants: &Tenants) -> MutexGuard<'_, HashMap<TenantId, watch::Sender<Seen>>> {
    tenants.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_what_it_has_not_seen() {
        let old =
            Seen { people: 4, runs: 2, health: 0, requests: 3, adherence: 0, events: 7, agents: 1 };
        let new =
            Seen { people: 9, runs: 2, health: 1, requests: 3, adherence: 0, events: 7, agents: 5 };
        assert_eq!(old.behind(new).collect::<Vec<_>>(), ["people", "health"]);
        assert_eq!(new.behind(new).count(), 0);
        assert_eq!(Seen::from_text(&new.to_text()), new);
        assert_eq!(Seen::from_text("nonsense").behind(new).count(), 6);
    }
}
