//! `cargo xtask test`: everything that can be proven, on both databases and in the browser.
//!
//! A list of named steps; the first that fails ends the run. Servers run on free ports in temporary
//! folders and are gone at the end, however it ends. The last line counts every check of every runner.

mod browser;
mod suite;
mod tally;

use crate::postgres::Postgres;
use crate::site::{AgentKey, Database};
use crate::{crash, fuzz, hub, process, tidy, workspace};
use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;
use tally::Tally;

/// What `cargo xtask test` can be told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only these steps: tidy, rust, build, crash, fuzz, browser, suites.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How often the hub is killed on each database.
    #[arg(long, default_value_t = 50)]
    kills: u32,
}

/// What the steps share.
struct Run<'a> {
    options: &'a Options,
    root: PathBuf,
    postgres: Postgres,
}

impl Run<'_> {
    /// The `rollcall` binary that the step `build` makes.
    fn binary(&self) -> Result<PathBuf> {
        let binary = hub::binary(&self.root, "debug");
        ensure!(binary.is_file(), "{} is missing: run the step build", binary.display());
        Ok(binary)
    }
}

type Step = fn(&Run<'_>) -> Result<Tally>;

const STEPS: &[(&str, Step)] = &[
    ("tidy", tidy_step),
    ("rust", rust_step),
    ("build", build_step),
    ("crash", crash_step),
    ("fuzz", fuzz_step),
    ("browser", browser::run),
    ("suites", suite::run),
];

/// Runs the steps and ends with the line that counts all of them.
pub(crate) fn run(options: &Options) -> ExitCode {
    let mut total = Tally::default();
    if let Err(error) = run_steps(options, &mut total) {
        eprintln!("error: {error:#}");
        total.failed = total.failed.max(1);
    }
    println!("\n{total}");
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run_steps(options: &Options, total: &mut Tally) -> Result<()> {
    let unknown = options.only.iter().find(|name| STEPS.iter().all(|(step, _)| step != name));
    ensure!(unknown.is_none(), "there is no step called {}", unknown.map_or("", String::as_str));
    let run = Run { options, root: workspace::root(), postgres: Postgres::start()? };
    for (name, step) in STEPS {
        if !options.only.is_empty() && !options.only.iter().any(|only| only == name) {
            continue;
        }
        println!("\n== {name}");
        let start = Instant::now();
        let tally = step(&run)?;
        println!("== {name}: {tally}, {:.1} s", start.elapsed().as_secs_f64());
        total.add(tally);
        if tally.failed > 0 {
            break;
        }
    }
    Ok(())
}

fn tidy_step(_run: &Run<'_>) -> Result<Tally> {
    tidy::run()?;
    Ok(Tally { passed: 1, failed: 0 })
}

/// Every Rust test, with PostgreSQL beside SQLite.
fn rust_step(run: &Run<'_>) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut command = Command::new("cargo");
    command
        .args(["test", "--workspace", "--no-fail-fast", "--quiet"])
        .current_dir(&run.root)
        .env("ROLLCALL_TEST_POSTGRES", run.postgres.url());
    let status = process::follow(&mut command, |line| tally.add_cargo_line(line))?;
    if !status.success() {
        // A test binary that did not build prints no count.
        tally.failed = tally.failed.max(1);
    }
    Ok(tally)
}

/// The program, and the gallery of the console's pages.
fn build_step(run: &Run<'_>) -> Result<Tally> {
    for wanted in [&["rollcall"][..], &["rollcall-console", "--example", "gallery"]] {
        let mut command = Command::new("cargo");
        command.args(["build", "--quiet", "--package"]).args(wanted);
        process::run(command.current_dir(&run.root))?;
    }
    Ok(Tally::default())
}

/// Kills on each database; each database is one check.
fn crash_step(run: &Run<'_>) -> Result<Tally> {
    let binary = run.binary()?;
    let mut tally = Tally::default();
    for database in [Database::Sqlite, Database::Postgres(&run.postgres)] {
        let (kills, key, seed) = (run.options.kills, AgentKey::Unique, crash::fresh_seed());
        let plan = crash::Plan { binary: &binary, database, kills, key, seed };
        let clean = crash::prove(&plan)?.is_clean();
        tally.add(Tally { passed: u64::from(clean), failed: u64::from(!clean) });
    }
    Ok(tally)
}

/// A minute for each fuzz target; each is one check.
fn fuzz_step(_run: &Run<'_>) -> Result<Tally> {
    let (passed, failed) = fuzz::check()?;
    Ok(Tally { passed, failed })
}
