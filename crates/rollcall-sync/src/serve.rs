//! Serves one link once: begins a run where one is needed, drives it, and draws the consequences of how
//! it ended. The only place that knows what follows from a failure.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rollcall_connector::ConnectorError;
use rollcall_domain::TenantId;
use rollcall_storage::StorageError;
use rollcall_storage::wfm_link::{Health, WfmLink};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::drive::{self, End};
use crate::engine::WfmTargets;
use crate::halt::Halt;
use crate::history;
use crate::need::{Cause, Listing};
use crate::retry;
use crate::run::{self, Opened, Opening, Run};
use crate::seat::{Address, Seat};
use crate::world::World;

/// A link on which there was nothing to do, or another engine at work, is left alone for so long.
const REST: Duration = Duration::from_millis(900);
/// After a list that was not whole, or more differences than one comparison takes.
const COMPARE_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(15);
const COMPARE_ON_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// One link's turn.
pub(crate) struct Turn {
    pub(crate) world: World,
    pub(crate) tenant: TenantId,
    pub(crate) link: WfmLink,
    pub(crate) seat: Seat,
    pub(crate) stop: CancellationToken,
    pub(crate) pulse: watch::Receiver<u64>,
}

/// Serves a link; gives back what is to be remembered of it.
pub(crate) async fn serve(mut turn: Turn, targets: &dyn WfmTargets) -> Seat {
    let link = turn.link.id;
    if let Err(error) = turn.take(targets).await {
        tracing::warn!(link.id = %link, %error, "a link could not be served");
        turn.seat.rest(REST);
    }
    turn.seat
}

impl Turn {
    async fn take(&mut self, targets: &dyn WfmTargets) -> Result<(), StorageError> {
        let target = match self.seat.target(targets, self.tenant, &self.link) {
            Ok(target) => target,
            Err(error) => return self.cannot_begin(&error).await,
        };
        // After a failure the door is tried first, so that a long outage is not a thousand failed runs.
        // A held link's run calls nobody.
        if self.seat.failures > 0
            && self.link.health != Health::Held
            && let Err(error) = target.probe().await
        {
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
            pulse: self.pulse.clone(),
        };
        match Run::open(&self.world, opening).await? {
            Opened::Nothing => self.seat.rest(REST),
            Opened::Swept => history::prune(&self.world, self.tenant, self.link.id).await?,
            Opened::Run(mut run) => {
                let sweeps = run.need.sweeps;
                let result = drive::drive(&mut run).await;
                self.conclude(*run, result).await?;
                if sweeps {
                    history::prune(&self.world, self.tenant, self.link.id).await?;
                }
            }
        }
        Ok(())
    }

    /// The WFM is out of reach before a run could begin.
    async fn cannot_begin(&mut self, error: &ConnectorError) -> Result<(), StorageError> {
        let reason = self.failed(error);
        let (link, now) = (self.link.id, self.world.clock.now());
        self.world
            .storage
            .write(self.tenant, move |tx| {
                run::amend(tx, link, now, |link| set_failing(link, &reason))
            })
            .await
    }

    async fn conclude(&mut self, run: Run, result: Result<End, Halt>) -> Result<(), StorageError> {
        let now = self.world.clock.now();
        let called = run.record.counts.remote_calls > 0;
        if called && matches!(result, Ok(_) | Err(Halt::Incomplete { .. })) {
            self.seat.went_well();
        }
        let id = run.record.id;
        let closed = match result {
            Ok(End::Done { compared }) => {
                if run.need.listing == Listing::Whole && !compared {
                    self.seat.compare_after = after(now, COMPARE_ON_AFTER);
                }
                let lapses = matches!(run.need.cause, Cause::Approval | Cause::Schedule);
                let change =
                    move |link: &mut WfmLink| done(link, called, lapses, compared.then_some(now));
                run.close("done", None, change).await
            }
            Ok(End::Unfinished) => run.close("done", None, |_| ()).await,
            Ok(End::Held(hold)) => {
                let (departures, reason) = (hold.departures, hold.reason.clone());
                let change = move |link: &mut WfmLink| {
                    link.health = Health::Held;
                    link.health_reason = Some(reason.clone());
                    link.held_departures = departures;
                    link.approved_departures = 0;
                };
                run.close("held", Some(hold.reason), change).await
            }
            Err(Halt::Remote(error)) => {
                let reason = self.failed(&error);
                let told = reason.clone();
                run.close("failed", Some(told), move |link| set_failing(link, &reason)).await
            }
            Err(halt @ Halt::Incomplete { .. }) => {
                self.seat.compare_after = after(now, COMPARE_AGAIN_AFTER);
                run.close("failed", Some(halt.to_string()), |_| ()).await
            }
            Err(halt) => Err(halt),
        };
        match closed {
            Ok(()) => Ok(()),
            Err(Halt::Storage(error)) => Err(error),
            Err(halt) => {
                // Whoever has the lease now ends the record of this run.
                tracing::warn!(run.id = %id, error = %halt, "a run was given up");
                self.seat.rest(REST);
                Ok(())
            }
        }
    }

    /// Notes a failed call; answers what people are told.
    fn failed(&mut self, error: &ConnectorError) -> String {
        self.seat.failures = self.seat.failures.saturating_add(1);
        if matches!(error, ConnectorError::Conflict { .. }) {
            self.seat.conflicts = self.seat.conflicts.wrapping_add(1);
        }
        let verdict = retry::judge(error, self.seat.failures);
        self.seat.rest(verdict.wait);
        if self.seat.failures == 1 {
            tracing::warn!(link.id = %self.link.id, %error, "a WFM failed");
        }
        verdict.reason
    }
}

fn done(link: &mut WfmLink, called: bool, lapses: bool, compared_at: Option<Timestamp>) {
    if called && link.health == Health::Failing {
        link.health = Health::Well;
    }
    if lapses {
        run::settle_brake(link);
    }
    link.compared_at = compared_at.or(link.compared_at);
}

fn set_failing(link: &mut WfmLink, reason: &str) {
    if link.health != Health::Held {
        link.health = Health::Failing;
        link.health_reason = Some(reason.to_owned());
    }
}

fn after(now: Timestamp, time: SignedDuration) -> Option<Timestamp> {
    now.checked_add(time).ok()
}
