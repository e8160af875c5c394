//! `cargo xtask bench`: speed and memory of the hub, beside a bare server of the same run.
//!
//! Measures the release build with the load generator of the bench kit, which uses the same cores.
//! Prints a table; `--update-docs` also writes it into docs/performance.md.

mod fill;
mod front;
mod load;
mod machine;
mod pace;
mod peak;
mod states;
mod table;
mod watch;
mod wfm;

pub(crate) use load::Kit;

use crate::site::{AgentKey, Database, Site};
use crate::{block, http, hub, process, workspace};
use anyhow::{Context, Result, anyhow, ensure};
use load::Phase;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use table::Row;
use watch::Watch;

/// How long an idle hub is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);

/// How many connections ask at a time.
const NORMAL: &str = "16";
const MANY: &str = "64";

/// From here on a speed is a lower bound, and the table says so.
const DISTURBED_PERCENT: f64 = 10.0;

/// How long the first load into the WFM may take before the bench gives up.
const LOAD_LIMIT: Duration = Duration::from_secs(600);

/// What `cargo xtask bench` can be told.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    scale: Option<Scale>,
    /// Write the table into docs/performance.md.
    #[arg(long)]
    update_docs: bool,
    /// The folder with the sources of scimbench and axum-hello.
    #[arg(long, default_value = "../shared/bench")]
    bench_dir: PathBuf,
    /// How many people the large store holds.
    #[arg(long, default_value_t = 100_000)]
    people: u64,
    /// How long each phase runs.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
}

/// What is measured apart, at a scale of its own.
#[derive(clap::Subcommand)]
enum Scale {
    /// Many people in many business units, each with a WFM link.
    Wfm(wfm::Options),
    /// Agent states that change all the time, and readers of the stream.
    States(states::Options),
}

/// Builds everything, measures, prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    match &options.scale {
        Some(Scale::Wfm(options)) => wfm::run(options),
        Some(Scale::States(options)) => states::run(options),
        None => whole(options),
    }
}

fn whole(options: &Options) -> Result<()> {
    let root = workspace::root();
    let binary = build(Build::Release)?;
    let kit = Kit::build(&root.join(&options.bench_dir), &root.join("target/bench"))?;
    let bench = Bench { binary, kit, options };
    let bare = bench.kit.bare_server(options.seconds)?;
    let large = bench.large()?;
    let list = bench.list()?;
    let wfm = bench.wfm()?;
    let front = front::measure(&bench.binary)?;
    let mut rows = rows(bare, &large, &list, &wfm);
    rows.extend(front_rows(&front, large.scan_ms));
    let text = table::markdown(&machine::describe(bare), &rows);
    println!("\n{text}");
    if options.update_docs {
        block::update(&root.join("docs/performance.md"), "bench", &text)?;
    }
    Ok(())
}

/// How the hub is built.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Build {
    Release,
    /// To try the bench itself: its figures mean nothing.
    Debug,
}

/// Builds the hub; gives the program.
fn build(how: Build) -> Result<PathBuf> {
    let root = workspace::root();
    let mut build = Command::new("cargo");
    build.args(["build", "--quiet", "--package", "rollcall"]);
    build.args((how == Build::Release).then_some("--release"));
    process::run(build.current_dir(&root))?;
    Ok(hub::binary(&root, if how == Build::Release { "release" } else { "debug" }))
}

struct Bench<'a> {
    binary: PathBuf,
    kit: Kit,
    options: &'a Options,
}

/// What was measured on the large store, without a WFM.
struct Large {
    idle_mib: f64,
    loaded_mib: f64,
    /// After everybody was read, filtered and changed: the caches are full.
    used_mib: f64,
    create: Phase,
    get: Phase,
    filter: Phase,
    patch: Phase,
    /// With more connections: one flush of the disk serves all changes that wait.
    patch_many: Phase,
    ready_ms: f64,
    /// A filter that no index serves.
    scan_ms: f64,
}

/// What was measured with a WFM linked to the large store.
struct Wfm {
    /// The first load of everybody into the simulated WFM.
    first_load_s: f64,
    /// The most memory that the hub used meanwhile.
    peak_mib: f64,
    /// A sweep over the large store when nothing changed.
    sweep_ms: f64,
}

