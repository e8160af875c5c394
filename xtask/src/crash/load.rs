//! The load under which the hub is killed, and the killing.

use super::checker::Written;
use super::desk::{Desk, Person};
use super::fault::Fault;
use super::prelude::{Cast, LEAVING};
use super::random::Random;
use super::stage::{Stage, Unit};
use super::writer::{Control, WRITERS, Writer};
use super::{Plan, journal};
use crate::site::Database;
use anyhow::{Result, anyhow};
use std::sync::atomic::Ordering;
use std::thread::ScopedJoinHandle;
use std::time::Duration;

/// How many of them change people of the unit that is linked by files.
const FILE_WRITERS: usize = 2;

/// How many of the people who have schedules log in as well.
const AT_DESKS: usize = 20;

/// How often the hub is killed in the last round, and how many people of each writer change in it, once.
const LAST_KILLS: u32 = 3;
const LAST_PEOPLE: usize = 40;

/// A run that was killed leaves a lease on its link. A store in a file has one hub at a time, so the next one
/// takes the lease over; on PostgreSQL, where others may live, it waits until the lease is over. Nobody waits
/// for that between two kills: the time is taken out of the lease, so that handing over goes on.
pub(crate) const PASS_LEASES: &[&str] = &[
    "update link_lease set expires_at = '2000-01-01T00:00:00.000Z'",
    "update wfm_schedule_pull set lease_until = '2000-01-01T00:00:00.000Z'",
];

/// Makes the next reading of schedules due, which is else so every 15 minutes.
pub(crate) const READ_ON: &str =
    "update wfm_schedule_pull set next_at = '2000-01-01T00:00:00.000Z'";

/// The next one begins from the start, as it does once a day.
const READ_WHOLE: &str = "update wfm_schedule_pull set read_at = '2000-01-01T00:00:00.000Z'";

/// Makes the scheduled run of the held link due: it looks once more whether too many would go.
const WEIGH_AGAIN: &str =
    "update wfm_link set swept_at = '2000-01-01T00:00:00.000Z' where acd_id = '4473'";

/// Time is moved on so rarely where the store is a file: at the other starts it lies there as the kill left it.
const TIME_PASSES_EVERY: u32 = 3;

/// What was going on, and what is known of it.
pub(crate) struct Load<'a> {
    writers: Vec<Writer<'a>>,
    /// The agent numbers of those who have schedules.
    pub(crate) troop: Vec<String>,
    /// Those of them who logged in.
    pub(crate) at_desks: Vec<Person>,
    /// Changes of schedules at the WFM.
    pub(crate) planned: u64,
}

impl Load<'_> {
    /// What is known of the people of a unit.
    pub(crate) fn written(&self, unit: Unit) -> Vec<Written> {
        let of_unit = self.writers.iter().filter(|writer| writer.unit == unit);
        of_unit.flat_map(Writer::written).collect()
    }

    /// What the writers met on the way that must not be.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        self.writers.iter().flat_map(|writer| writer.faults.iter().cloned()).collect()
    }
}

/// Runs all of it while the hub dies and comes back; leaves the hub running.
pub(crate) fn kill_under_load<'a>(
    stage: &mut Stage,
    control: &'a Control,
    plan: &Plan<'_>,
    cast: Cast<'a>,
) -> Result<Load<'a>> {
    let Cast { troop_writer, troop, held_writer, planner } = cast;
    let mut writers = Vec::new();
    for index in 0..WRITERS {
        let unit = if index < FILE_WRITERS { Unit::Filed } else { Unit::Called };
        let journal = journal(&plan.database, index)?;
        writers.push(Writer::new(unit, index, plan.seed, stage.door(unit), control, journal));
    }
    let (api, unit) = (stage.api.clone(), stage.called_unit.clone());
    let at_desks = troop.iter().take(AT_DESKS).cloned().collect();
    std::thread::scope(|scope| {
        let run = |mut writer: Writer<'a>| move || writer.run().map(|()| writer);
        let writers: Vec<_> = writers.into_iter().map(|writer| scope.spawn(run(writer))).collect();
        let desk = Desk::new(&api, &unit, at_desks, plan.seed);
        let desk = scope.spawn(|| desk.run(control));
        let planner = scope.spawn(|| planner.run(control));
        let driven = drive(stage, control, plan);
        control.stop.store(true, Ordering::Relaxed);
        let mut ended = vec![troop_writer, held_writer];
        for writer in writers {
            ended.push(join(writer)?);
        }
        let (at_desks, planned) = (join(desk)?, join(planner)?);
        driven.map(|()| Load { writers: ended, troop, at_desks, planned })
    })
}

/// Everybody changes once, under a few more kills, so that each run's counts must be those of its outcomes; and
/// those come back whose leaving held a link. The hub runs before and afterwards.
pub(crate) fn last_round(stage: &mut Stage, load: &mut Load<'_>, plan: &Plan<'_>) -> Result<()> {
    let mut random = Random::new(plan.seed.wrapping_add(3_000));
    std::thread::scope(|scope| {
        let change = |writer: &mut Writer<'_>| match writer.unit {
            Unit::Held => writer.turn_each(LEAVING),
            Unit::Called | Unit::Filed => writer.rename_each(LAST_PEOPLE),
        };
        let writers: Vec<_> =
            load.writers.iter_mut().map(|writer| scope.spawn(move || change(writer))).collect();
        let mut killed = Ok(());
        for _ in 0..LAST_KILLS {
            killed = killed.and_then(|()| live_and_die(stage, &mut random)).and_then(|()| {
                if !stage.site.is_sqlite() {
                    stage.site.alter(PASS_LEASES)?;
                }
                stage.site.start_hub()
            });
        }
        for writer in writers {
            join(writer)?;
        }
        killed
    })
}

fn join<T>(thread: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().map_err(|_| anyhow!("a thread of the load panicked"))?
}

fn drive(stage: &mut Stage, control: &Control, plan: &Plan<'_>) -> Result<()> {
    let kills = plan.kills as usize;
    let people = (kills * 5).clamp(50, 2_500);
    let mut random = Random::new(plan.seed);
    for kill in 1..=plan.kills {
        control.people.store((people * kill as usize).div_ceil(kills), Ordering::Relaxed);
        control.files_rest.store(kill.is_multiple_of(2), Ordering::Relaxed);
        stage.site.start_hub()?;
        live_and_die(stage, &mut random)?;
        pass_time(stage, plan, kill)?;
    }
    stage.site.start_hub()
}

fn live_and_die(stage: &mut Stage, random: &mut Random) -> Result<()> {
    std::thread::sleep(Duration::from_millis(50 + random.below(451)));
    stage.site.kill_hub()
}

/// Lets time pass that nobody waits for.
fn pass_time(stage: &Stage, plan: &Plan<'_>, kill: u32) -> Result<()> {
    let moves_on = kill.is_multiple_of(TIME_PASSES_EVERY);
    let mut statements = Vec::new();
    if moves_on || matches!(plan.database, Database::Postgres(_)) {
        statements.extend(PASS_LEASES);
    }
    if moves_on {
        statements.extend([READ_ON, WEIGH_AGAIN]);
    }
    if kill.is_multiple_of(2 * TIME_PASSES_EVERY) {
        statements.push(READ_WHOLE);
    }
    if statements.is_empty() { Ok(()) } else { stage.site.alter(&statements) }
}
