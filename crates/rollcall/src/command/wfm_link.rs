//! `rollcall wfm-link`: links a business unit to its WFM.

mod create;
mod order;
mod set_way;
mod show;

use anyhow::{Result, bail};
use clap::Subcommand;
use rollcall_app::wfm::{LinkDetail, TalliedRun};
use rollcall_domain::source::Actor;

use crate::command::tenant_args::{OpenTenant, TenantArgs};
use crate::terminal::say;
use create::{Create, Wanted};
use order::Order;
use set_way::SetWay;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a link and prints its id; everyone of the business unit becomes due there. It is tried first.
    Create(Box<Create>),
    /// Tries a link without making it: whether the WFM answers, and what the first run would do, as a JSON object.
    Try(Box<Wanted>),
    /// Changes where a link leads and as whom. What is not named stays. It is tried first.
    SetWay(Box<SetWay>),
    /// Removes a link over which nothing was sent, such as one made by mistake.
    Remove(LinkArgs),
    #[command(flatten)]
    Order(Order),
    /// Prints how a link is set and how it does, as a JSON object.
    Show(LinkArgs),
    /// Prints all links of the tenant, oldest first, one JSON object a line.
    List(TenantArgs),
    /// Prints a link's latest runs, newest first, one JSON object a line.
    Runs(Runs),
}

#[derive(Debug, clap::Args)]
struct Runs {
    /// How many; a link's newest thousand are kept.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    link: LinkArgs,
}

/// Which link is meant.
#[derive(Debug, clap::Args)]
pub(crate) struct LinkArgs {
    /// The ACD ID of the link; needed where there are several.
    #[arg(long)]
    acd_id: Option<String>,
    #[command(flatten)]
    place: TenantArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Create(create) => create.carry_out().await,
        Command::Try(wanted) => wanted.attempt().await,
        Command::SetWay(set_way) => set_way.carry_out().await,
        Command::Remove(link) => remove_link(link).await,
        Command::Order(order) => order::carry_out(order).await,
        Command::Show(link) => show::one(link).await,
        Command::List(tenant) => show::all(tenant).await,
        Command::Runs(runs) => list_runs(runs).await,
    }
}

async fn remove_link(link: LinkArgs) -> Result<()> {
    let (open, found) = find(&link).await?;
    open.installation.app.remove_link(open.id(), Actor::System, found.link.id).await?;
    say(format!("The link of {} as acd {} is removed.", found.business_unit, found.link.acd_id));
    Ok(())
}

async fn list_runs(runs: Runs) -> Result<()> {
    let (open, link) = find(&runs.link).await?;
    let all = open.installation.app.tallied_runs(open.id(), link.link.id, runs.limit).await?;
    for TalliedRun { run, outcomes } in all {
        let counts = run.counts;
        let outcomes: Vec<_> = outcomes
            .iter()
            .map(|it| {
                serde_json::json!({
                    "step": it.step, "result": it.result, "people": it.people, "lagMinMs": it.lag_min_ms,
                })
            })
            .collect();
        let took = run.finished_at.map(|end| end.duration_since(run.started_at).as_millis());
        say(serde_json::json!({
            "id": run.id, "cause": run.cause, "state": run.state, "reason": run.reason,
            "startedAt": run.started_at, "durationMs": took.and_then(|ms| i64::try_from(ms).ok()),
            "due": counts.due, "unchanged": counts.unchanged, "arrived": counts.arrived,
            "updated": counts.updated, "departed": counts.departed, "failed": counts.failed,
            "remoteCalls": counts.remote_calls, "lagP50Ms": counts.lag_p50_ms, "lagMaxMs": counts.lag_max_ms,
            "outcomes": outcomes,
        }));
    }
    Ok(())
}

pub(crate) async fn find(args: &LinkArgs) -> Result<(OpenTenant, LinkDetail)> {
    let open = args.place.open().await?;
    let fits = |link: &LinkDetail| args.acd_id.as_ref().is_none_or(|id| link.link.acd_id == *id);
    let (fitting, others): (Vec<_>, Vec<_>) =
        open.installation.app.links(open.id()).await?.into_iter().partition(fits);
    let acds = |links: &[LinkDetail]| {
        links.iter().map(|link| link.link.acd_id.as_str()).collect::<Vec<_>>().join(", ")
    };
    match <[LinkDetail; 1]>::try_from(fitting) {
        Ok([link]) => Ok((open, link)),
        Err(none) if none.is_empty() && others.is_empty() => bail!("there is no such WFM link"),
        Err(none) if none.is_empty() => {
            bail!("there is no such WFM link; there are those of the acd {}", acds(&others))
        }
        Err(several) => {
            bail!("there are several WFM links; name one with --acd-id: {}", acds(&several))
        }
    }
}