impl Bench<'_> {
    fn large(&self) -> Result<Large> {
        let mut site = Site::prepare("bench", &self.binary, &Database::Sqlite)?;
        site.start_hub()?;
        std::thread::sleep(IDLE);
        let idle_mib = machine::anonymous_mib(site.hub_pid()?)?;
        let create = self.create(&site, self.options.people)?;
        std::thread::sleep(IDLE);
        let loaded_mib = machine::anonymous_mib(site.hub_pid()?)?;
        let measured = self.phases(&site, "get,filter,patch", NORMAL)?;
        let patch_many = one(self.phases(&site, "patch", MANY)?, "patch")?;
        let used_mib = machine::anonymous_mib(site.hub_pid()?)?;
        let scan_ms = front::scan_ms(&site.door)?;
        site.stop_hub()?;
        Ok(Large {
            idle_mib,
            loaded_mib,
            used_mib,
            create,
            get: one(measured.clone(), "get")?,
            filter: one(measured.clone(), "filter")?,
            patch: one(measured, "patch")?,
            patch_many,
            scan_ms,
            ready_ms: ready_ms(&mut site)?,
        })
    }

    fn list(&self) -> Result<Phase> {
        let mut site = Site::prepare("bench-list", &self.binary, &Database::Sqlite)?;
        site.start_hub()?;
        self.create(&site, 10_000)?;
        one(self.phases(&site, "list", NORMAL)?, "list")
    }

    fn wfm(&self) -> Result<Wfm> {
        let mut site = Site::prepare("bench-wfm", &self.binary, &Database::Sqlite)?;
        site.start_hub()?;
        self.create(&site, self.options.people)?;
        site.stop_hub()?;
        site.link_wfm(AgentKey::Unique)?;
        let start = Instant::now();
        site.start_hub()?;
        let (pid, mut peak_mib) = (site.hub_pid()?, 0.0_f64);
        process::wait_for("everybody is in the simulated WFM", LOAD_LIMIT, || {
            peak_mib = peak_mib.max(machine::anonymous_mib(pid)?);
            let stats = http::send("GET", &format!("{}/_control/stats", site.iex_url), "", None)?;
            let agents = stats.json.get("agents").and_then(Value::as_u64);
            std::thread::sleep(Duration::from_millis(50));
            Ok((agents == Some(self.options.people)).then_some(()))
        })?;
        let first_load_s = start.elapsed().as_secs_f64();
        Ok(Wfm { first_load_s, peak_mib, sweep_ms: sweep_ms(&mut site)? })
    }

    /// Fills an empty store; remembers the ids for later phases.
    fn create(&self, site: &Site, people: u64) -> Result<Phase> {
        let (people, ids) = (people.to_string(), site.file("ids").to_string_lossy().into_owned());
        let arguments = ["--phases", "create", "--users", &people, "--ids", &ids];
        one(self.kit.run(&site.door, site.hub_pid()?, &arguments)?, "create")
    }

    /// Runs phases on a store that [`Bench::create`] filled.
    fn phases(&self, site: &Site, phases: &str, connections: &str) -> Result<Vec<Phase>> {
        let (secs, ids) =
            (self.options.seconds.to_string(), site.file("ids").to_string_lossy().into_owned());
        let arguments =
            ["--phases", phases, "--secs", &secs, "--ids", &ids, "--concurrency", connections];
        self.kit.run(&site.door, site.hub_pid()?, &arguments)
    }
}

fn one(phases: Vec<Phase>, name: &str) -> Result<Phase> {
    let mut phases = phases.into_iter();
    phases.find(|phase| phase.name == name).with_context(|| format!("the phase {name} did not run"))
}

/// From the start of the process to the first answer, on a store that is there: the best of three.
fn ready_ms(site: &mut Site) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        site.start_hub()?;
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        site.stop_hub()?;
    }
    Ok(best)
}

