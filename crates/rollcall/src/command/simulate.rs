//! `rollcall simulate`: the outside systems of the demo, in processes of their own. For tests and to look
//! at; must not be reachable from other machines.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use jiff::Timestamp;
use simulator_idp::{Progress, Target};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::announcement::Announcement;
use crate::simulator_token::{ACD_TOKEN, ENTRA_TOKEN, OKTA_TOKEN};
use crate::stop;
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A WFM.
    Iex(Iex),
    /// A WFM that reads files.
    WfmFile(WfmFile),
    /// An identity provider.
    Idp(Idp),
    /// An ACD.
    Acd(Acd),
}

#[derive(Debug, clap::Args)]
struct Acd {
    /// The hub's address.
    #[arg(long)]
    hub_url: String,
    #[arg(long, env = ACD_TOKEN, hide = true, hide_env_values = true, default_value = "")]
    token: String,
    /// How many people are at work.
    #[arg(long, default_value_t = 250)]
    people: usize,
    /// Quarters before this moment are delivered as what another system counted.
    #[arg(long, value_name = "MOMENT")]
    past_until: Option<Timestamp>,
    /// Ends with its parent, and tells it what happens.
    #[arg(long, hide = true)]
    child: bool,
}

#[derive(Debug, clap::Args)]
struct Iex {
    /// Where it listens.
    #[arg(long, default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))]
    listen: SocketAddr,
    /// Where it keeps its agents over a restart.
    #[arg(long)]
    state_file: Option<PathBuf>,
    /// It accepts several records of one uuid, as a system with a late index does.
    #[arg(long)]
    no_unique_key: bool,
    /// How long a batch waits between being applied and being answered.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    answer_delay_ms: u64,
    /// It invents shifts for its agents.
    #[arg(long)]
    shifts: bool,
    /// Ends with its parent, and tells it when it is ready.
    #[arg(long, hide = true)]
    child: bool,
}

#[derive(Debug, clap::Args)]
struct WfmFile {
    /// The folder into which it looks.
    #[arg(long)]
    folder: PathBuf,
    /// How often it looks.
    #[arg(long, value_name = "MS", default_value_t = 1_000)]
    look_every_ms: u64,
    /// Where it tells what it holds and what it picked up.
    #[arg(long, default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))]
    listen: SocketAddr,
}

#[derive(Debug, clap::Args)]
struct Idp {
    /// The SCIM address for Okta's manner.
    #[arg(long)]
    okta_url: Option<String>,
    /// The SCIM address for Entra's manner.
    #[arg(long)]
    entra_url: Option<String>,
    #[arg(long, env = OKTA_TOKEN, hide = true, hide_env_values = true, default_value = "")]
    okta_token: String,
    #[arg(long, env = ENTRA_TOKEN, hide = true, hide_env_values = true, default_value = "")]
    entra_token: String,
    /// How many people it begins with.
    #[arg(long, default_value_t = 200)]
    people: usize,
    /// Nothing moves once they are there.
    #[arg(long)]
    still: bool,
    /// Where it keeps its directory over a restart.
    #[arg(long)]
    state_file: Option<PathBuf>,
    /// Ends with its parent, and tells it how far it is.
    #[arg(long, hide = true)]
    child: bool,
}

pub(crate) async fn run(args: Args) -> Result<()> {
    let stop = stop::on_signal()?;
    match args.command {
        Command::Iex(iex) => run_iex(iex, stop).await,
        Command::WfmFile(wfm) => run_wfm_file(wfm, stop).await,
        Command::Idp(idp) => run_idp(idp, stop).await,
        Command::Acd(acd) => run_acd(acd, stop).await,
    }
}

async fn run_iex(args: Iex, stop: CancellationToken) -> Result<()> {
    let options = simulator_iex::Options {
        unique_key: !args.no_unique_key,
        answer_delay: Duration::from_millis(args.answer_delay_ms),
        state_file: args.state_file,
        shifts: args.shifts,
        ..simulator_iex::Options::default()
    };
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("the simulated WFM cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    if args.child {
        stop::with_parent(&stop)?;
        Announcement::Listening(address).send();
    } else {
        say(format!("The simulated WFM answers at http://{address}/"));
    }
    simulator_iex::serve(listener, options, stop.cancelled_owned()).await?;
    Ok(())
}

async fn run_acd(args: Acd, stop: CancellationToken) -> Result<()> {
    let options = simulator_acd::Options {
        base_url: args.hub_url,
        token: args.token,
        people: args.people,
        past_until: args.past_until,
        seed: 1,
    };
    let is_child = args.child;
    if is_child {
        stop::with_parent(&stop)?;
    }
    let tell = |step: simulator_acd::Progress| {
        if is_child {
            Announcement::Note(step.to_string()).send();
        } else {
            say(step);
        }
    };
    Ok(simulator_acd::run(options, stop.cancelled_owned(), tell).await?)
}

async fn run_wfm_file(args: WfmFile, stop: CancellationToken) -> Result<()> {
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("the simulated WFM cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    let look_every = Duration::from_millis(args.look_every_ms);
    let simulator = simulator_wfm_file::Simulator::start(&args.folder, look_every);
    say(format!(
        "The simulated WFM reads {} and answers at http://{address}/",
        args.folder.display()
    ));
    simulator_wfm_file::serve_control(listener, simulator, stop.cancelled_owned()).await?;
    Ok(())
}

async fn run_idp(args: Idp, stop: CancellationToken) -> Result<()> {
    let target = |base_url: Option<String>, token: String| {
        base_url.map(|base_url| Target { base_url, token })
    };
    let options = simulator_idp::Options {
        okta: target(args.okta_url, args.okta_token),
        entra: target(args.entra_url, args.entra_token),
        people: args.people,
        still: args.still,
        state_file: args.state_file,
        ..simulator_idp::Options::default()
    };
    if args.child {
        stop::with_parent(&stop)?;
        simulator_idp::run(options, stop.cancelled_owned(), announce).await?;
    } else {
        simulator_idp::run(options, stop.cancelled_owned(), |step| say(step)).await?;
    }
    Ok(())
}

fn announce(step: &Progress) {
    match step {
        Progress::Pushed { done, total } => {
            Announcement::Pushed { done: *done, total: *total }.send();
        }
        Progress::Populated { held } => Announcement::Populated { held: *held }.send(),
        Progress::Connected(_) => {}
        other => Announcement::Note(other.to_string()).send(),
    }
}
