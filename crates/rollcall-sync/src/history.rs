//! How much of past runs is kept: the newest thousand of a link, and what they did to whom for a month.

use jiff::SignedDuration;
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::{StorageError, wfm::sync_history};

use crate::world::World;

const RUNS_KEPT: i64 = 1_000;
const OUTCOMES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const ROWS_MAX: i64 = 1_000;
/// Transactions at one go. What is left goes after the next scheduled run.
const ROUNDS_MAX: usize = 20;
/// As many links are looked at in one transaction.
const LINKS_MAX: usize = 50;

/// Deletes what need not be kept of a link.
pub(crate) async fn prune(
    world: &World,
    tenant: TenantId,
    link: WfmLinkId,
) -> Result<(), StorageError> {
    for _ in 0..ROUNDS_MAX {
        if prune_once(world, tenant, vec![link]).await? < ROWS_MAX {
            break;
        }
    }
    Ok(())
}

/// Deletes what need not be kept of links that ran together: once round, which is more than they add.
pub(crate) async fn prune_all(
    world: &World,
    tenant: TenantId,
    links: &[WfmLinkId],
) -> Result<(), StorageError> {
    for links in links.chunks(LINKS_MAX) {
        prune_once(world, tenant, links.to_vec()).await?;
    }
    Ok(())
}

/// One transaction; tells how many rows went.
async fn prune_once(
    world: &World,
    tenant: TenantId,
    links: Vec<WfmLinkId>,
) -> Result<i64, StorageError> {
    let now = world.clock.now();
    let before = now.checked_sub(OUTCOMES_KEPT).unwrap_or(now);
    let work = move |tx: &mut rollcall_storage::Tx<'_>| {
        let mut gone = 0;
        for link in &links {
            gone += sync_history::prune_runs(tx, *link, RUNS_KEPT, ROWS_MAX - gone)?;
            gone += sync_history::prune_outcomes(tx, *link, before, ROWS_MAX - gone)?;
        }
        Ok::<_, StorageError>(gone)
    };
    world.storage.write(tenant, work).await
}
