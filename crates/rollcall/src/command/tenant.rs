//! `rollcall tenant`: the customers of an installation.

use anyhow::Result;
use clap::Subcommand;
use secrecy::ExposeSecret as _;

use crate::installation::Installation;
use crate::setting::ConfigArgs;
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a tenant with a business unit, a team and the role `Agent`; prints its id and the link by
    /// which its first administrator is made.
    Create {
        /// Its name.
        name: String,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Lists all tenants: id and name.
    List {
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Create { name, config } => {
            let settings = config.load()?;
            let installation = Installation::open(&settings).await?;
            let tenant = installation.app.create_tenant(&name).await?.tenant;
            let link = installation.app.create_setup_link(tenant.id).await?;
            say(tenant.id);
            say(setup_url(&settings.url(settings.listen), link.expose_secret()));
        }
        Command::List { config } => {
            let installation = Installation::open(&config.load()?).await?;
            for tenant in installation.app.tenants().await? {
                say(format!("{}  {}", tenant.id, tenant.name));
            }
        }
    }
    Ok(())
}

/// Where the first administrator of a tenant is made.
pub(crate) fn setup_url(base: &str, link: &str) -> String {
    format!("{base}/setup/{link}")
}