/// From the start of the process to the record of a scheduled run that found nothing to do and called
/// nobody: more than the sweep itself, which is one transaction and has no duration of its own.
fn sweep_ms(site: &mut Site) -> Result<f64> {
    site.stop_hub()?;
    // Else the next scheduled run would be a quarter of an hour away.
    site.alter(&["update wfm_link set swept_at = null"])?;
    let watch = Watch::begin(&site.file("data/rollcall.db"))?;
    let start = Instant::now();
    let seen = std::thread::scope(|scope| {
        let seen = scope.spawn(move || watch.wait().map(|()| start.elapsed()));
        site.start_hub()?;
        seen.join().map_err(|_| anyhow!("the watch panicked"))?
    })?;
    let run = site.runs()?.into_iter().next().context("there is no run")?;
    ensure!(is(&run, "cause", "schedule"), "the run was no scheduled one: {run}");
    let idle = is(&run, "remoteCalls", 0) && is(&run, "due", 0) && is(&run, "state", "done");
    ensure!(idle, "the run found something to do: {run}");
    Ok(seen.as_secs_f64() * 1000.0)
}

fn is(run: &Value, name: &str, wanted: impl Into<Value>) -> bool {
    run.get(name) == Some(&wanted.into())
}

fn front_rows(front: &front::Front, scan_ms: f64) -> Vec<Row> {
    let small = format!(" (in a group of one: {:.2} ms)", front.member_small_ms);
    vec![
        Row::speed("bulk: 1,000 creates in one request", 20_000.0, front.bulk_per_second, ""),
        Row::note("a filter that no index serves, 100,000 people", format!("{scan_ms:.0} ms")),
        Row::note(
            "one member more or less in a group of 50,000",
            format!("{:.2} ms{small}", front.member_large_ms),
        ),
    ]
}

fn rows(bare: f64, large: &Large, list: &Phase, wfm: &Wfm) -> Vec<Row> {
    let latency = |phase: &Phase| {
        let disturbed = match phase.others_percent {
            percent if percent < DISTURBED_PERCENT => String::new(),
            percent => format!(", while other programs took {percent:.0} % of the machine"),
        };
        format!(" (p50 {:.2} ms, p99 {:.2} ms{disturbed})", phase.p50_ms, phase.p99_ms)
    };
    let speed =
        |what, goal, phase: &Phase| Row::speed(what, goal, phase.per_second, &latency(phase));
    let flat = large.create.first_and_last.map_or_else(String::new, |(first, last)| {
        format!(
            "; first 1,000 at {}/s, last at {}/s",
            table::thousands(first),
            table::thousands(last)
        )
    });
    let create = format!("{}{flat}", latency(&large.create));
    let get_goal = f64::min(60_000.0, bare / 2.0);
    vec![
        Row::speed(
            "create, durable, up to 100,000 people",
            10_000.0,
            large.create.per_second,
            &create,
        ),
        speed(
            "get by id, 100,000 people (60,000/s or half of the bare server)",
            get_goal,
            &large.get,
        ),
        speed("filter userName eq, 100,000 people", 50_000.0, &large.filter),
        speed("PATCH active, durable, 100,000 people", 10_000.0, &large.patch),
        Row::figure(
            "the same with 64 connections",
            large.patch_many.per_second,
            &latency(&large.patch_many),
        ),
        speed("list a page of 100 at any startIndex, 10,000 people", 5_000.0, list),
        Row::at_most("ready after start with 100,000 people", 100.0, Some(large.ready_ms), "ms"),
        Row::at_most("memory (RssAnon), idle", 25.0, Some(large.idle_mib), "MiB"),
        Row::at_most("memory (RssAnon), 100,000 people", 120.0, Some(large.loaded_mib), "MiB"),
        Row::at_most(
            "the same after the phases above, caches full",
            120.0,
            Some(large.used_mib),
            "MiB",
        ),
        Row::at_most(
            "WFM sweep, 100,000 people, nothing changed, no remote call (from the start of the process)",
            20.0,
            Some(wfm.sweep_ms),
            "ms",
        ),
        Row::at_most(
            "first load of 100,000 people into the simulated WFM",
            30.0,
            Some(wfm.first_load_s),
            "s",
        ),
        Row::at_most(
            "memory (RssAnon) at most, during that load",
            120.0,
            Some(wfm.peak_mib),
            "MiB",
        ),
    ]
}
