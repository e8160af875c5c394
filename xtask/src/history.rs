//! `cargo xtask histories`: the random histories of `crates/rollcall-testing`, many more of them than a test run has
//! time for, on SQLite and on PostgreSQL.

use crate::postgres::Postgres;
use crate::{block, process, workspace};
use anyhow::{Result, ensure};
use std::process::Command;
use std::time::Instant;

/// The test that runs them.
const TEST: &str = "wfm_history::the_wfm_is_told_what_random_histories_say";

/// What `cargo xtask histories` can be told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many histories run on SQLite.
    #[arg(long, default_value_t = 10_000)]
    count: u32,
    /// How many run on PostgreSQL, where time is not simulated.
    #[arg(long, default_value_t = 500)]
    postgres_count: u32,
    /// How many run against the simulated WFM over HTTP.
    #[arg(long, default_value_t = 300)]
    http_count: u32,
    /// Repeats the histories of an earlier run.
    #[arg(long)]
    seed: Option<u32>,
    /// Write the figures into docs/reliability.md.
    #[arg(long)]
    update_docs: bool,
}

/// Where histories run.
struct Kind {
    /// As it is told.
    name: &'static str,
    /// What follows the name of the test.
    suffix: &'static str,
    /// The variable that says how many.
    variable: &'static str,
    count: u32,
}

/// Runs the histories and prints how many held; fails with the shortest one that did not.
pub(crate) fn run(options: &Options) -> Result<()> {
    let seed = options.seed.unwrap_or_else(|| (crate::crash::fresh_seed() % 1_000_000) as u32);
    let kinds = [
        Kind {
            name: "SQLite, a WFM in memory",
            suffix: "",
            variable: "ROLLCALL_HISTORIES",
            count: options.count,
        },
        Kind {
            name: "PostgreSQL, a WFM in memory",
            suffix: "_on_postgres",
            variable: "ROLLCALL_HISTORIES_POSTGRES",
            count: options.postgres_count,
        },
        Kind {
            name: "SQLite, the simulated WFM over HTTP",
            suffix: "_over_http",
            variable: "ROLLCALL_HISTORIES_HTTP",
            count: options.http_count,
        },
    ];
    let mut table = String::from(
        "| where | histories | seed | seconds | not as expected |\n|---|---|---|---|---|\n",
    );
    for kind in kinds.iter().filter(|kind| kind.count > 0) {
        let begun = Instant::now();
        tell(kind, seed)?;
        let seconds = begun.elapsed().as_secs();
        let Kind { name, count, .. } = kind;
        table.push_str(&format!("| {name} | {count} | {seed} | {seconds} | 0 |\n"));
    }
    println!("{table}");
    if options.update_docs {
        block::update(&workspace::root().join("docs/reliability.md"), "histories", &table)?;
    }
    Ok(())
}

fn tell(kind: &Kind, seed: u32) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .current_dir(workspace::root())
        .args(["test", "--package", "rollcall-testing", "--test", "it", "--"])
        .args(["--exact", "--nocapture", &format!("{TEST}{}", kind.suffix)])
        .env(kind.variable, kind.count.to_string())
        .env("ROLLCALL_HISTORIES_SEED", seed.to_string());
    let postgres = kind.suffix == "_on_postgres";
    let server = postgres.then(Postgres::start).transpose()?;
    if let Some(server) = &server {
        command.env("ROLLCALL_TEST_POSTGRES", server.url());
    }
    let status = process::run(&mut command);
    ensure!(status.is_ok(), "a history was not told as expected, see above");
    Ok(())
}
