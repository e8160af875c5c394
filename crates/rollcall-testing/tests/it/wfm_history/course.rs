//! Runs a history: life after life of the engine, until everything is done, and then judges.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use jiff::SignedDuration;
use rollcall_domain::{Clock, Ids};
use rollcall_storage::{StorageError, wfm::outbox, wfm::sync_run, wfm::wfm_link};
use rollcall_sync::{Engine, EngineOptions};
use rollcall_testing::TestClock;
use tokio::runtime::{Builder, Runtime};

use super::hand::Hand;
use super::memory_wfm::Event;
use super::operation::{Asking, BYSTANDERS, Operation, SLOTS, UNITS};
use super::place::{Beginning, Counter, Ground, Hub, Place};
use super::verdict::{Case, judge};

/// How often it is looked whether the engine is through.
const LOOK: Duration = Duration::from_millis(100);
/// So often at the most in the middle of a history, and in its end.
const LOOKS_MAX: u32 = 60;
const LAST_LOOKS_MAX: u32 = 1_000;
/// In the end the clock goes on by so much after so many looks.
const LOOKS_A_STEP: u32 = 20;
const STEP: SignedDuration = SignedDuration::from_mins(5);
/// The end of a history takes so long at least, in real time, before it is given up.
const PATIENCE: Duration = Duration::from_secs(20);
const BREATH: Duration = Duration::from_millis(1);
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

/// How a life of the engine ended.
enum End {
    Died,
    /// It is through with everything.
    Done,
}

/// Runs a history and judges what the WFM was told.
///
/// # Errors
/// What went wrong.
pub(crate) fn run(ground: Ground, history: &[Operation]) -> Result<()> {
    let mut place = match ground {
        Ground::Memory => Place::like(beginning()?)?,
        Ground::Postgres | Ground::Http => furnished(ground)?,
    };
    let mut left: VecDeque<Operation> = history.iter().cloned().collect();
    live(ground, &mut place, &mut left)?;
    Ok(())
}

fn live(ground: Ground, place: &mut Place, left: &mut VecDeque<Operation>) -> Result<()> {
    loop {
        let runtime = runtime(ground)?;
        let end = runtime.block_on(one_life(place, left))?;
        // Whatever the engine was at ends here, at the await it has come to.
        drop(runtime);
        match end {
            End::Done => return Ok(()),
            End::Died => {
                let mut state = place.wfm.lock();
                state.engine_died = false;
                state.journal.push(Event::Died(place.expected.lengths()));
            }
        }
    }
}

/// Time is the engine's own where nothing is outside: whoever waits is there at once.
fn runtime(ground: Ground) -> Result<Runtime> {
    let is_paused = ground == Ground::Memory;
    Ok(Builder::new_current_thread().enable_all().start_paused(is_paused).build()?)
}

/// A place at its beginning: furnished, with some people, all told.
fn furnished(ground: Ground) -> Result<Place> {
    let mut place = Place::empty(ground)?;
    runtime(ground)?.block_on(async {
        let hub = place.open().await?;
        place.furnish(&hub).await
    })?;
    let mut arrivals: VecDeque<Operation> =
        (0..BYSTANDERS + 3).map(|slot| Operation::Enter(slot, slot % 2 * 2)).collect();
    arrivals.extend((0..UNITS).map(|unit| Operation::Ask(unit, Asking::Comparison)));
    live(ground, &mut place, &mut arrivals)?;
    Ok(place)
}

fn beginning() -> Result<&'static Beginning> {
    static BEGINNING: OnceLock<std::result::Result<Beginning, String>> = OnceLock::new();
    let made = BEGINNING.get_or_init(|| {
        let made = furnished(Ground::Memory).and_then(|place| place.beginning());
        made.map_err(|error| format!("{error:#}"))
    });
    made.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
}

async fn one_life(place: &mut Place, left: &mut VecDeque<Operation>) -> Result<End> {
    let hub = place.open().await?;
    let ids: Arc<dyn Ids> = Arc::<Counter>::clone(&place.ids);
    let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&place.clock);
    let (storage, targets) = (hub.storage.clone(), Arc::new(place.wfm.clone()));
    let engine = Engine::start(EngineOptions { storage, clock, ids, targets }).await;
    while let Some(operation) = left.pop_front() {
        // No two things happen in the same millisecond.
        place.clock.advance(MOMENT);
        Hand { place: &mut *place, hub: &hub }.apply(&operation).await?;
        match operation {
            Operation::CrashAfter(steps) => {
                for _ in 0..steps {
                    tokio::task::yield_now().await;
                }
                return Ok(End::Died);
            }
            Operation::Work(ms) => tokio::time::sleep(Duration::from_millis(ms.into())).await,
            Operation::Settle => settle(place, &hub).await?,
            _ => {}
        }
        if place.wfm.lock().engine_died {
            return Ok(End::Died);
        }
    }
    if !finish(place, &hub).await? {
        return Ok(End::Died);
    }
    engine.stop().await;
    Ok(End::Done)
}

