//! The demo: a hub, a simulated WFM, a simulated identity provider and a simulated ACD, each a process of its own, on
//! one folder that remembers them. This process starts them, tells what they do, and ends them.

mod child;
mod description;
mod floor;
mod folder;
mod memory;
mod set_up;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::announcement::Announcement;
use crate::listener::taken;
use crate::setting::local_url;
use crate::simulator_token::{ACD_TOKEN, ENTRA_TOKEN, OKTA_TOKEN};
use crate::stop;
use crate::terminal::say;
use child::Child;
use description::Description;
use folder::Folder;
use memory::Memory;

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// Where the hub listens.
    pub(crate) listen: SocketAddr,
    /// The folder.
    pub(crate) data: PathBuf,
    /// How many people there are at the beginning.
    pub(crate) people: usize,
    /// Whether nothing moves afterwards.
    pub(crate) still: bool,
}

/// How long a process may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(30);
/// The simulated WFM invents shifts for whoever came within this time.
const SHIFTS_WITHIN: Duration = Duration::from_secs(4);
/// As many people are at work at the simulated ACD: everybody, unless many more were asked for than usual.
const AT_WORK: usize = 250;
/// How long provisioning may go without getting any further.
const STANDSTILL_LIMIT: Duration = Duration::from_secs(60);

/// Runs until Ctrl-C, SIGTERM or the end of one of the processes.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let stop = stop::on_signal()?;
    let folder = Folder::open(&options.data)?;
    folder.remove_description()?;
    ensure_free(options.listen)?;
    let mut children = Vec::new();
    let work = work(options, &folder, &mut children);
    let ended = tokio::select! {
        ended = work => ended,
        () = stop.cancelled() => Ok(()),
    };
    if stop.is_cancelled() {
        say("Ending.");
    }
    // The provider first, the WFM last: nobody calls one that has gone.
    while let Some(child) = children.pop() {
        child.end().await;
    }
    folder.remove_description()?;
    ended
}

/// Starts everything, tells of it, and goes on until a process ends.
async fn work(options: &Options, folder: &Folder, children: &mut Vec<Child>) -> Result<()> {
    let memory = folder.memory()?;
    let (wfm, wfm_url) = start_wfm(folder, memory.as_ref()).await?;
    children.push(wfm);
    let memory = match memory {
        Some(memory) => set_up::follow_wfm(folder, memory, &wfm_url).await?,
        None => set_up::first(folder, &wfm_url).await?,
    };
    let begun = Instant::now();
    let mut hub = start_hub(options.listen, folder)?;
    let hub_pid = hub.pid();
    let listening = hub.listening(START_LIMIT).await;
    children.push(hub);
    let listening = listening?;
    let ready_ms = begun.elapsed().as_millis();
    let mut description = Description {
        hub_url: local_url(listening),
        wfm_url,
        hub_pid,
        ready_ms: u64::try_from(ready_ms).unwrap_or(u64::MAX),
        memory,
    };
    children.push(start_provider(options, folder, &description)?);
    let held = populated(children).await?;
    if options.still {
        floor::close(folder, &description.memory).await?;
    } else {
        let memory = description.memory.clone();
        description.memory = floor::open_up(folder, memory, &description.wfm_url).await?;
        children.extend(start_acd(folder, &description)?);
    }
    folder.write_description(&description.json())?;
    say(description.greeting(held, &folder.description_path()));
    let schedules = async {
        if !options.still {
            tokio::time::sleep(SHIFTS_WITHIN).await;
            floor::read_schedules(folder, &description.memory).await?;
        }
        std::future::pending::<Result<()>>().await
    };
    tokio::select! {
        ended = follow(children) => ended,
        failed = schedules => failed,
    }
}

/// A friendly word before anything is started; the hub itself decides.
fn ensure_free(listen: SocketAddr) -> Result<()> {
    match TcpListener::bind(listen) {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Err(taken(listen, "--listen"))
        }
        _ => Ok(()),
    }
}

/// On the port that it had last time, if that is still free.
async fn start_wfm(folder: &Folder, memory: Option<&Memory>) -> Result<(Child, String)> {
    let port = memory.map_or(0, |memory| memory.wfm_port);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let port = TcpListener::bind(address).map_or(0, |_| port);
    let mut command = child::command(&["simulate", "iex", "--child", "--shifts"])?;
    command.arg("--listen").arg(format!("127.0.0.1:{port}"));
    command.arg("--state-file").arg(folder.path("wfm.jsonl"));
    let mut wfm = Child::start("the simulated WFM", command, folder.path("wfm.log"))?;
    let address = wfm.listening(START_LIMIT).await?;
    Ok((wfm, format!("http://{address}")))
}

fn start_hub(listen: SocketAddr, folder: &Folder) -> Result<Child> {
    let mut command = child::command(&["serve", "--child"])?;
    command.arg("--listen").arg(listen.to_string());
    command.arg("--config").arg(folder.path(set_up::CONFIGURATION));
    Child::start("the hub", command, folder.path("hub.log"))
}

/// The people at work, where they have what they need.
fn start_acd(folder: &Folder, about: &Description) -> Result<Option<Child>> {
    let Some(acd) = &about.memory.acd else { return Ok(None) };
    let mut command = child::command(&["simulate", "acd", "--child"])?;
    command.arg("--hub-url").arg(&about.hub_url);
    command.arg("--people").arg(AT_WORK.to_string());
    command.arg("--past-until").arg(acd.since.to_string());
    command.env(ACD_TOKEN, &acd.token);
    Child::start("the simulated ACD", command, folder.path("acd.log")).map(Some)
}

fn start_provider(options: &Options, folder: &Folder, about: &Description) -> Result<Child> {
    let mut command = child::command(&["simulate", "idp", "--child"])?;
    command.arg("--people").arg(options.people.to_string());
    command.args(options.still.then_some("--still"));
    command.arg("--state-file").arg(folder.path("provider.json"));
    command.arg("--okta-url").arg(about.scim_url()).arg("--entra-url").arg(about.scim_url());
    command.env(OKTA_TOKEN, &about.memory.scim_token);
    command.env(ENTRA_TOKEN, &about.memory.scim_entra_token);
    Child::start("the simulated identity provider", command, folder.path("provider.log"))
}

/// Waits until the provider has provisioned everyone; tells how many the hub holds.
async fn populated(children: &mut [Child]) -> Result<usize> {
    let mut moved = Instant::now();
    let mut told = 0;
    loop {
        let left = STANDSTILL_LIMIT.saturating_sub(moved.elapsed());
        let Ok(next) = tokio::time::timeout(left, next(children)).await else {
            bail!("the hub did not take the people within {} s", STANDSTILL_LIMIT.as_secs());
        };
        match next? {
            Announcement::Populated { held } => return Ok(held),
            Announcement::Pushed { done, total } => {
                moved = Instant::now();
                // A line for each tenth is enough.
                let tenth = done * 10 / total.max(1);
                if tenth > told {
                    told = tenth;
                    say(format!("{done} of {total} people are provisioned"));
                }
            }
            Announcement::Note(text) => say(text),
            Announcement::Listening(_) => {}
        }
    }
}

/// Prints what happens, until a process ends; that is an error.
async fn follow(children: &mut [Child]) -> Result<()> {
    loop {
        if let Announcement::Note(text) = next(children).await? {
            say(text);
        }
    }
}

/// The next announcement of any of them.
async fn next(children: &mut [Child]) -> Result<Announcement> {
    let waiting = children.iter_mut().map(|child| Box::pin(child.next()));
    let (announced, _, _) = futures_util::future::select_all(waiting).await;
    announced
}
