//! How much of past runs is kept: the newest thousand of a link, and what they did to whom for a month.

use jiff::SignedDuration;
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::{StorageError, sync_history};

use crate::world::World;

const RUNS_KEPT: i64 = 1_000;
const OUTCOMES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const ROWS_MAX: i64 = 1_000;
/// Transactions at one go. What is left goes after the next scheduled run.
const ROUNDS_MAX: usize = 20;

/// Deletes what need not be kept of a link.
pub(crate) async fn prune(
    world: &World,
    tenant: TenantId,
    link: WfmLinkId,
) -> Result<(), StorageError> {
    let now = world.clock.now();
    let before = now.checked_sub(OUTCOMES_KEPT).unwrap_or(now);
    for _ in 0..ROUNDS_MAX {
        let gone = world
            .storage
            .write(tenant, move |tx| {
                let gone = sync_history::prune_runs(tx, link, RUNS_KEPT, ROWS_MAX)?;
                let left = ROWS_MAX - gone;
                Ok::<_, StorageError>(gone + sync_history::prune_outcomes(tx, link, before, left)?)
            })
            .await?;
        if gone < ROWS_MAX {
            break;
        }
    }
    Ok(())
}
