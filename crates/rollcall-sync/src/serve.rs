//! Serves one link once: begins a run where one is needed, drives it, and draws the consequences of how
//! it ended. The only place that knows what follows from a failure.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rollcall_connector::ConnectorError;
use rollcall_domain::{EmployeeId, RunId, TenantId, WfmLinkId};
use rollcall_storage::wfm::sync_run::SyncOutcome;
use rollcall_storage::wfm::wfm_link::{Health, WfmLink};
use rollcall_storage::{StorageError, Tx, wfm::link_lease};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::batch::Kind;
use crate::begin::{self, Opened, Opening};
use crate::drive;
use crate::end::{Compared, End, Hold};
use crate::halt::Halt;
use crate::history;
use crate::link_state;
use crate::meter::{self, Remote};
use crate::need::{Cause, Listing};
use crate::place::{Place, Places};
use crate::retry::{self, Verdict};
use crate::run::{Ending, Run};
use crate::seat::{Address, REST, Seat};
use crate::target::WfmTargets;
use crate::world::World;

/// After a list that was not whole, or more differences than one comparison takes.
const COMPARE_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(15);
const COMPARE_ON_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// A WFM that shows no list is asked for one so often.
const UNLISTED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// One link's turn.
pub(crate) struct Turn {
    pub(crate) world: World,
    pub(crate) tenant: TenantId,
    pub(crate) link: WfmLink,
    pub(crate) seat: Seat,
    pub(crate) stop: CancellationToken,
    /// Heard when someone is due at the link.
    pub(crate) nudge: Arc<Notify>,
    pub(crate) places: Places,
}

/// Serves a link as soon as there is a place; gives back what is to be remembered of it.
pub(crate) async fn serve(mut turn: Turn, targets: &dyn WfmTargets) -> Seat {
    let link = turn.link.id;
    let place = turn.places.take(&turn.link.base_url);
    let Some(place) = turn.stop.run_until_cancelled(place).await else { return turn.seat };
    if let Err(error) = turn.take(targets, place).await {
        tracing::warn!(link.id = %link, %error, "a link could not be served");
        turn.seat.rest(REST);
    }
    turn.seat
}

impl Turn {
    async fn take(&mut self, targets: &dyn WfmTargets, place: Place) -> Result<(), StorageError> {
        self.seat.interrupted = false;
        let target = match self.seat.target(targets, self.tenant, &self.link) {
            Ok(target) => target,
            Err(error) => return self.cannot_begin(&error).await,
        };
        // After a failure the door is tried first, so that a long outage is not a thousand failed runs.
        // A held link's run calls nobody.
        let is_in_doubt = self.seat.failures > 0 && self.link.health != Health::Held;
        if is_in_doubt && let Err(error) = meter::measured(Remote::Probe, target.probe()).await {
            return self.cannot_begin(&error).await;
        }
        let opening = Opening {
            tenant: self.tenant,
            link: self.link.id,
            target,
            address: Address::of(&self.link),
            compare_after: self.seat.compare_after,
            salt: self.seat.conflicts,
            stop: self.stop.clone(),
            nudge: Arc::clone(&self.nudge),
            places: self.places.clone(),
            place,
        };
        let begun = Instant::now();
        match begin::open(&self.world, opening).await? {
            Opened::Nothing => self.seat.rest(REST),
            Opened::Swept => {
                // Its record is part of the transaction that it is, and cannot say how long that took.
                let duration_us = begun.elapsed().as_micros();
                tracing::info!(link.id = %self.link.id, duration_us, "a scheduled run found nothing to do");
                history::prune(&self.world, self.tenant, self.link.id).await?;
            }
            Opened::Run(mut run) => {
                let sweeps = run.need.sweeps;
                let span = meter::run_span(&run.record);
                let result = drive::drive(&mut run).instrument(span.clone()).await;
                meter::record_run(&span, &run.record, &result);
                self.conclude(*run, result).await?;
                if sweeps {
                    history::prune(&self.world, self.tenant, self.link.id).await?;
                }
            }
        }
        Ok(())
    }

