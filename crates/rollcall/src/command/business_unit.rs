//! `rollcall business-unit`: the ACDs of a tenant.

use anyhow::Result;
use clap::Subcommand;
use rollcall_domain::source::Actor;

use crate::command::tenant_args::TenantArgs;
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
        #[command(flatten)]
        place: TenantArgs,
    },
    /// Lists the business units of a tenant: id and name.
    List(TenantArgs),
}

pub(crate) async fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Create { name, place } => {
            let open = place.open().await?;
            let (app, tenant) = (&open.installation.app, open.id());
            let (unit, _) = app.create_business_unit(tenant, Actor::System, &name).await?;
            say(unit.id);
        }
        Command::List(place) => {
            let open = place.open().await?;
            let (app, tenant) = (&open.installation.app, open.id());
            for unit in app.business_units(tenant).await? {
                say(format!("{}  {}", unit.id, unit.name));
            }
        }
    }
    Ok(())
}
