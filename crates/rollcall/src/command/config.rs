//! `rollcall config`: the configuration as it counts.

use anyhow::Result;

use crate::setting::ConfigArgs;
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    say(args.config.load()?.describe()?);
    Ok(())
}
