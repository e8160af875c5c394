//! `rollcall migrate`: for those who want to bring the tables up to date before they start the hub.

use anyhow::Result;

use crate::installation::Installation;
use crate::setting::ConfigArgs;
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
}

pub(crate) async fn run(args: &Args) -> Result<()> {
    let installation = Installation::open(&args.config.load()?).await?;
    let report = installation.storage.report().await?;
    say(format!("The tables are up to date ({} {}).", report.engine, report.version));
    Ok(())
}
