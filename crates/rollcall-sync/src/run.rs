//! A run: one pass over one link, from taking its lease to giving it back. What it does in between is
//! decided in `drive.rs`.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{Answer, WfmTarget};
use rollcall_domain::TenantId;
use rollcall_storage::wfm::link_lease::{self, Lease};
use rollcall_storage::wfm::outbox::{self, Due};
use rollcall_storage::wfm::sync_run::{self, SyncOutcome, SyncRun};
use rollcall_storage::wfm::wfm_link::{self, WfmLink};
use rollcall_storage::{StorageError, Tx};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::halt::Halt;
use crate::lag::Lags;
use crate::link_state;
use crate::meter::{self, Remote};
use crate::need::Need;
use crate::place::{Place, Places};
use crate::seat::Address;
use crate::world::World;

/// A lease is lengthened with every transaction of its run, and while a call lasts. It is short, so that
/// after a crash another engine goes on soon.
const LEASE: SignedDuration = SignedDuration::from_secs(15);
pub(crate) const RENEW_EVERY: Duration = Duration::from_secs(5);
/// People who are held are named so many in a transaction.
const HELD_CHUNK: usize = 300;
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
    pub(crate) begun: std::time::Instant,
    pub(crate) target: Arc<dyn WfmTarget>,
    /// Where the target leads.
    pub(crate) address: Address,
    /// Distinguishes requests after a conflict from those before it.
    pub(crate) salt: u32,
    pub(crate) stop: CancellationToken,
    /// Heard when someone is due at this link.
    pub(crate) nudge: Arc<Notify>,
    pub(crate) places: Places,
    /// Its own one, while it is at work.
    pub(crate) place: Option<Place>,
    pub(crate) lease: Lease,
}

impl Run {
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

    /// Calls the WFM, counted and bounded in time. The lease is lengthened as long as it takes.
    pub(crate) async fn call<'t, T>(
        &mut self,
        remote: Remote,
        call: impl FnOnce(&'t dyn WfmTarget) -> Answer<'t, T>,
        target: &'t Arc<dyn WfmTarget>,
    ) -> Result<T, ConnectorError> {
        self.record.counts.remote_calls += 1;
        meter::measured(remote, self.wait(call(target.as_ref()))).await
    }

    async fn wait<T>(&self, answer: Answer<'_, T>) -> Result<T, ConnectorError> {
        let mut answer = pin!(tokio::time::timeout(CALL_MAX, answer));
        let mut renewal = tokio::time::interval_at(Instant::now() + RENEW_EVERY, RENEW_EVERY);
        loop {
            tokio::select! {
                answer = &mut answer => return answer.unwrap_or_else(|_| Err(late())),
                _ = renewal.tick() => {
                    // A lease that was lost is noticed when the answer is settled.
                    if let Err(error) = self.fenced(|_| Ok(())).await {
                        tracing::debug!(run.id = %self.record.id, %error, "a lease was not lengthened");
                    }
                }
            }
        }
    }

    /// Waits for a place, after it was given up. The lease is lengthened as long as it takes.
    pub(crate) async fn take_place(&mut self) -> Result<(), Halt> {
        let place = {
            let mut place = pin!(self.places.take(&self.link.base_url));
            let mut renewal = tokio::time::interval_at(Instant::now() + RENEW_EVERY, RENEW_EVERY);
            loop {
                tokio::select! {
                    place = &mut place => break place,
                    _ = renewal.tick() => self.fenced(|_| Ok(())).await?,
                }
            }
        };
        self.place = Some(place);
        Ok(())
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

    /// Writes how far the run is.
    pub(crate) async fn save(&self) -> Result<(), Halt> {
        let record = self.record.clone();
        self.fenced(move |tx| sync_run::save(tx, &record)).await
    }

    /// Ends the run: its record, the link's state and the lease, in one transaction. Answers the lease
    /// where it is kept.
    pub(crate) async fn close(mut self, ending: Ending) -> Result<Option<Lease>, Halt> {
        let Ending { state, reason, change, held, keep } = ending;
        let now = self.world.clock.now();
        state.clone_into(&mut self.record.state);
        self.record.reason = reason;
        self.record.finished_at = Some(now);
        self.record.counts.due = self.processed();
        let (record, lease, link) = (self.record.clone(), self.lease.clone(), self.link.id);
        let kept = keep.map(|time| (lease.clone(), now.checked_add(time).unwrap_or(now)));
        let answer = kept.as_ref().map(|(lease, _)| lease.clone());
        // They count as named once the record says that it is held.
        for people in held.chunks(HELD_CHUNK) {
            let (run, people) = (record.id, people.to_vec());
            self.fenced(move |tx| sync_run::save_outcomes(tx, run, &people)).await?;
        }
        self.fenced(move |tx| {
            sync_run::save(tx, &record)?;
            link_state::amend(tx, link, now, &change)?;
            match &kept {
                Some((lease, until)) => {
                    link_lease::take(tx, link, &lease.holder, now, *until).map(|_| ())
                }
                None => link_lease::release(tx, &lease, now),
            }
        })
        .await?;
        meter::ran(&self.record, self.begun.elapsed());
        Ok(answer)
    }
}

/// How a run ends.
pub(crate) struct Ending {
    /// `done`, `failed` or `held`.
    pub(crate) state: &'static str,
    pub(crate) reason: Option<String>,
    /// What becomes of the link's state.
    pub(crate) change: Box<dyn Fn(&mut WfmLink) + Send>,
    /// People who would depart and do not.
    pub(crate) held: Vec<SyncOutcome>,
    /// The lease is not given back for so long: nobody is to call this WFM, on whatever node.
    pub(crate) keep: Option<Duration>,
}

impl Ending {
    /// Nothing else to say.
    pub(crate) fn of(state: &'static str) -> Self {
        let change = Box::new(|_: &mut WfmLink| ());
        Self { state, reason: None, change, held: Vec::new(), keep: None }
    }
}

pub(crate) fn end_of_lease(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(now)
}

fn late() -> ConnectorError {
    let reason = format!("no answer came within {} s", CALL_MAX.as_secs());
    ConnectorError::Transient { reason }
}
