//! The binary: reads what was typed and hands it to the command. Decides nothing itself.

mod adherence;
mod announcement;
mod command;
mod demo;
mod descriptor;
mod doctor;
mod environment;
mod installation;
mod journal;
mod key;
mod listener;
mod log;
mod meter;
mod runtime;
mod server;
mod setting;
mod simulator_token;
mod sole;
mod stop;
mod terminal;
mod timeout;
mod trace;
mod wfm_target;

use std::process::ExitCode;

use clap::Parser as _;

/// Each request makes and drops some fifty small values; the C library's allocator took a fifth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match command::run(command::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
