//! `cargo xtask crash`: kills the hub at random moments and proves that nothing acknowledged was lost.
//!
//! Eight writers change people over SCIM while the hub hands them to a simulated WFM. The hub is killed
//! with SIGKILL 50 to 500 ms after it is ready, and started again, over and over. In the end every
//! acknowledged change must be in the hub and, once, in the WFM. Changes nothing outside its own folder.

mod census;
mod checker;
mod figures;
mod journal;
mod random;
mod writer;

use crate::postgres::Postgres;
use crate::site::{AgentKey, Database, Site};
use crate::{block, hub, process, workspace};
use anyhow::{Result, anyhow, ensure};
use checker::{Fault, Written};
use figures::Figures;
use journal::Journal;
use random::Random;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use writer::{Control, Writer};

const WRITERS: usize = 8;

/// How long the hub may take to hand everything over once the writers are silent.
const QUIET_LIMIT: Duration = Duration::from_secs(180);

/// A run that was killed leaves a lease on its link. A store in a file has one hub at a time, so the next one
/// takes the lease over; on PostgreSQL, where others may live, it waits until the lease is over. Nobody waits
/// for that between two kills: the time is taken out of the lease, so that handing over goes on.
const PASS_TIME: &str = "update link_lease set expires_at = '2000-01-01T00:00:00.000Z'";

/// Makes the full comparison due, as it is once a day.
const COMPARE_NOW: &str = "update wfm_link set compared_at = '2000-01-01T00:00:00.000Z'";

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
        let name = if options.without_unique_key { "crash-repair" } else { "crash" };
        block::update(&root.join("docs/reliability.md"), name, &figures::table(&all))?;
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
    let mut site = Site::prepare("crash", plan.binary, &plan.database)?;
    site.link_wfm(plan.key)?;
    let control = Control::default();
    let (written, mut faults) = kill_under_load(&mut site, &control, plan)?;
    let mut figures = Figures {
        database: plan.database.name(),
        kills: plan.kills,
        people: written.len(),
        acknowledged: control.acknowledged.load(Ordering::Relaxed),
        interrupted: control.interrupted.load(Ordering::Relaxed),
        seed: plan.seed,
        ..Figures::default()
    };
    if plan.key == AgentKey::None {
        figures.doubles_before = Some(repair(&mut site, &written)?);
    }
    faults.extend(settle(&site, &written)?);
    figures.count(&faults);
    figures.batches = census::batches(&site)?;
    figures.seconds = start.elapsed().as_secs_f64();
    for fault in faults.iter().take(20) {
        println!("  {fault}");
    }
    println!("{figures}");
    Ok(figures)
}

/// Makes the full comparison due; tells how many doubles the kills left in the WFM before it ran.
fn repair(site: &mut Site, written: &[Written]) -> Result<usize> {
    let faults = checker::check(written, &census::held(site)?, &census::agents(site)?);
    site.stop_hub()?;
    site.alter(&[COMPARE_NOW])?;
    site.start_hub()?;
    Ok(faults.iter().filter(|fault| matches!(fault, Fault::Doubled(_))).count())
}

/// Runs the writers while the hub dies and comes back; leaves it running.
fn kill_under_load(
    site: &mut Site,
    control: &Control,
    plan: &Plan<'_>,
) -> Result<(Vec<Written>, Vec<Fault>)> {
    let door = site.door.clone();
    std::thread::scope(|scope| {
        let mut writers = Vec::new();
        for index in 0..WRITERS {
            let journal = Journal::create(&journal_path(&plan.database, index)?)?;
            let writer = Writer::new(index, plan.seed, &door, control, journal);
            writers.push(scope.spawn(move || writer.run()));
        }
        let driven = drive(site, control, plan);
        control.stop.store(true, Ordering::Relaxed);
        let mut all = (Vec::new(), Vec::new());
        for writer in writers {
            let (written, faults) = writer.join().map_err(|_| anyhow!("a writer panicked"))??;
            all.0.extend(written);
            all.1.extend(faults);
        }
        driven.map(|()| all)
    })
}

/// Where a writer keeps its journal: it stays after the run, to look into.
fn journal_path(database: &Database<'_>, writer: usize) -> Result<PathBuf> {
    let folder = workspace::root().join("target/crash");
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(format!("{}-{writer}.jsonl", database.name().to_lowercase())))
}

fn drive(site: &mut Site, control: &Control, plan: &Plan<'_>) -> Result<()> {
    let kills = plan.kills as usize;
    let people = (kills * 5).clamp(50, 2_500);
    let mut random = Random::new(plan.seed);
    for kill in 1..=kills {
        control.people.store((people * kill).div_ceil(kills), Ordering::Relaxed);
        site.start_hub()?;
        std::thread::sleep(Duration::from_millis(50 + random.below(451)));
        site.kill_hub()?;
        if matches!(plan.database, Database::Postgres(_)) {
            site.alter(&[PASS_TIME])?;
        }
    }
    site.start_hub()
}

/// Waits until hub and WFM agree with what was written; gives the faults that do not go away.
fn settle(site: &Site, written: &[Written]) -> Result<Vec<Fault>> {
    let start = Instant::now();
    loop {
        let faults = checker::check(written, &census::held(site)?, &census::agents(site)?);
        if faults.is_empty() || start.elapsed() > QUIET_LIMIT {
            return Ok(faults);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
