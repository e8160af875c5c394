//! What becomes due by itself: codes whose time is over, and history that is old.
//!
//! Each timeout is applied at the moment when it was due, however late that is noticed: after a crash, history
//! is as if there had been none.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;

use rollcall_domain::{EmployeeId, TenantId};
use rollcall_storage::{StorageError, Tx, agent::agent_state as rows};

use crate::app::App;
use crate::history;

/// How often it is looked for those who are due.
pub const TIMEOUT_INTERVAL: Duration = Duration::from_millis(500);
/// History is kept for so long: a year and a month, so that a month can be compared with the same one before.
pub const HISTORY_KEPT_DAYS: i64 = 396;
/// As many people are looked at in one go.
const PAGE: i64 = 500;
/// As many of them share a transaction.
const BATCH: usize = 100;
/// What is left after so many pages waits for the next time.
const PAGES_MAX: usize = 2_000;
/// As many pages of old history are forgotten of a tenant in one go.
const PRUNED_PAGES_MAX: usize = 20;

impl App {
    /// Applies the timeouts that are due, of all tenants; tells how many people changed. Any number of nodes
    /// may do so at once.
    ///
    /// # Errors
    /// When storage fails; what was applied until then stays.
    pub async fn apply_timeouts(&self) -> Result<usize, StorageError> {
        let now = self.now();
        let mut changed = 0;
        for _ in 0..PAGES_MAX {
            let due = self
                .storage
                .read_installation(move |session| rows::list_due(session, now, PAGE))
                .await?;
            let mut tenants: BTreeMap<TenantId, Vec<EmployeeId>> = BTreeMap::new();
            for (tenant, employee) in due {
                tenants.entry(tenant).or_default().push(employee);
            }
            let mut page = 0;
            for (tenant, people) in tenants {
                for batch in people.chunks(BATCH) {
                    page += self.expire(tenant, batch.to_vec()).await?;
                }
            }
            changed += page;
            if page == 0 {
                break;
            }
        }
        Ok(changed)
    }

    async fn expire(
        &self,
        tenant: TenantId,
        people: Vec<EmployeeId>,
    ) -> Result<usize, StorageError> {
        let now = self.now();
        self.storage
            .write(tenant, move |tx| {
                let mut changed = 0;
                for employee in &people {
                    let Some(person) = rows::get(tx, *employee)? else { continue };
                    let Some(mut agent) = person.agent.clone() else { continue };
                    // Another node, or the person, may have been here in between.
                    let ended = agent.expire(now);
                    if !ended.is_empty() {
                        rows::settle(tx, &person, &agent, &ended)?;
                        history::follow(tx, &person, &agent, &ended, now)?;
                        changed += 1;
                    }
                }
                Ok(changed)
            })
            .await
    }

    /// Forgets history that is older than [`HISTORY_KEPT_DAYS`]; of each tenant so much at a time that others
    /// need not wait for it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn prune_agent_history(&self) -> Result<u64, StorageError> {
        let kept = SignedDuration::from_hours(24 * HISTORY_KEPT_DAYS);
        let Ok(before) = self.now().checked_sub(kept) else { return Ok(0) };
        let tenants =
            self.storage.read_installation(rollcall_storage::directory::tenant::list).await?;
        let mut forgotten = 0;
        for tenant in tenants {
            for _ in 0..PRUNED_PAGES_MAX {
                let work = move |tx: &mut Tx<'_>| {
                    let states = rows::prune_history(tx, before, PAGE)?;
                    Ok::<_, StorageError>(states + history::prune_facts(tx, before, PAGE)?)
                };
                let page = self.storage.write(tenant.id, work).await?;
                forgotten += page;
                if page == 0 {
                    break;
                }
            }
        }
        Ok(forgotten)
    }
}
