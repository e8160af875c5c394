//! The scheduled runs of all links of a tenant at which nobody is due: one transaction, however many they are.
//! Each has its record, as a run of its own would. Whatever else a link needs goes the long way, in `serve.rs`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use rollcall_domain::{RunId, TenantId, WfmLinkId};
use rollcall_storage::wfm::sync_run::{self, RunCounts, SyncRun};
use rollcall_storage::wfm::wfm_link::{self, Health, WfmLink};
use rollcall_storage::{StorageError, Tx, wfm::link_lease};

use crate::history;
use crate::meter;
use crate::need::{Cause, Listing, need};
use crate::seat::{REST, Seat};
use crate::world::World;

/// As many links are swept in one transaction.
pub(crate) const SWEPT_MAX: usize = 1_000;

/// Links of a tenant that need their scheduled run and nothing else.
pub(crate) struct Sweep {
    pub(crate) world: World,
    pub(crate) tenant: TenantId,
    pub(crate) quiet: Vec<Quiet>,
    /// When it was looked what they need.
    pub(crate) looked_at: Instant,
}

/// A link at which nobody is due.
pub(crate) struct Quiet {
    pub(crate) link: WfmLinkId,
    pub(crate) seat: Seat,
    /// When somebody will be: what was put off.
    pub(crate) next_due: Option<Timestamp>,
}

/// Whether a link needs its scheduled run, and that run would find nothing to do and change nothing else.
pub(crate) fn is_quiet(
    link: &WfmLink,
    next_due: Option<Timestamp>,
    compare_after: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    let is_scheduled = need(link, next_due, compare_after, now).is_some_and(|need| {
        need.cause == Cause::Schedule && need.listing == Listing::Skipped && !need.answers
    });
    is_scheduled
        && next_due.is_none_or(|due| due > now)
        && link.health == Health::Well
        && link.approved_departures == 0
}

/// Sweeps; gives back what is to be remembered of each link.
pub(crate) async fn sweep(mut sweep: Sweep) -> Vec<(WfmLinkId, Seat)> {
    if let Err(error) = sweep.carry_out().await {
        tracing::warn!(tenant.id = %sweep.tenant, %error, "scheduled runs have to wait");
        sweep.quiet.iter_mut().for_each(|quiet| quiet.seat.rest(REST));
    }
    sweep.quiet.into_iter().map(|quiet| (quiet.link, quiet.seat)).collect()
}

/// What became of the links of a sweep.
#[derive(Default)]
struct Swept {
    swept: HashSet<WfmLinkId>,
    /// A run says that it is running, and nobody holds the link: what a crash left behind.
    interrupted: HashSet<WfmLinkId>,
}

impl Sweep {
    async fn carry_out(&mut self) -> Result<(), StorageError> {
        let World { storage, clock, ids, holder } = &self.world;
        let (now, holder) = (clock.now(), Arc::clone(holder));
        let wanted: Vec<Wanted> = self
            .quiet
            .iter()
            .map(|quiet| Wanted {
                link: quiet.link,
                run: RunId::new(ids.next()),
                next_due: quiet.next_due,
                compare_after: quiet.seat.compare_after,
            })
            .collect();
        let swept = storage.write(self.tenant, move |tx| record(tx, &wanted, &holder, now)).await?;
        for Quiet { link, seat, .. } in &mut self.quiet {
            if swept.interrupted.contains(link) {
                seat.interrupted = true;
            } else if !swept.swept.contains(link) {
                seat.rest(REST);
            }
        }
        // The records are part of the transaction that this is, and cannot say how long it took.
        let duration_us = self.looked_at.elapsed().as_micros();
        let links = swept.swept.len();
        meter::swept(links, self.looked_at.elapsed());
        tracing::info!(tenant.id = %self.tenant, links, duration_us, "scheduled runs found nothing to do");
        let swept: Vec<WfmLinkId> = swept.swept.into_iter().collect();
        history::prune_all(&self.world, self.tenant, &swept).await
    }
}

/// What is asked of the transaction for one link.
struct Wanted {
    link: WfmLinkId,
    run: RunId,
    next_due: Option<Timestamp>,
    compare_after: Option<Timestamp>,
}

/// Looks once more, now that nothing moves. That nobody is due was seen before, and is not read again: with
/// the marks in its view, this transaction and every change of a person would be in each other's way.
fn record(
    tx: &mut Tx<'_>,
    wanted: &[Wanted],
    holder: &str,
    now: Timestamp,
) -> Result<Swept, StorageError> {
    // Another engine's turn; and a lease of our own is one that was kept after a failure.
    let taken: HashSet<WfmLinkId> =
        link_lease::list_of_others(tx, holder, now)?.into_iter().collect();
    let running: HashSet<WfmLinkId> = sync_run::list_running_links(tx)?.into_iter().collect();
    let wanted: HashMap<WfmLinkId, &Wanted> = wanted.iter().map(|it| (it.link, it)).collect();
    let (mut swept, mut runs) = (Swept::default(), Vec::with_capacity(wanted.len()));
    for link in wfm_link::list(tx)? {
        let Some(wanted) = wanted.get(&link.id).filter(|_| !taken.contains(&link.id)) else {
            continue;
        };
        if running.contains(&link.id) {
            swept.interrupted.insert(link.id);
        } else if is_quiet(&link, wanted.next_due, wanted.compare_after, now) {
            runs.push(done(wanted, now));
            swept.swept.insert(link.id);
        }
    }
    sync_run::save_all(tx, &runs)?;
    let links: Vec<WfmLinkId> = runs.iter().map(|run| run.link).collect();
    wfm_link::save_swept(tx, &links, now)?;
    Ok(swept)
}

fn done(wanted: &Wanted, now: Timestamp) -> SyncRun {
    SyncRun {
        id: wanted.run,
        link: wanted.link,
        cause: Cause::Schedule.as_str().to_owned(),
        state: "done".to_owned(),
        reason: None,
        started_at: now,
        finished_at: Some(now),
        counts: RunCounts::default(),
    }
}
