//! `rollcall wfm-link`: links a business unit to its WFM.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use rollcall_app::wfm::NewLink;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::BusinessUnit;

use crate::installation::Installation;
use crate::setting::{ConfigArgs, secret};
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a link and prints its id; everyone of the business unit becomes due there.
    Create(Create),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// The ACD ID of the business unit at the WFM.
    #[arg(long)]
    acd_id: String,
    /// The address of the WFM.
    #[arg(long)]
    url: String,
    /// The OAuth client.
    #[arg(long)]
    client_id: String,
    /// A file that holds the client's secret.
    #[arg(long, value_name = "FILE")]
    client_secret_file: PathBuf,
    /// The business unit by name; needed where there are several.
    #[arg(long)]
    business_unit: Option<String>,
    /// The tenant, by name or id; needed where there are several.
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let Command::Create(create) = args.command;
    let settings = create.config.load()?;
    let client_secret = secret("--client-secret", None, Some(&create.client_secret_file))?
        .context("no client secret")?;
    let installation = Installation::open(&settings).await?;
    let tenant = installation.tenant(create.tenant.as_deref()).await?.id;
    let units = installation.app.business_units(tenant).await?;
    let new = NewLink {
        business_unit: choose(units, create.business_unit.as_deref())?.id,
        acd_id: create.acd_id,
        base_url: create.url,
        client_id: create.client_id,
        client_secret,
    };
    let link = installation.app.create_link(tenant, Actor::System, new).await?;
    say(link.id);
    Ok(())
}

fn choose(units: Vec<BusinessUnit>, wanted: Option<&str>) -> Result<BusinessUnit> {
    let fits = |unit: &BusinessUnit| wanted.is_none_or(|wanted| unit.name == wanted);
    let mut fitting = units.into_iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(unit), None) => Ok(unit),
        (None, _) => bail!("there is no business unit {:?}", wanted.unwrap_or_default()),
        _ => bail!("there are several business units; name one with --business-unit"),
    }
}
