//! What the operator orders of a link: interval, immediate mode, runs by hand, management units, the
//! switch, real-time
//! states, and a full comparison now.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Subcommand;
use rollcall_app::wfm::{LinkSwitch, Pace, RealTimeSwitch, RunNow};
use rollcall_domain::WfmLinkId;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FieldSwitch, ManagementUnits, OptionalField};

use super::{LinkArgs, find};
use crate::command::tenant_args::OpenTenant;
use crate::setting::secret_of;
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
    /// Says whether a change goes out at once, as it does at first, or with the next scheduled run.
    SetImmediate {
        /// `on`: at once, and the scheduled run is the net beneath. `off`: changes wait for the scheduled run.
        mode: Mode,
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
    /// Switches Personal ID or External ID on or off, for the whole business unit.
    SetField {
        /// Which of the two.
        field: Field,
        /// `off` clears it in the WFM once, which cannot be undone by itself; `on` writes the values of everyone.
        mode: Mode,
        /// Do it. Without this, `off` only says how many people would lose a value.
        #[arg(long)]
        yes: bool,
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
    /// Tells the WFM what people do, as they do it, or ceases to.
    RealTime {
        #[command(subcommand)]
        switch: RealTime,
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

/// Whether something is on.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Mode {
    On,
    Off,
}

/// A field that can be switched off.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Field {
    PersonalId,
    ExternalId,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RealTime {
    /// Begins to tell. What is left out stays as it was set before.
    On {
        /// By which name the WFM knows this source.
        #[arg(long)]
        source_id: Option<String>,
        /// A file that holds the authentication key that the WFM expects.
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
        /// The address below which `State/Batch` lies; at first `/Rta` below the link's.
        #[arg(long)]
        url: Option<String>,
        #[command(flatten)]
        link: LinkArgs,
    },
    /// Ceases to tell. The WFM keeps what it heard last.
    Off {
        #[command(flatten)]
        link: LinkArgs,
    },
}

impl Order {
    fn link(&self) -> &LinkArgs {
        match self {
            Self::SetInterval { link, .. }
            | Self::SetImmediate { link, .. }
            | Self::PermitRunNow { link }
            | Self::ForbidRunNow { link }
            | Self::SetUnits { link, .. }
            | Self::SetField { link, .. }
            | Self::SwitchOff { link, .. }
            | Self::SwitchOn { link }
            | Self::RealTime { switch: RealTime::On { link, .. } | RealTime::Off { link } }
            | Self::Compare { link, .. } => link,
        }
    }
}

pub(crate) async fn carry_out(order: Order) -> Result<()> {
    let (open, link) = find(order.link()).await?;
    let (app, tenant) = (&open.installation.app, open.id());
    let (actor, id) = (Actor::System, link.link.id);
    match order {
        Order::SetInterval { interval_s, .. } => {
            app.set_link_interval(tenant, actor, id, interval_s).await?;
        }
        Order::SetImmediate { mode, .. } => {
            let pace = match mode {
                Mode::On => Pace::Immediate,
                Mode::Off => Pace::ByInterval,
            };
            app.set_link_pace(tenant, actor, id, pace).await?;
        }
        Order::PermitRunNow { .. } => {
            app.set_run_now(tenant, actor, id, RunNow::Permitted).await?;
        }
        Order::ForbidRunNow { .. } => app.set_run_now(tenant, actor, id, RunNow::Refused).await?,
        Order::SetUnits { arrived, departed, .. } => {
            let units = ManagementUnits::parse(&arrived, &departed)?;
            app.set_management_units(tenant, actor, id, units).await?;
        }
        Order::SetField { field, mode, yes, .. } => {
            set_field(&open, id, (field, mode), yes).await?;
        }
        Order::SwitchOff { reason, .. } => {
            app.switch_link(tenant, actor, id, LinkSwitch::Off { reason }).await?;
        }
        Order::SwitchOn { .. } => app.switch_link(tenant, actor, id, LinkSwitch::On).await?,
        Order::RealTime { switch: RealTime::Off { .. } } => {
            app.switch_real_time(tenant, actor, id, RealTimeSwitch::Off).await?;
        }
        Order::RealTime { switch: RealTime::On { source_id, key_file, url, .. } } => {
            let file = key_file.as_deref();
            let authentication_key = file.map(|file| secret_of("--key-file", file)).transpose()?;
            let on = RealTimeSwitch::On { base_url: url, source_id, authentication_key };
            app.switch_real_time(tenant, actor, id, on).await?;
        }
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

/// Switches a field; off only where that was asked for twice.
async fn set_field(
    open: &OpenTenant,
    id: WfmLinkId,
    (field, mode): (Field, Mode),
    yes: bool,
) -> Result<()> {
    let (app, tenant) = (&open.installation.app, open.id());
    let field = match field {
        Field::PersonalId => OptionalField::PersonalId,
        Field::ExternalId => OptionalField::ExternalId,
    };
    let switch = match mode {
        Mode::On => FieldSwitch::On,
        Mode::Off => FieldSwitch::Off,
    };
    let preview = app.field_preview(tenant, id, field).await?;
    let clears = switch == FieldSwitch::Off && preview.link.switches.of(field) == FieldSwitch::On;
    let label = field.label();
    if clears && !yes {
        bail!(
            "{label} would be cleared in the WFM of {} people of {}, once; switched on again, it is written anew. \
             Nothing was changed. Add --yes to do it",
            preview.holding,
            preview.business_unit
        );
    }
    app.switch_field(tenant, Actor::System, id, (field, switch)).await?;
    if clears {
        say(format!("{label} is not sent any more, and is cleared of {} people.", preview.holding));
    }
    Ok(())
}
