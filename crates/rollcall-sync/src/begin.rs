//! How a run begins: one transaction that looks what the link needs, takes the lease, ends what a crash
//! left behind, and adds the run.

use std::sync::Arc;

use jiff::Timestamp;
use rollcall_connector::wfm::WfmTarget;
use rollcall_domain::{RunId, TenantId, WfmLinkId};
use rollcall_storage::wfm::link_lease::{self, Lease};
use rollcall_storage::wfm::sync_run::{self, RunCounts, SyncRun};
use rollcall_storage::wfm::wfm_link::{self, WfmLink};
use rollcall_storage::{StorageError, Tx, wfm::outbox};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::lag::Lags;
use crate::link_state;
use crate::need::{Cause, Listing, Need, need};
use crate::place::{Place, Places};
use crate::run::{self, Run};
use crate::seat::Address;
use crate::world::World;

/// What a run is opened with.
pub(crate) struct Opening {
    pub(crate) tenant: TenantId,
    pub(crate) link: WfmLinkId,
    pub(crate) target: Arc<dyn WfmTarget>,
    pub(crate) address: Address,
    pub(crate) compare_after: Option<Timestamp>,
    pub(crate) salt: u32,
    pub(crate) stop: CancellationToken,
    pub(crate) nudge: Arc<Notify>,
    pub(crate) places: Places,
    pub(crate) place: Place,
}

/// What became of an opening.
pub(crate) enum Opened {
    /// There is nothing to do here now, or another engine does it.
    Nothing,
    /// It was a scheduled run, it found nothing to do, and it is over.
    Swept,
    /// A run has begun.
    Run(Box<Run>),
}

/// Begins a run if the link needs one and nobody else has it.
pub(crate) async fn open(world: &World, opening: Opening) -> Result<Opened, StorageError> {
    let (now, id) = (world.clock.now(), RunId::new(world.ids.next()));
    let (link, holder) = (opening.link, Arc::clone(&world.holder));
    let compare_after = opening.compare_after;
    let begun = world
        .storage
        .write(opening.tenant, move |tx| {
            begin(tx, &Beginning { id, link, holder: &holder, compare_after, now })
        })
        .await?;
    let Some(Begun { link, need, lease, record }) = begun else { return Ok(Opened::Nothing) };
    if record.finished_at.is_some() {
        return Ok(Opened::Swept);
    }
    let Opening { tenant, target, address, salt, stop, nudge, places, place, .. } = opening;
    Ok(Opened::Run(Box::new(Run {
        world: world.clone(),
        tenant,
        link,
        need,
        record,
        lags: Lags::default(),
        begun: std::time::Instant::now(),
        target,
        address,
        salt,
        stop,
        nudge,
        places,
        place: Some(place),
        lease,
    })))
}

struct Beginning<'a> {
    id: RunId,
    link: WfmLinkId,
    holder: &'a str,
    compare_after: Option<Timestamp>,
    now: Timestamp,
}

struct Begun {
    link: WfmLink,
    need: Need,
    lease: Lease,
    record: SyncRun,
}

fn begin(tx: &mut Tx<'_>, wanted: &Beginning<'_>) -> Result<Option<Begun>, StorageError> {
    let now = wanted.now;
    let Some(link) = wfm_link::get(tx, wanted.link)? else { return Ok(None) };
    let next_due = outbox::next_due(tx, wanted.link)?;
    let Some(need) = need(&link, next_due, wanted.compare_after, now) else { return Ok(None) };
    let end = run::end_of_lease(now);
    let Some(lease) = link_lease::take(tx, wanted.link, wanted.holder, now, end)? else {
        return Ok(None);
    };
    end_interrupted(tx, wanted.link, now)?;
    let is_idle = matches!(need.cause, Cause::Schedule | Cause::Request)
        && need.listing == Listing::Skipped
        && next_due.is_none_or(|due| due > now);
    let record = SyncRun {
        id: wanted.id,
        link: wanted.link,
        cause: need.cause.as_str().to_owned(),
        state: if is_idle { "done" } else { "running" }.to_owned(),
        reason: None,
        started_at: now,
        finished_at: is_idle.then_some(now),
        counts: RunCounts::default(),
    };
    sync_run::save(tx, &record)?;
    if need.sweeps || need.answers {
        link_state::amend(tx, wanted.link, now, |link| {
            if need.answers {
                link.asked = None;
            }
            if need.sweeps {
                link.swept_at = Some(now);
            }
            if is_idle {
                link_state::settle_brake(link);
            }
        })?;
    }
    if is_idle {
        link_lease::release(tx, &lease, now)?;
    }
    Ok(Some(Begun { link, need, lease, record }))
}

/// Whoever holds the lease has no other run: what says that it is running was left behind by a crash.
fn end_interrupted(tx: &mut Tx<'_>, link: WfmLinkId, now: Timestamp) -> Result<(), StorageError> {
    for mut run in sync_run::list_running(tx, link)? {
        run.state = "failed".to_owned();
        run.reason = Some(
            "The run was interrupted. What it had not settled was left to the next one.".to_owned(),
        );
        run.finished_at = Some(now);
        sync_run::save(tx, &run)?;
    }
    Ok(())
}
