//! `rollcall history-feed`: whether and how a WFM is told what happened in each quarter of an hour.

use anyhow::{Context as _, Result, ensure};
use clap::Subcommand;
use jiff::civil::Date;
use rollcall_app::history::{FeedSettings, FeedState};
use rollcall_domain::interval::queue::Thresholds;
use rollcall_domain::interval::{Day, Span, day};
use rollcall_domain::source::Actor;

use super::wfm_link::{LinkArgs, find};
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Switches the feed of a link on, or changes it; it begins with the present quarter of an hour.
    Set(Set),
    /// Switches it off. What happens meanwhile is sent when it is on again.
    Off {
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Prints how it is set and how it does, as one JSON object.
    Show {
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Looks at past days again, and sends what is not as it was sent.
    Rebuild(Rebuild),
}

#[derive(Debug, clap::Args)]
struct Set {
    /// The time zone in which days begin, such as Europe/Prague.
    #[arg(long)]
    time_zone: String,
    /// An interval is sent so many seconds after its end.
    #[arg(long, default_value_t = FeedSettings::default().settle_s, value_name = "SECONDS")]
    settle_s: i64,
    /// Who waits in a queue for so many seconds at the most is within the service level.
    #[arg(long, default_value_t = FeedSettings::default().thresholds.service_level_s, value_name = "SECONDS")]
    service_level_s: i64,
    /// Who gives up after less than so many seconds gives up shortly.
    #[arg(long, default_value_t = FeedSettings::default().thresholds.short_abandon_s, value_name = "SECONDS")]
    short_abandon_s: i64,
    #[command(flatten)]
    link: LinkArgs,
}

#[derive(Debug, clap::Args)]
struct Rebuild {
    /// The first day, such as 2026-11-20.
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// The last day; the first one by itself.
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    #[command(flatten)]
    link: LinkArgs,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Set(set) => switch_on(set).await,
        Command::Off { link } => switch_off(link).await,
        Command::Show { link } => show(link).await,
        Command::Rebuild(order) => rebuild(order).await,
    }
}

async fn switch_on(set: Set) -> Result<()> {
    let (open, link) = find(&set.link).await?;
    let (app, tenant) = (&open.installation.app, open.id());
    let settings = FeedSettings {
        enabled: true,
        time_zone: set.time_zone,
        settle_s: set.settle_s,
        thresholds: Thresholds {
            service_level_s: set.service_level_s,
            short_abandon_s: set.short_abandon_s,
        },
    };
    Ok(app.set_history_feed(tenant, Actor::System, link.link.id, settings).await?)
}

async fn switch_off(link: LinkArgs) -> Result<()> {
    let (open, link) = find(&link).await?;
    let (app, tenant) = (&open.installation.app, open.id());
    let state = app.history_feed(tenant, link.link.id).await?;
    let FeedState { feed, .. } = state.context("the link has no history feed")?;
    let settings = FeedSettings {
        enabled: false,
        time_zone: feed.time_zone,
        settle_s: feed.settle_s,
        thresholds: feed.thresholds,
    };
    Ok(app.set_history_feed(tenant, Actor::System, link.link.id, settings).await?)
}

async fn show(link: LinkArgs) -> Result<()> {
    let (open, link) = find(&link).await?;
    let (app, tenant) = (&open.installation.app, open.id());
    let state = app.history_feed(tenant, link.link.id).await?;
    let FeedState { feed, due } = state.context("the link has no history feed")?;
    say(serde_json::json!({
        "enabled": feed.enabled, "timeZone": feed.time_zone, "settleS": feed.settle_s,
        "serviceLevelS": feed.thresholds.service_level_s,
        "shortAbandonS": feed.thresholds.short_abandon_s, "due": due,
        "dueUntil": feed.marked_until, "sentAt": feed.sent_at, "problem": feed.problem,
        "problemAt": feed.problem_at,
    }));
    Ok(())
}

async fn rebuild(order: Rebuild) -> Result<()> {
    let last_day = order.to.unwrap_or(order.from);
    ensure!(last_day >= order.from, "--to {last_day} lies before --from {}", order.from);
    let (open, link) = find(&order.link).await?;
    let (app, tenant) = (&open.installation.app, open.id());
    let state = app.history_feed(tenant, link.link.id).await?;
    let FeedState { feed, .. } = state.context("the link has no history feed")?;
    let zone = day::zone(&feed.time_zone)?;
    let days = (Day::of(order.from, &zone), Day::of(last_day, &zone));
    let (Some(first), Some(last)) = days else { anyhow::bail!("there are no such days") };
    let span = Span { first: first.span.first, end: last.span.end };
    app.rebuild_history(tenant, link.link.id, span).await?;
    say("What differs is sent within a minute, if the hub runs.");
    Ok(())
}
