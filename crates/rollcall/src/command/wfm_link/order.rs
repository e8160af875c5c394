//! What the operator alone orders of a link: interval, runs by hand, management units, the switch, and a full
//! comparison now.

use anyhow::Result;
use clap::Subcommand;
use rollcall_app::wfm::{LinkSwitch, RunNow};
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::ManagementUnits;

use super::{LinkArgs, find};
use crate::terminal::say;

#[derive(Debug, Subcommand)]
pub(crate) enum Order {
    /// Changes how often the scheduled run of a link begins.
    SetInterval {
        /// Seconds from one scheduled run to the next: 60 to 86400.
        #[arg(long, value_name = "SECONDS")]
        interval_s: i64,
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Permits administrators of the tenant to begin a run by hand.
    PermitRunNow {
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Forbids it again.
    ForbidRunNow {
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Sets the management units into which agents are put, in place of 1 and 2.
    SetUnits {
        /// The unit of those who are new.
        #[arg(long, default_value = "1")]
        arrived: String,
        /// The unit of those who are no longer in the ACD.
        #[arg(long, default_value = "2")]
        departed: String,
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Switches synchronization off. Agents read the reason in place of their schedule.
    SwitchOff {
        /// Why, in words for agents.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Switches synchronization on; what waited goes out.
    SwitchOn {
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Compares the WFM's whole list with what it should hold, and heals the differences.
    Compare {
        /// Only say what would be done.
        #[arg(long)]
        preview: bool,
        #[command(flatten)]
        link: LinkArgs,
    },
}

impl Order {
    fn link(&self) -> &LinkArgs {
        match self {
            Self::SetInterval { link, .. }
            | Self::PermitRunNow { link }
            | Self::ForbidRunNow { link }
            | Self::SetUnits { link, .. }
            | Self::SwitchOff { link, .. }
            | Self::SwitchOn { link }
            | Self::Compare { link, .. } => link,
        }
    }
}

pub(crate) async fn carry_out(order: Order) -> Result<()> {
    let (installation, tenant, link) = find(order.link()).await?;
    let (app, actor, id) = (&installation.app, Actor::System, link.link.id);
    match order {
        Order::SetInterval { interval_s, .. } => {
            app.set_link_interval(tenant, actor, id, interval_s).await?;
        }
        Order::PermitRunNow { .. } => {
            app.set_run_now(tenant, actor, id, RunNow::Permitted).await?;
        }
        Order::ForbidRunNow { .. } => app.set_run_now(tenant, actor, id, RunNow::Refused).await?,
        Order::SetUnits { arrived, departed, .. } => {
            let units = ManagementUnits::parse(&arrived, &departed)?;
            app.set_management_units(tenant, actor, id, units).await?;
        }
        Order::SwitchOff { reason, .. } => {
            app.switch_link(tenant, actor, id, LinkSwitch::Off { reason }).await?;
        }
        Order::SwitchOn { .. } => app.switch_link(tenant, actor, id, LinkSwitch::On).await?,
        Order::Compare { preview: true, .. } => {
            app.preview_comparison(tenant, actor, id).await?;
            say("A preview begins within a second, if the hub runs; the WFM page shows it.");
        }
        Order::Compare { preview: false, .. } => {
            app.compare_now(tenant, actor, id).await?;
            say("A full comparison begins within a second, if the hub runs.");
        }
    }
    Ok(())
}
