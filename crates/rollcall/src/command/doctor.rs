//! `rollcall doctor`: prints what was found and what to do about it.

use std::process::ExitCode;

use anyhow::Result;

use crate::doctor;
use crate::setting::ConfigArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Ends with 1 when something has to be done.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    doctor::examine(&args.config).await
}
