//! The one way from due people to settled ones: weigh, read, plan, write, settle, until nobody is due.

use std::sync::Arc;
use std::time::Duration;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{BATCH_MAX, WfmReceipt};
use rollcall_storage::wfm::wfm_link::Health;
use rollcall_storage::{Tx, wfm::outbox, wfm::wfm_standing};
use tokio::time::Instant;

use crate::batch::{self, Planned};
use crate::brake::{self, Weighed};
use crate::end::{Compared, End};
use crate::halt::Halt;
use crate::link_state;
use crate::meter::Remote;
use crate::need::{Cause, Listing};
use crate::run::Run;
use crate::seat::Address;
use crate::settle;
use crate::write::{self, Written};
use crate::{heal, preview, stray};

/// An event's run waits so long for more, so that a trickle of changes is one run and not hundreds.
const LINGER: Duration = Duration::from_secs(1);
/// It waits no more when it is so old; what is due then it still does.
const LINGER_UNTIL: Duration = Duration::from_secs(10);
/// No run goes on for longer; what is left is the next one's.
const RUN_MAX: Duration = Duration::from_secs(300);
/// As many people may be refused one by one, without a success between, before it counts as the whole
/// link's trouble.
const ALONE_MAX: u32 = 5;

/// Drives a run to its end.
pub(crate) async fn drive(run: &mut Run) -> Result<End, Halt> {
    if run.need.cause == Cause::Preview {
        preview::preview(run).await?;
        return Ok(End::Done(Compared::Nothing));
    }
    let found = match run.need.listing {
        Listing::Whole => heal::compare_and_heal(run).await?,
        Listing::Skipped => heal::Healed { strays: Vec::new(), compared: Compared::Nothing },
    };
    if run.stop.is_cancelled() {
        return Ok(End::Unfinished);
    }
    let strays = i64::try_from(found.strays.len()).unwrap_or(i64::MAX);
    let mut permit = match brake::weigh(run, strays).await? {
        Weighed::Free(permit) => permit - strays,
        Weighed::Held(hold) => return Ok(End::Held(hold)),
    };
    if run.link.health == Health::Held {
        let (link, now) = (run.link.id, run.world.clock.now());
        run.fenced(move |tx| link_state::amend(tx, link, now, link_state::let_go)).await?;
        run.link.health = Health::Well;
    }
    stray::depart(run, found.strays).await?;

    let begun = Instant::now();
    let mut pace = Pace { limit: BATCH_MAX, alone: 0 };
    loop {
        if run.stop.is_cancelled() || begun.elapsed() > RUN_MAX {
            return Ok(End::Unfinished);
        }
        let due = run.due(pace.limit).await?;
        if !run.link.enabled || Address::of(&run.link) != run.address {
            return Ok(End::Unfinished);
        }
        if due.is_empty() {
            let lingers = run.need.cause == Cause::Event
                && run.link.immediate
                && begun.elapsed() < LINGER_UNTIL;
            if lingers && linger(run).await? {
                continue;
            }
            return Ok(End::Done(found.compared));
        }
        let planned = batch::plan(due, run.link.business_unit, &run.link.switches);
        let departures = planned.departures();
        // An approval is of people and not of a number: who left since they were weighed is none of them.
        let is_approved = run.need.cause == Cause::Approval && departures > 0;
        if departures > permit || is_approved {
            permit = match brake::weigh(run, 0).await? {
                Weighed::Free(permit) => permit,
                // Held before the first write of a run, never in the middle: the next one says so.
                Weighed::Held(_) if run.processed() > 0 => return Ok(End::Unfinished),
                Weighed::Held(hold) => return Ok(End::Held(hold)),
            };
        }
        permit -= departures;
        carry_out(run, planned, &mut pace).await?;
    }
}

/// How many people go into one batch. A batch that is refused as a whole is tried by halves, so that one
/// person whom the WFM cannot bear does not hold up the others.
struct Pace {
    limit: usize,
    /// People who were refused alone, one after another.
    alone: u32,
}

async fn carry_out(run: &mut Run, planned: Planned, pace: &mut Pace) -> Result<(), Halt> {
    if planned.intents.is_empty() {
        return settle::settle(run, planned, Vec::new()).await;
    }
    let unsent = planned.unsent();
    if !unsent.is_empty() {
        try_first(run).await?;
        let link = run.link.id;
        run.fenced(move |tx| outbox::note_sent(tx, link, &unsent)).await?;
    }
    let (writes, key) = (planned.writes(), planned.key(run.link.id, run.salt));
    let receipts = match write::write(run, &writes, &key).await {
        Ok(Written::Answered(receipts)) => receipts,
        Ok(Written::Left) => return Ok(()),
        Err(Halt::Remote(ConnectorError::Rejected { reason })) if pace.alone < ALONE_MAX => {
            // Is it these people, or all that is asked of this WFM?
            let target = Arc::clone(&run.target);
            run.call(Remote::Probe, |target| target.probe(), &target).await?;
            if writes.len() > 1 {
                pace.limit = (writes.len() / 2).max(1);
                return Ok(());
            }
            pace.alone += 1;
            let reason = format!("The WFM refuses this agent: {reason}.");
            return settle::settle(run, planned, vec![WfmReceipt::Refused { reason }]).await;
        }
        Err(halt) => return Err(halt),
    };
    *pace = Pace { limit: (pace.limit * 2).min(BATCH_MAX), alone: 0 };
    settle::settle(run, planned, receipts).await
}

/// Tries the door of a WFM that never confirmed anything, before anybody counts as sent: a wrong address or secret then
/// leaves nothing that might be there, and the link can be removed.
async fn try_first(run: &mut Run) -> Result<(), Halt> {
    if run.record.counts.remote_calls > 0 || run.link.compared_at.is_some() {
        return Ok(());
    }
    let link = run.link.id;
    let read = move |tx: &mut Tx<'_>| wfm_standing::count_present(tx, link);
    if run.world.storage.read(run.tenant, read).await? > 0 {
        return Ok(());
    }
    let target = Arc::clone(&run.target);
    run.call(Remote::Probe, |target| target.probe(), &target).await?;
    Ok(())
}

/// Waits a little for more; tells whether someone is due again. Others may be at work meanwhile.
async fn linger(run: &mut Run) -> Result<bool, Halt> {
    let until = Instant::now() + LINGER;
    run.place = None;
    loop {
        tokio::select! {
            () = run.stop.cancelled() => return Ok(false),
            () = tokio::time::sleep_until(until) => {}
            () = run.nudge.notified() => {}
        }
        let (link, now) = (run.link.id, run.world.clock.now());
        let next = run.world.storage.read(run.tenant, move |tx| outbox::next_due(tx, link)).await?;
        if next.is_some_and(|due| due <= now) {
            run.take_place().await?;
            return Ok(true);
        }
        if Instant::now() >= until {
            return Ok(false);
        }
    }
}