async fn settle(place: &Place, hub: &Hub) -> Result<()> {
    for _ in 0..LOOKS_MAX {
        place.clock.advance(MOMENT);
        if place.wfm.lock().engine_died || is_quiet(place, hub).await? {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// Whether no link that is on has anything to do now.
async fn is_quiet(place: &Place, hub: &Hub) -> Result<bool> {
    let (tenant, now) = (place.tenant()?, place.now());
    for link in place.names.links.clone() {
        let busy = hub.storage.read(tenant, move |tx| {
            let found = wfm_link::get(tx, link)?;
            let due = outbox::next_due(tx, link)?.is_some_and(|due| due <= now);
            let asked = found.as_ref().is_some_and(|link| link.asked.is_some());
            let runs = !sync_run::list_running(tx, link)?.is_empty();
            Ok::<_, StorageError>(found.is_some_and(|link| link.enabled) && (due || asked || runs))
        });
        if busy.await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Everything that hindered is over, and time goes on until nobody is due anywhere; then it is judged. Tells whether
/// the engine lived so long.
async fn finish(place: &mut Place, hub: &Hub) -> Result<bool> {
    Hand { place: &mut *place, hub }.tidy_up().await?;
    if !rest(place, hub).await? {
        return Ok(false);
    }
    // A request that came too late may have written what was past: the full comparison is there for that.
    let came_late =
        place.wfm.lock().journal.iter().any(|event| matches!(event, Event::Landed { .. }));
    if came_late {
        for _ in 0..2 {
            for unit in 0..UNITS {
                Hand { place: &mut *place, hub }.ask(unit, Asking::Comparison).await?;
            }
            if !rest(place, hub).await? {
                return Ok(false);
            }
        }
    }
    let mut kept = Vec::new();
    for link in place.names.links.clone() {
        let agents = hub.app.kept_agents(place.tenant()?, link, i64::MIN, SLOTS * 2).await?;
        kept.push(agents.iter().map(|agent| agent.agent_number).collect::<BTreeSet<_>>());
    }
    place.wfm.fetch();
    let state = place.wfm.lock();
    let case = Case { expected: &place.expected, wfm: &state, kept: &kept };
    judge(&case).map_err(|why| anyhow::anyhow!("{why}"))?;
    Ok(true)
}

async fn rest(place: &mut Place, hub: &Hub) -> Result<bool> {
    let begun = Instant::now();
    let mut look = 0;
    while look < LAST_LOOKS_MAX || begun.elapsed() < PATIENCE {
        look += 1;
        if place.wfm.lock().engine_died {
            return Ok(false);
        }
        let mut held = false;
        for unit in 0..UNITS {
            held |= Hand { place: &mut *place, hub }.approve(unit).await?;
        }
        if !held && is_quiet(place, hub).await? && due(place, hub).await? == 0 {
            return Ok(true);
        }
        place.clock.advance(MOMENT);
        if look % LOOKS_A_STEP == 0 && look < LAST_LOOKS_MAX {
            place.clock.advance(STEP);
        }
        if look > LOOKS_A_STEP {
            // Simulated time does not wait for disks, unless a thread is waited for.
            tokio::task::spawn_blocking(breathe).await?;
        }
        // Waits after failures grow, up to ten minutes.
        tokio::time::sleep(LOOK * (1 + look / LOOKS_A_STEP).min(100)).await;
    }
    let links = hub.app.links(place.tenant()?).await?;
    let told = links.into_iter().map(|it| {
        let runs: Vec<_> = it.runs.into_iter().take(2).map(|run| (run.cause, run.state)).collect();
        let link = it.link;
        (link.health, link.health_reason, link.held_departures, it.tally, runs)
    });
    bail!("it does not come to rest: {:#?}", told.collect::<Vec<_>>())
}

/// Lets the threads that write have a moment: nobody ever sends here.
fn breathe() {
    let (_kept, never) = std::sync::mpsc::channel::<()>();
    let _ = never.recv_timeout(BREATH);
}

async fn due(place: &Place, hub: &Hub) -> Result<i64> {
    let tenant = place.tenant()?;
    let mut due = 0;
    for link in place.names.links.clone() {
        let count = move |tx: &mut rollcall_storage::Tx<'_>| outbox::count(tx, link);
        let count: std::result::Result<i64, StorageError> = hub.storage.read(tenant, count).await;
        due += count.context("marks are counted")?;
    }
    Ok(due)
}
