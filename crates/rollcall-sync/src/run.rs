//! A run: one pass over one link, from taking its lease to giving it back. What it does in between is
//! decided in `drive.rs`.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{Answer, WfmTarget};
use rollcall_domain::{RunId, TenantId, WfmLinkId};
use rollcall_storage::link_lease::{self, Lease};
use rollcall_storage::outbox::{self, Due};
use rollcall_storage::sync_run::{self, RunCounts, SyncRun};
use rollcall_storage::wfm_link::{self, Health, WfmLink};
use rollcall_storage::{StorageError, Tx};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::halt::Halt;
use crate::lag::Lags;
use crate::need::{Cause, Need, need};
use crate::seat::Address;
use crate::world::World;

/// A lease is lengthened with every transaction of its run, and outlives any single call.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// A connector keeps limits of its own; this one holds whatever it does.
const CALL_MAX: Duration = Duration::from_secs(45);

/// A run that is going on.
pub(crate) struct Run {
    pub(crate) world: World,
    pub(crate) tenant: TenantId,
    /// The link as it was read last.
    pub(crate) link: WfmLink,
    pub(crate) need: Need,
    pub(crate) record: SyncRun,
    pub(crate) lags: Lags,
    pub(crate) target: Arc<dyn WfmTarget>,
    /// Where the target leads.
    pub(crate) address: Address,
    /// Distinguishes requests after a conflict from those before it.
    pub(crate) salt: u32,
    pub(crate) stop: CancellationToken,
    /// Moves when someone is due somewhere.
    pub(crate) pulse: watch::Receiver<u64>,
    lease: Lease,
}

/// What a run is opened with.
pub(crate) struct Opening {
    pub(crate) tenant: TenantId,
    pub(crate) link: WfmLinkId,
    pub(crate) target: Arc<dyn WfmTarget>,
    pub(crate) address: Address,
    pub(crate) compare_after: Option<Timestamp>,
    pub(crate) salt: u32,
    pub(crate) stop: CancellationToken,
    pub(crate) pulse: watch::Receiver<u64>,
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

impl Run {
    /// Takes the lease and begins a run if the link needs one, in one transaction.
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
        let Opening { tenant, target, address, salt, stop, pulse, .. } = opening;
        Ok(Opened::Run(Box::new(Self {
            world: world.clone(),
            tenant,
            link,
            need,
            record,
            lags: Lags::default(),
            target,
            address,
            salt,
            stop,
            pulse,
            lease,
        })))
    }

    /// Runs a transaction of this run: it proves the lease first, and lengthens it.
    pub(crate) async fn fenced<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, Halt> {
        let (lease, now) = (self.lease.clone(), self.world.clock.now());
        let done = self
            .world
            .storage
            .write(self.tenant, move |tx| {
                if !link_lease::stands(tx, &lease)? {
                    return Ok::<_, StorageError>(None);
                }
                link_lease::take(tx, lease.link, &lease.holder, now, end_of_lease(now))?;
                work(tx).map(Some)
            })
            .await?;
        done.ok_or(Halt::LeaseLost)
    }

    /// Calls the WFM, counted and bounded in time.
    pub(crate) async fn call<'t, T>(
        &mut self,
        call: impl FnOnce(&'t dyn WfmTarget) -> Answer<'t, T>,
        target: &'t Arc<dyn WfmTarget>,
    ) -> Result<T, ConnectorError> {
        self.record.counts.remote_calls += 1;
        tokio::time::timeout(CALL_MAX, call(target.as_ref())).await.unwrap_or_else(|_| {
            let reason = format!("no answer came within {} s", CALL_MAX.as_secs());
            Err(ConnectorError::Transient { reason })
        })
    }

    /// Whoever is due now, longest due first, with the link's settings of the same moment: marks that a
    /// change of settings made are never seen with the settings from before.
    pub(crate) async fn due(&mut self, limit: usize) -> Result<Vec<Due>, Halt> {
        let (id, now) = (self.link.id, self.world.clock.now());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (link, due) = self
            .world
            .storage
            .scan(self.tenant, move |tx| {
                Ok::<_, StorageError>((
                    wfm_link::get(tx, id)?,
                    outbox::list_due(tx, id, now, limit)?,
                ))
            })
            .await?;
        if let Some(link) = link {
            self.link = link;
        }
        Ok(due)
    }

    /// How many people this run is through with.
    pub(crate) fn processed(&self) -> i64 {
        let counts = &self.record.counts;
        counts.unchanged + counts.arrived + counts.updated + counts.departed + counts.failed
    }

    /// The departures that were held are not too many any more: the link goes on.
    pub(crate) async fn let_go(&mut self) -> Result<(), Halt> {
        let (link, now) = (self.link.id, self.world.clock.now());
        self.fenced(move |tx| {
            amend(tx, link, now, |link| {
                link.health = Health::Well;
                link.held_departures = 0;
            })
        })
        .await?;
        self.link.health = Health::Well;
        Ok(())
    }

    /// Writes how far the run is.
    pub(crate) async fn save(&self) -> Result<(), Halt> {
        let record = self.record.clone();
        self.fenced(move |tx| sync_run::save(tx, &record)).await
    }

    /// Ends the run: its record, the link's state and the lease, in one transaction.
    pub(crate) async fn close(
        mut self,
        state: &str,
        reason: Option<String>,
        change: impl Fn(&mut WfmLink) + Send + 'static,
    ) -> Result<(), Halt> {
        let now = self.world.clock.now();
        state.clone_into(&mut self.record.state);
        self.record.reason = reason;
        self.record.finished_at = Some(now);
        self.record.counts.due = self.processed();
        let (record, lease, link) = (self.record.clone(), self.lease.clone(), self.link.id);
        self.fenced(move |tx| {
            sync_run::save(tx, &record)?;
            amend(tx, link, now, &change)?;
            link_lease::release(tx, &lease, now)
        })
        .await
    }
}

/// Changes a link's state by what it is now, and writes it if that made a difference.
pub(crate) fn amend(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    now: Timestamp,
    change: impl Fn(&mut WfmLink),
) -> Result<(), StorageError> {
    let Some(before) = wfm_link::get(tx, link)? else { return Ok(()) };
    let mut after = before.clone();
    change(&mut after);
    if after == before {
        return Ok(());
    }
    if after.health != before.health {
        after.health_since = now;
    }
    if after.health == Health::Well {
        after.health_reason = None;
    }
    wfm_link::save_state(tx, &after)
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
    let Some(lease) = link_lease::take(tx, wanted.link, wanted.holder, now, end_of_lease(now))?
    else {
        return Ok(None);
    };
    end_interrupted(tx, wanted.link, now)?;
    let is_idle = need.cause == Cause::Schedule && next_due.is_none_or(|due| due > now);
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
    if need.sweeps {
        amend(tx, wanted.link, now, |link| {
            link.swept_at = Some(now);
            if is_idle {
                // Whatever was approved or held is not wanted any more.
                settle_brake(link);
            }
        })?;
    }
    if is_idle {
        link_lease::release(tx, &lease, now)?;
    }
    Ok(Some(Begun { link, need, lease, record }))
}

/// Nobody departs any more: an approval that is left is void, and nothing is held.
pub(crate) fn settle_brake(link: &mut WfmLink) {
    link.approved_departures = 0;
    link.held_departures = 0;
    if link.health == Health::Held {
        link.health = Health::Well;
    }
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

fn end_of_lease(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(now)
}