    /// The WFM is out of reach before a run could begin. Like after a failed run, nobody calls it for a while.
    async fn cannot_begin(&mut self, error: &ConnectorError) -> Result<(), StorageError> {
        let verdict = self.failed(error);
        let (link, now) = (self.link.id, self.world.clock.now());
        let until = now.checked_add(verdict.wait).unwrap_or(now);
        let holder = Arc::clone(&self.world.holder);
        let work = move |tx: &mut Tx<'_>| {
            let lease = link_lease::take(tx, link, &holder, now, until)?;
            if lease.is_some() {
                link_state::amend(tx, link, now, |link| link_state::fail(link, &verdict.reason))?;
            }
            Ok::<_, StorageError>(lease)
        };
        self.seat.lease = self.world.storage.write(self.tenant, work).await?;
        Ok(())
    }

    async fn conclude(&mut self, run: Run, result: Result<End, Halt>) -> Result<(), StorageError> {
        let called = run.record.counts.remote_calls > 0;
        if called && matches!(result, Ok(_) | Err(Halt::Incomplete { .. })) {
            self.seat.went_well();
        }
        let id = run.record.id;
        let told = self.told(&run, &result, called);
        let closed = match self.ending(&run, result) {
            Ok(ending) => run.close(ending).await,
            Err(halt) => Err(halt),
        };
        match closed {
            Ok(lease) => {
                self.seat.lease = lease;
                if let Some(told) = told {
                    told.log((self.tenant, self.link.id), id);
                }
            }
            Err(Halt::Storage(error)) => return Err(error),
            Err(halt) => {
                // Whoever has the lease now ends the record of this run.
                tracing::warn!(run.id = %id, error = %halt, "a run was given up");
                self.seat.rest(REST);
            }
        }
        Ok(())
    }

    /// What operators are told of a run once it is kept.
    fn told(&self, run: &Run, result: &Result<End, Halt>, called: bool) -> Option<Told> {
        match result {
            Ok(End::Held(hold)) => {
                Some(Told::Held { departures: hold.departures, named: hold.people.len() })
            }
            Ok(_) if called && self.link.health == Health::Failing => {
                let (people, since) = (run.processed(), self.link.health_since);
                Some(Told::Recovered { people, since })
            }
            _ => None,
        }
    }

    /// What follows from how a run went.
    fn ending(&mut self, run: &Run, result: Result<End, Halt>) -> Result<Ending, Halt> {
        let now = self.world.clock.now();
        match result {
            Ok(End::Done(compared)) => {
                let heals = run.need.listing == Listing::Whole && run.need.cause != Cause::Preview;
                match compared {
                    Compared::Part => self.seat.compare_after = after(now, COMPARE_ON_AFTER),
                    Compared::Nothing if heals => {
                        self.seat.compare_after = after(now, UNLISTED_FOR);
                    }
                    Compared::Nothing | Compared::Whole => {}
                }
                let called = run.record.counts.remote_calls > 0;
                let lapses =
                    matches!(run.need.cause, Cause::Approval | Cause::Schedule | Cause::Request);
                let change = move |link: &mut WfmLink| {
                    if called {
                        link_state::recover(link);
                    }
                    if lapses {
                        link_state::settle_brake(link);
                    }
                    if compared == Compared::Whole {
                        link.compared_at = Some(now);
                    }
                };
                let reason = run.record.reason.clone();
                Ok(Ending { reason, change: Box::new(change), ..Ending::of("done") })
            }
            Ok(End::Unfinished) => Ok(Ending::of("done")),
            Ok(End::Held(hold)) => {
                let held = held(&hold, now);
                let reason = Some(hold.reason.clone());
                let change = move |link: &mut WfmLink| link_state::hold(link, &hold);
                Ok(Ending { reason, held, change: Box::new(change), ..Ending::of("held") })
            }
            Err(Halt::Remote(error)) => {
                let verdict = self.failed(&error);
                let (reason, keep) = (Some(verdict.reason.clone()), Some(verdict.wait));
                let change = move |link: &mut WfmLink| link_state::fail(link, &verdict.reason);
                Ok(Ending { reason, keep, change: Box::new(change), ..Ending::of("failed") })
            }
            Err(halt @ Halt::Incomplete { .. }) => {
                self.seat.compare_after = after(now, COMPARE_AGAIN_AFTER);
                Ok(Ending { reason: Some(halt.to_string()), ..Ending::of("failed") })
            }
            Err(halt) => Err(halt),
        }
    }

    /// Notes a failed call.
    fn failed(&mut self, error: &ConnectorError) -> Verdict {
        self.seat.failures = self.seat.failures.saturating_add(1);
        if matches!(error, ConnectorError::Conflict { .. }) {
            self.seat.conflicts = self.seat.conflicts.wrapping_add(1);
        }
        let verdict = retry::judge(error, self.seat.failures);
        self.seat.rest(verdict.wait);
        if self.seat.failures == 1 {
            let (tenant, link) = (self.tenant, self.link.id);
            tracing::warn!(tenant.id = %tenant, link.id = %link, %error, "a WFM failed");
        }
        verdict
    }
}

/// A turn of things that the log tells, without the names of people.
enum Told {
    Held { departures: i64, named: usize },
    Recovered { people: i64, since: Timestamp },
}

impl Told {
    fn log(&self, (tenant, link): (TenantId, WfmLinkId), run: RunId) {
        match self {
            Self::Held { departures, named } => tracing::warn!(
                tenant.id = %tenant, link.id = %link, run.id = %run, departures, named,
                "a run is held: nothing was applied, and somebody has to approve or reject it"
            ),
            Self::Recovered { people, since } => tracing::info!(
                tenant.id = %tenant, link.id = %link, run.id = %run, people, failing_since = %since,
                "a WFM answers again"
            ),
        }
    }
}

fn held(hold: &Hold, now: Timestamp) -> Vec<SyncOutcome> {
    let outcome = |employee: &EmployeeId| SyncOutcome {
        employee: *employee,
        at: now,
        step: Kind::Depart.as_str().to_owned(),
        result: "held".to_owned(),
        reason: None,
        lag_ms: None,
    };
    hold.people.iter().map(outcome).collect()
}

fn after(now: Timestamp, time: SignedDuration) -> Option<Timestamp> {
    now.checked_add(time).ok()
}
