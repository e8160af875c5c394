//! `rollcall wfm-link`: links a business unit to its WFM.

mod order;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use rollcall_app::wfm::{LinkDetail, NewLink};
use rollcall_domain::TenantId;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::BusinessUnit;

use crate::installation::Installation;
use crate::setting::{ConfigArgs, secret};
use crate::terminal::say;
use order::Order;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a link and prints its id; everyone of the business unit becomes due there.
    Create(Create),
    #[command(flatten)]
    Order(Order),
    /// Prints a link's latest runs, newest first, one JSON object a line.
    Runs(Runs),
}

#[derive(Debug, clap::Args)]
struct Runs {
    #[command(flatten)]
    link: LinkArgs,
}

/// Which link is meant.
#[derive(Debug, clap::Args)]
pub(crate) struct LinkArgs {
    /// The ACD ID of the link; needed where there are several.
    #[arg(long)]
    acd_id: Option<String>,
    /// The tenant, by name or id; needed where there are several.
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
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
    match args.command {
        Command::Create(create) => make(create).await,
        Command::Order(order) => order::carry_out(order).await,
        Command::Runs(runs) => list_runs(runs).await,
    }
}

async fn list_runs(runs: Runs) -> Result<()> {
    let (_, _, link) = find(&runs.link).await?;
    for run in link.runs {
        let counts = run.counts;
        let took = run.finished_at.map(|end| end.duration_since(run.started_at).as_millis());
        say(serde_json::json!({
            "id": run.id, "cause": run.cause, "state": run.state, "reason": run.reason,
            "startedAt": run.started_at, "durationMs": took.and_then(|ms| i64::try_from(ms).ok()),
            "due": counts.due, "unchanged": counts.unchanged, "arrived": counts.arrived,
            "updated": counts.updated, "departed": counts.departed, "failed": counts.failed,
            "remoteCalls": counts.remote_calls, "lagP50Ms": counts.lag_p50_ms, "lagMaxMs": counts.lag_max_ms,
        }));
    }
    Ok(())
}

async fn find(args: &LinkArgs) -> Result<(Installation, TenantId, LinkDetail)> {
    let installation = Installation::open(&args.config.load()?).await?;
    let tenant = installation.tenant(args.tenant.as_deref()).await?.id;
    let fits = |link: &LinkDetail| args.acd_id.as_ref().is_none_or(|id| link.link.acd_id == *id);
    let mut fitting = installation.app.links(tenant).await?.into_iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(link), None) => Ok((installation, tenant, link)),
        (None, _) => bail!("there is no such WFM link"),
        _ => bail!("there are several WFM links; name one with --acd-id"),
    }
}

async fn make(create: Create) -> Result<()> {
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
