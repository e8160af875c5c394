//! `cargo xtask crash`: kills the hub at random moments and proves that nothing acknowledged was lost.
//!
//! Eight writers change people over SCIM while the hub hands them to simulated WFMs, over HTTP and by files. Schedules
//! change at the WFM and are read back; people log in and change their states. The hub is killed with SIGKILL 50 to
//! 500 ms after it is ready, and started again, over and over. In the end every acknowledged change must be in the
//! hub and, once, in the WFM, and runs, files, schedules and states must be whole. Changes nothing outside its own
//! folder.

mod census;
mod checker;
mod desk;
mod fault;
mod figures;
mod journal;
mod load;
mod planner;
mod prelude;
mod random;
mod settle;
mod stage;
mod writer;

use crate::postgres::Postgres;
use crate::site::{AgentKey, Database};
use crate::{block, hub, process, workspace};
use anyhow::{Result, ensure};
use fault::Fault;
use figures::Figures;
use journal::Journal;
use load::Load;
use settle::{Held, Settlement};
use stage::{Stage, Unit};
use std::hash::{BuildHasher, Hasher};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::Instant;
use writer::Control;

/// Makes the full comparison due at the link whose WFM has doubles, as it is once a day.
const COMPARE_NOW: &str =
    "update wfm_link set compared_at = '2000-01-01T00:00:00.000Z' where acd_id = '4471'";

/// What `cargo xtask crash` can be told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often the hub is killed on each database.
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// Which database the hub stores in.
    #[arg(long, value_enum, default_value_t = Choice::Both)]
    database: Choice,
    /// Repeats the choices of an earlier run.
    #[arg(long)]
    seed: Option<u64>,
    /// Use the release build.
    #[arg(long)]
    release: bool,
    /// Let the simulated WFM take a second agent of the same number, and show what the full comparison repairs.
    #[arg(long)]
    without_unique_key: bool,
    /// Write the figures into docs/reliability.md.
    #[arg(long)]
    update_docs: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Choice {
    Sqlite,
    Postgres,
    Both,
}

/// Builds the hub and runs the proof on the chosen databases.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = workspace::root();
    let mut build = Command::new("cargo");
    build
        .args(["build", "--quiet", "--package", "rollcall"])
        .args(options.release.then_some("--release"));
    process::run(build.current_dir(&root))?;
    let binary = hub::binary(&root, if options.release { "release" } else { "debug" });
    let seed = options.seed.unwrap_or_else(fresh_seed);
    let key = if options.without_unique_key { AgentKey::None } else { AgentKey::Unique };
    let plan = |database| Plan { binary: &binary, database, kills: options.kills, key, seed };
    let mut all = Vec::new();
    if matches!(options.database, Choice::Sqlite | Choice::Both) {
        all.push(prove(&plan(Database::Sqlite))?);
    }
    if matches!(options.database, Choice::Postgres | Choice::Both) {
        let postgres = Postgres::start()?;
        all.push(prove(&plan(Database::Postgres(&postgres)))?);
    }
    if options.update_docs {
        let (document, table) = (root.join("docs/reliability.md"), figures::table(&all));
        if options.without_unique_key {
            block::update(&document, "crash-repair", &table)?;
        } else {
            block::update(&document, "crash", &table)?;
            block::update(&document, "crash-parts", &figures::parts_table(&all))?;
        }
    }
    ensure!(all.iter().all(Figures::is_clean), "the proof failed");
    Ok(())
}

/// A seed that differs from run to run.
pub(crate) fn fresh_seed() -> u64 {
    std::hash::RandomState::new().build_hasher().finish() % 1_000_000
}

/// What is to be proven.
pub(crate) struct Plan<'a> {
    /// The `rollcall` binary.
    pub(crate) binary: &'a Path,
    /// Where the hub stores.
    pub(crate) database: Database<'a>,
    /// How often it is killed.
    pub(crate) kills: u32,
    /// What the WFM does with a second agent of the same number.
    pub(crate) key: AgentKey,
    /// Decides moments and people.
    pub(crate) seed: u64,
}

/// Kills a hub under load; prints one line of figures, and whatever is wrong.
pub(crate) fn prove(plan: &Plan<'_>) -> Result<Figures> {
    let start = Instant::now();
    let mut stage = Stage::prepare(plan.binary, &plan.database, plan.key)?;
    let control = Control::default();
    let cast = prelude::play(&mut stage, &control, plan)?;
    let mut load = load::kill_under_load(&mut stage, &control, plan, cast)?;
    let mut census = Settlement::new(load.troop.clone());
    let mut figures = Figures {
        database: plan.database.name(),
        kills: plan.kills,
        seed: plan.seed,
        planned: load.planned,
        ..Figures::default()
    };
    settle::let_time_pass(&mut stage)?;
    if plan.key == AgentKey::None {
        figures.doubles_before = Some(repair(&mut stage, &load)?);
    }
    let mut faults = load.faults();
    faults.extend(census.settle(&stage, &load, Held::Still)?);
    let already = faults.clone();
    census.note_runs(&stage)?;
    load::last_round(&mut stage, &mut load, plan)?;
    settle::let_time_pass(&mut stage)?;
    if plan.key == AgentKey::None {
        compare(&mut stage)?;
    }
    let left = census.settle(&stage, &load, Held::Lifted)?;
    faults.extend(left.into_iter().filter(|fault| !already.contains(fault)));
    figures.count(&faults);
    figures.people = Unit::ALL.iter().map(|unit| load.written(*unit).len()).sum();
    figures.acknowledged = control.acknowledged.load(Ordering::Relaxed);
    figures.interrupted = control.interrupted.load(Ordering::Relaxed);
    figures.batches = census::batches(&stage.site)?;
    census.tell(&stage, &mut figures)?;
    figures.seconds = start.elapsed().as_secs_f64();
    for fault in faults.iter().take(20) {
        println!("  {fault}");
    }
    println!("{figures}");
    Ok(figures)
}

/// Makes the full comparison due; tells how many doubles the kills left in the WFM before it ran.
fn repair(stage: &mut Stage, load: &Load<'_>) -> Result<usize> {
    let written = load.written(Unit::Called);
    let held = census::held(stage.door(Unit::Called))?;
    let faults = checker::check(&written, &held, &census::agents(stage, Unit::Called)?);
    compare(stage)?;
    Ok(faults.iter().filter(|fault| matches!(fault, Fault::Doubled(_))).count())
}

fn compare(stage: &mut Stage) -> Result<()> {
    stage.site.stop_hub()?;
    stage.site.alter(&[COMPARE_NOW])?;
    stage.site.start_hub()
}

/// Where a writer keeps its journal: it stays after the run, to look into.
fn journal(database: &Database<'_>, writer: usize) -> Result<Journal> {
    let folder = workspace::root().join("target/crash");
    std::fs::create_dir_all(&folder)?;
    Journal::create(&folder.join(format!("{}-{writer}.jsonl", database.name().to_lowercase())))
}
