//! `cargo xtask bench`: speed and memory of the hub, beside a bare server of the same run.
//!
//! Measures the release build with the load generator of the bench kit, which uses the same cores.
//! Prints a table; `--update-docs` also writes it into docs/performance.md.

mod load;
mod machine;
mod table;

pub(crate) use load::Kit;

use crate::folder::TemporaryFolder;
use crate::hub::{self, Demo};
use crate::{block, process, workspace};
use anyhow::{Context, Result};
use load::Phase;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use table::Row;

/// How long an idle hub is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);

/// What `cargo xtask bench` can be told.
#[derive(clap::Args)]
pub(crate) struct Options {
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

/// Builds everything, measures, prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = workspace::root();
    let mut build = Command::new("cargo");
    process::run(
        build.args(["build", "--release", "--quiet", "--package", "rollcall"]).current_dir(&root),
    )?;
    let kit = Kit::build(&root.join(&options.bench_dir), &root.join("target/bench"))?;
    let bench = Bench { binary: hub::binary(&root, "release"), kit, options };
    let bare = bench.kit.bare_server(options.seconds)?;
    let large = bench.large()?;
    let list = bench.list()?;
    let text = table::markdown(&machine::describe(bare), &rows(bare, &large, &list));
    println!("\n{text}");
    if options.update_docs {
        block::update(&root.join("docs/performance.md"), "bench", &text)?;
    }
    Ok(())
}

struct Bench<'a> {
    binary: PathBuf,
    kit: Kit,
    options: &'a Options,
}

/// What was measured on the large store.
struct Large {
    idle_mib: f64,
    loaded_mib: f64,
    create: Phase,
    get: Phase,
    filter: Phase,
    patch: Phase,
    ready_ms: f64,
    sweep: Sweep,
}

/// What the WFM engine says of its runs.
#[derive(Default)]
struct Sweep {
    /// A sweep over the large store when nothing changed.
    unchanged_ms: Option<f64>,
    /// The first load of everybody into the simulated WFM.
    first_load_s: Option<f64>,
}

impl Bench<'_> {
    fn large(&self) -> Result<Large> {
        let folder = TemporaryFolder::create("bench")?;
        let demo = Demo::start(&self.binary, folder.path())?;
        std::thread::sleep(IDLE);
        let idle_mib = machine::anonymous_mib(demo.hub_pid)?;
        let ids = folder.path().join("ids").to_string_lossy().into_owned();
        let people = self.options.people.to_string();
        let create = ["--phases", "create", "--users", &people, "--ids", &ids];
        let create = one(self.kit.run(&demo.scim, demo.hub_pid, &create)?, "create")?;
        let sweep = sweep_figures(&demo)?;
        std::thread::sleep(IDLE);
        let loaded_mib = machine::anonymous_mib(demo.hub_pid)?;
        let secs = self.options.seconds.to_string();
        let phases = ["--phases", "get,filter,patch", "--secs", &secs, "--ids", &ids];
        let measured = self.kit.run(&demo.scim, demo.hub_pid, &phases)?;
        demo.stop()?;
        Ok(Large {
            idle_mib,
            loaded_mib,
            create,
            get: one(measured.clone(), "get")?,
            filter: one(measured.clone(), "filter")?,
            patch: one(measured, "patch")?,
            ready_ms: ready_ms(&self.binary, folder.path())?,
            sweep,
        })
    }

    fn list(&self) -> Result<Phase> {
        let folder = TemporaryFolder::create("bench-list")?;
        let demo = Demo::start(&self.binary, folder.path())?;
        let secs = self.options.seconds.to_string();
        let phases = ["--phases", "create,list", "--users", "10000", "--secs", &secs];
        let measured = self.kit.run(&demo.scim, demo.hub_pid, &phases)?;
        demo.stop()?;
        one(measured, "list")
    }
}

fn one(phases: Vec<Phase>, name: &str) -> Result<Phase> {
    let mut phases = phases.into_iter();
    phases.find(|phase| phase.name == name).with_context(|| format!("the phase {name} did not run"))
}

/// From the start of the process to the first answer, on a store that is there: the best of three.
fn ready_ms(binary: &Path, folder: &Path) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        let demo = Demo::start(binary, folder)?;
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        demo.stop()?;
    }
    Ok(best)
}

/// What the hub says of its runs on this store. Nothing yet: not measured.
fn sweep_figures(_demo: &Demo) -> Result<Sweep> {
    Ok(Sweep::default())
}

fn rows(bare: f64, large: &Large, list: &Phase) -> Vec<Row> {
    let latency =
        |phase: &Phase| format!(" (p50 {:.2} ms, p99 {:.2} ms)", phase.p50_ms, phase.p99_ms);
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
        speed("list a page of 100 at any startIndex, 10,000 people", 5_000.0, list),
        Row::at_most("ready after start with 100,000 people", 100.0, Some(large.ready_ms), "ms"),
        Row::at_most("memory (RssAnon), idle", 25.0, Some(large.idle_mib), "MiB"),
        Row::at_most("memory (RssAnon), 100,000 people", 120.0, Some(large.loaded_mib), "MiB"),
        Row::at_most(
            "WFM sweep, 100,000 people, nothing changed",
            20.0,
            large.sweep.unchanged_ms,
            "ms",
        ),
        Row::at_most(
            "first load of 100,000 people into the simulated WFM",
            30.0,
            large.sweep.first_load_s,
            "s",
        ),
    ]
}
