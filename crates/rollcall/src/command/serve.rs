//! `rollcall serve`: opens the installation, starts what runs by itself, then listens, until it is told
//! to stop.

mod measuring;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rollcall_app::{App, secret};
use rollcall_connector_smtp::Smtp;
use rollcall_sync::{
    Engine, EngineOptions, EventOptions, Events, History, HistoryOptions, NoticeOptions, Notices,
    RealTime, RealTimeOptions, ScheduleOptions, Schedules, WfmTargets,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::tenant::setup_url;
use crate::announcement::Announcement;
use crate::installation::Installation;
use crate::listener::bind;
use crate::server::{self, Front, Probe};
use crate::setting::{ConfigArgs, Settings};
use crate::sole::Sole;
use crate::terminal::say;
use crate::trace::{self, Exporter, TraceLayer};
use crate::wfm_target::{self, Targets};
use crate::{adherence, descriptor, journal, log, runtime, stop, timeout};
use measuring::Measuring;

/// What the first tenant is called where nobody made one.
const FIRST_TENANT: &str = "My contact centre";
/// How long threads that wait for something outside are waited for at the very end.
const LAST_PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// The address to listen on, in place of `listen`; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Ends with its parent, and tells it when it is ready.
    #[arg(long, hide = true)]
    child: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let settings = args.config.load_with(args.listen)?;
    let (traces, exporter) = tracing_of(&settings)?;
    log::start(&settings.log, traces)?;
    descriptor::raise_limit();
    let runtime = runtime::many_threads()?;
    let served = runtime.block_on(serve(&settings, exporter, args.child));
    // A thread that hangs at a folder of somebody else's does not keep the hub from ending.
    runtime.shutdown_timeout(LAST_PATIENCE);
    served
}

/// What gathers traces and what sends them, where a collector is named.
fn tracing_of(settings: &Settings) -> Result<(Option<TraceLayer>, Option<Exporter>)> {
    let Some(endpoint) = &settings.trace.otlp_endpoint else { return Ok((None, None)) };
    let (finished, waiting) = mpsc::channel(trace::WAITING_MAX);
    let layer = TraceLayer::new(settings.trace.ratio, finished);
    Ok((Some(layer), Some(Exporter::new(endpoint, waiting)?)))
}

