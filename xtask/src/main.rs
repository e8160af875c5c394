//! The project's own tasks, run as `cargo xtask <command>`. One file per command.
//!
//! Nothing here is shipped, and nothing here imports a crate of ours: the tasks look at the sources
//! and at the built `rollcall` binary from outside, as a developer would.
#![expect(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod measure;
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
    /// Print sizes, tests, documentation and dependencies per crate.
    Measure,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Task::Tidy => tidy::run(),
        Task::Measure => measure::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
