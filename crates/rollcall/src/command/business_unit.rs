//! `rollcall business-unit`: the ACDs of a tenant.

use anyhow::Result;
use clap::Subcommand;
use rollcall_domain::source::Actor;

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
    /// Makes a business unit with a team in which its people begin; prints its id.
    Create {
        /// Its name, unique in the tenant.
        name: String,
        /// The tenant, by name or id; needed where there are several.
        #[arg(long)]
        tenant: Option<String>,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Lists the business units of a tenant: id and name.
    List {
        /// The tenant, by name or id; needed where there are several.
        #[arg(long)]
        tenant: Option<String>,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Create { name, tenant, config } => {
            let installation = Installation::open(&config.load()?).await?;
            let tenant = installation.tenant(tenant.as_deref()).await?.id;
            let (unit, _) =
                installation.app.create_business_unit(tenant, Actor::System, &name).await?;
            say(unit.id);
        }
        Command::List { tenant, config } => {
            let installation = Installation::open(&config.load()?).await?;
            let tenant = installation.tenant(tenant.as_deref()).await?.id;
            for unit in installation.app.business_units(tenant).await? {
                say(format!("{}  {}", unit.id, unit.name));
            }
        }
    }
    Ok(())
}