async fn serve(settings: &Settings, exporter: Option<Exporter>, child: bool) -> Result<()> {
    let stop = stop::on_signal()?;
    if child {
        stop::with_parent(&stop)?;
    }
    let measuring = Measuring::begin(settings).await?;
    // Beside the opening of the database, what takes milliseconds and does not need it.
    let outbound = settings.outbound;
    let http = tokio::task::spawn_blocking(move || wfm_target::http(outbound));
    tokio::task::spawn_blocking(secret::gather_randomness);
    let installation = Installation::open(settings).await?;
    let _sole = Sole::take(&settings.database()?).await?;
    let targets = Arc::new(Targets::new(&installation, http.await??));
    let engine = Engine::start(EngineOptions {
        storage: installation.storage.clone(),
        clock: Arc::clone(&installation.clock),
        ids: Arc::clone(&installation.ids),
        targets: Arc::<Targets>::clone(&targets),
    })
    .await;
    let probe = Arc::new(rollcall_sync::Probe::new(Arc::<Targets>::clone(&targets)));
    let history = history(&installation, Arc::clone(&targets)).await;
    let real_time = real_time(&installation, Arc::clone(&targets)).await;
    let receivers = targets.event_receivers();
    let schedules = schedules(&installation, targets).await;
    let events = Events::start(EventOptions {
        app: installation.app.clone(),
        receivers: Arc::new(receivers),
    });
    let notices = notices(&installation, settings)?;
    let invitation = if child { None } else { invitation(&installation.app).await? };
    // Only now: whoever gets a connection gets an answer, and finds all that a first start makes.
    let listener = bind(settings.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let front = measuring.around(front(&installation, settings, (probe, &stop)));
    let measuring = measuring.serve(&installation, exporter, &stop);
    let serving = tokio::spawn(server::serve(listener, front, stop.clone()));
    let working = tokio::spawn({
        let (app, stop) = (installation.app.clone(), stop.clone());
        async move { stop.run_until_cancelled(rollcall_api::carry_out(app)).await }
    });
    let timing = tokio::spawn(timeout::keep(installation.app.clone(), stop.clone()));
    let judging = tokio::spawn(adherence::keep(installation.app.clone(), stop.clone()));
    let journalled = CancellationToken::new();
    let keeping = tokio::spawn(journal::keep(installation.app.clone(), journalled.clone()));
    tracing::info!(%address, "listening");
    if child {
        Announcement::Listening(address).send();
    } else {
        greet(&settings.url(address), invitation.as_ref());
    }
    stop.cancelled().await;
    tracing::info!("stopping");
    let links =
        async { tokio::join!(engine.stop(), schedules.stop(), history.stop(), real_time.stop()) };
    let (served, worked, _, ()) = tokio::join!(serving, working, links, events.stop());
    if let Some(notices) = notices {
        notices.stop().await;
    }
    worked.context("what is done after its answer failed")?;
    // What the last requests did is told, too.
    journalled.cancel();
    keeping.await.context("the journal of requests failed")?;
    timing.await.context("the timeouts of agent states failed")?;
    judging.await.context("the judging of adherence failed")?;
    measuring.await.context("the metrics failed")?;
    served.context("the web server failed")
}

/// What reads people's schedules back.
async fn schedules(installation: &Installation, targets: Arc<dyn WfmTargets>) -> Schedules {
    Schedules::start(ScheduleOptions {
        storage: installation.storage.clone(),
        clock: Arc::clone(&installation.clock),
        ids: Arc::clone(&installation.ids),
        targets,
    })
    .await
}

/// What tells WFMs the history of intervals.
async fn history(installation: &Installation, targets: Arc<Targets>) -> History {
    History::start(HistoryOptions {
        storage: installation.storage.clone(),
        clock: Arc::clone(&installation.clock),
        ids: Arc::clone(&installation.ids),
        targets,
    })
    .await
}

/// What tells WFMs what people do, as they do it.
async fn real_time(installation: &Installation, targets: Arc<Targets>) -> RealTime {
    RealTime::start(RealTimeOptions {
        app: installation.app.clone(),
        storage: installation.storage.clone(),
        clock: Arc::clone(&installation.clock),
        ids: Arc::clone(&installation.ids),
        targets,
    })
    .await
}

/// What sends mail about links that are not well, where a mail server is set.
fn notices(installation: &Installation, settings: &Settings) -> Result<Option<Notices>> {
    let Some(smtp) = settings.mail.smtp()? else { return Ok(None) };
    let mailer = Smtp::new(&smtp).context("the settings of [mail] cannot be used")?;
    Ok(Some(Notices::start(NoticeOptions {
        storage: installation.storage.clone(),
        clock: Arc::clone(&installation.clock),
        mailer: Arc::new(mailer),
        public_url: settings.url(settings.listen),
    })))
}

fn front(
    installation: &Installation,
    settings: &Settings,
    (wfm, stop): (Arc<rollcall_sync::Probe>, &CancellationToken),
) -> Front {
    let app = &installation.app;
    let public_url = settings.public_url.clone();
    Front {
        scim: rollcall_api::router(
            app.clone(),
            rollcall_api::Options { public_url: public_url.clone() },
        ),
        authentication: rollcall_api::authentication_router(
            app.clone(),
            rollcall_api::Options { public_url: public_url.clone() },
        ),
        agents: rollcall_api::agent_router(app.clone()),
        console: rollcall_console::router(
            app.clone(),
            rollcall_console::Settings { public_url, closing: stop.clone(), probe: Some(wfm) },
        ),
        probe: Probe::new(installation.storage.clone(), stop.clone()),
        proxies: settings.trusted_proxies.clone(),
    }
}

/// The way in where nobody has one yet; makes the first tenant.
async fn invitation(app: &App) -> Result<Option<SecretString>> {
    if !app.awaits_administrator().await? {
        return Ok(None);
    }
    let mut tenants = app.tenants().await?;
    if tenants.is_empty() {
        tenants.push(app.create_tenant(FIRST_TENANT).await?.tenant);
    }
    let Some(tenant) = tenants.first() else { return Ok(None) };
    Ok(Some(app.create_setup_link(tenant.id).await?))
}

/// Says where the console is, and how to get in where nobody can yet.
fn greet(url: &str, invitation: Option<&SecretString>) {
    say(format!("Rollcall answers at {url}"));
    if let Some(link) = invitation {
        say("Nobody can sign in yet. Make the first administrator here, within a day:");
        say(format!("  {}", setup_url(url, link.expose_secret())));
    }
}
