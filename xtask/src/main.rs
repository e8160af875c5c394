//! The project's own tasks, run as `cargo xtask <command>`. One file per command.
//!
//! Nothing here is shipped, and nothing here imports a crate of ours: the tasks look at the sources
//! and at the built `rollcall` binary from outside, as a developer would.
#![expect(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod bench;
mod block;
mod ci;
mod crash;
mod dependency;
mod folder;
mod fuzz;
mod history;
mod http;
mod hub;
mod measure;
mod postgres;
mod process;
mod shared;
mod site;
mod test;
mod tidy;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The command line: `cargo xtask <command>`.
#[derive(Parser)]
#[command(name = "cargo xtask", about = "The tasks of this project.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Hold the sources against the rules of ARCHITECTURE.md and STYLE.md.
    Tidy,
    /// Format, lints, tidy and dependencies: everything that needs no server.
    Lint,
    /// What has to pass before a commit: lint, then the Rust tests.
    Ci,
    /// Print sizes, tests, documentation and dependencies per crate.
    Measure,
    /// Run every check on both databases and in the browser.
    Test(test::Options),
    /// Kill the hub at random moments and prove that nothing acknowledged is lost.
    Crash(crash::Options),
    /// Run random histories, and hold what the WFM was told against what was expected.
    Histories(history::Options),
    /// Try what inputs the SCIM language breaks on.
    Fuzz(fuzz::Options),
    /// Measure speed and memory, beside a bare server.
    Bench(bench::Options),
    /// Checks that need ../shared; skipped where it is not.
    SharedChecks,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Task::Tidy => tidy::run(),
        Task::Lint => ci::lint(),
        Task::Ci => ci::run(),
        Task::Measure => measure::run(),
        Task::Test(options) => return test::run(&options),
        Task::Crash(options) => crash::run(&options),
        Task::Histories(options) => history::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::SharedChecks => shared::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
