//! The hub itself, its set-up in a line each, and its end, at which nothing may be left to do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rollcall_app::App;
use rollcall_app::scim_connection::NewConnection;
use rollcall_app::secret::Sealer;
use rollcall_app::wfm::{NewLink, NewWay};
use rollcall_connector::HttpLimits;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::FileTransport;
use rollcall_domain::{BusinessUnitId, Clock, Ids, TeamId, TenantId, WfmLinkId};
use rollcall_storage::{Storage, StorageError, wfm::outbox, wfm::wfm_link};
use rollcall_sync::{
    Engine, EngineOptions, History, HistoryOptions, Probe, RealTime, RealTimeOptions,
    ScheduleOptions, Schedules,
};
use secrecy::SecretString;
use simulator_iex::Simulator;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::{TestClock, Time};
use crate::database::{DatabaseKind, TestDatabase};
use crate::id::CountingIds;
use crate::scim::ScimClient;
use crate::target::Targets;

/// How long the engine may take until nobody is due, unless a test says otherwise.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);
const KEY: [u8; 32] = [7; 32];

/// What a hub is started with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where it stores.
    pub database: DatabaseKind,
    /// Whether the engine runs from the start.
    pub engine: EngineMode,
    /// Whether time passes by itself.
    pub time: Time,
    /// How the simulated WFM behaves.
    pub wfm: simulator_iex::Options,
    /// The bounds of calls to it.
    pub http: HttpLimits,
}

/// What the engine does before [`TestHub::finish`], which needs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineMode {
    /// It runs.
    #[default]
    Runs,
    /// It waits for [`TestHub::start_engine`].
    Rests,
}

/// A running hub. Dropped, it vanishes; [`TestHub::finish`] looks at what it leaves.
pub struct TestHub {
    /// The use cases.
    pub app: App,
    /// The data.
    pub storage: Storage,
    /// The time.
    pub clock: Arc<TestClock>,
    /// The simulated WFM.
    pub wfm: Simulator,
    /// How long [`TestHub::wait_quiet`] waits.
    pub patience: Duration,
    ids: Arc<dyn Ids>,
    http: HttpLimits,
    base_url: String,
    engine: Option<Engine>,
    schedules: Option<Schedules>,
    real_time: Option<RealTime>,
    history: Option<History>,
    server: JoinHandle<()>,
    // The last one to go: everything above has files or connections there.
    _database: TestDatabase,
}

/// A tenant with what people need.
#[derive(Clone, Copy, Debug)]
pub struct TestTenant {
    /// The tenant.
    pub id: TenantId,
    /// Its business unit.
    pub business_unit: BusinessUnitId,
    /// Its team, which has `WFM Advanced`.
    pub team: TeamId,
}

/// Runs a check on a hub on each database that can be had here, then finishes the hub.
///
/// # Errors
/// What the check says, or that something was left to do.
pub async fn on_each_database(
    options: Options,
    check: impl AsyncFn(&mut TestHub) -> Result<()>,
) -> Result<()> {
    for database in DatabaseKind::present() {
        let mut hub = TestHub::start(Options { database, ..options.clone() }).await?;
        check(&mut hub).await.with_context(|| format!("on {database:?}"))?;
        hub.finish().await.with_context(|| format!("on {database:?}"))?;
    }
    Ok(())
}

impl TestHub {
    /// Starts a hub with nobody in it.
    ///
    /// # Errors
    /// When no database or port can be had.
    pub async fn start(options: Options) -> Result<Self> {
        let database = TestDatabase::create(options.database)?;
        let storage = Storage::open(&database.address()).await?;
        let clock = Arc::new(TestClock::new(options.time));
        let ids: Arc<dyn Ids> = Arc::new(CountingIds::new(Arc::clone(&clock)));
        let time: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let app = App::new(storage.clone(), time, Arc::clone(&ids), Sealer::new(&KEY)?);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let api = rollcall_api::Options { public_url: Some(address.clone()) };
        let router = rollcall_api::router(app.clone(), api.clone())
            .merge(rollcall_api::authentication_router(app.clone(), api))
            .merge(rollcall_api::agent_router(app.clone()));
        let server = tokio::spawn(async move {
            // It ends with the hub; an error of the listener shows in the requests that follow.
            let _ = axum::serve(listener, router).await;
        });
        let mut hub = Self {
            wfm: Simulator::start(options.wfm).await?,
            patience: PATIENCE,
            base_url: format!("{address}/scim/v2"),
            http: options.http,
            engine: None,
            schedules: None,
            real_time: None,
            history: None,
            _database: database,
            app,
            storage,
            clock,
            ids,
            server,
        };
        if options.engine == EngineMode::Runs {
            hub.start_engine().await?;
        }
        Ok(hub)
    }

    /// Where SCIM is served.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Starts the engine, unless it runs.
    ///
    /// # Errors
    /// When outbound HTTP cannot be set up.
    pub async fn start_engine(&mut self) -> Result<()> {
        if self.engine.is_none() {
            let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&self.clock);
            let targets = Targets::new(self.app.clone(), Arc::clone(&clock), self.http)?;
            let options = EngineOptions {
                storage: self.storage.clone(),
                ids: Arc::clone(&self.ids),
                targets: Arc::new(targets),
                clock,
            };
            self.engine = Some(Engine::start(options).await);
        }
        Ok(())
    }

    /// Starts reading schedules, unless that runs.
    ///
    /// # Errors
    /// When outbound HTTP cannot be set up.
    pub async fn start_schedules(&mut self) -> Result<()> {
        if self.schedules.is_none() {
            let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&self.clock);
            let targets = Targets::new(self.app.clone(), Arc::clone(&clock), self.http)?;
            let options = ScheduleOptions {
                storage: self.storage.clone(),
                ids: Arc::clone(&self.ids),
                targets: Arc::new(targets),
                clock,
            };
            self.schedules = Some(Schedules::start(options).await);
        }
        Ok(())
    }

    /// Stops the engine in order, where it runs: what it waits for stays undone.
    pub async fn stop_engine(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.stop().await;
        }
    }

    /// Starts telling real-time states, unless that runs.
    ///
    /// # Errors
    /// When outbound HTTP cannot be set up.
    pub async fn start_real_time(&mut self) -> Result<()> {
        if self.real_time.is_none() {
            let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&self.clock);
            let targets = Targets::new(self.app.clone(), Arc::clone(&clock), self.http)?;
            let options = RealTimeOptions {
                app: self.app.clone(),
                storage: self.storage.clone(),
                ids: Arc::clone(&self.ids),
                targets: Arc::new(targets),
                clock,
            };
            self.real_time = Some(RealTime::start(options).await);
        }
        Ok(())
    }

    /// Starts telling history, unless that runs.
    ///
    /// # Errors
    /// When outbound HTTP cannot be set up.
    pub async fn start_history(&mut self) -> Result<()> {
        if self.history.is_none() {
            let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&self.clock);
            let targets = Targets::new(self.app.clone(), Arc::clone(&clock), self.http)?;
            let options = HistoryOptions {
                storage: self.storage.clone(),
                ids: Arc::clone(&self.ids),
                targets: Arc::new(targets),
                clock,
            };
            self.history = Some(History::start(options).await);
        }
        Ok(())
    }

    /// Lets whatever tells real-time states vanish, as if its process had been killed.
    pub fn kill_real_time(&mut self) {
        self.real_time = None;
    }

    /// Makes a tenant.
    ///
    /// # Errors
    /// When the hub does not.
    pub async fn tenant(&self, name: &str) -> Result<TestTenant> {
        let made = self.app.create_tenant(name).await?;
        Ok(TestTenant {
            id: made.tenant.id,
            business_unit: made.business_unit.id,
            team: made.team.id,
        })
    }

    /// Makes a SCIM connection of a dialect, and a client with its token.
    ///
    /// # Errors
    /// When the hub does not.
    pub async fn scim(&self, tenant: TestTenant, dialect: &str) -> Result<ScimClient> {
        let new = NewConnection {
            name: format!("Connection {}", self.ids.next()),
            dialect: dialect.to_owned(),
            business_unit: tenant.business_unit,
            team: tenant.team,
        };
        let id = self.app.create_connection(tenant.id, Actor::System, new).await?.id;
        let issued = self.app.issue_token(tenant.id, Actor::System, id, None).await?;
        ScimClient::new(id, issued.secret, self.base_url.clone())
    }

    /// Links a tenant's business unit to an acd of the simulated WFM.
    ///
    /// # Errors
    /// When the hub does not.
    pub async fn link(&self, tenant: TestTenant, acd_id: &str) -> Result<WfmLinkId> {
        let client = simulator_iex::Options::default();
        let new = NewLink {
            business_unit: tenant.business_unit,
            acd_id: acd_id.to_owned(),
            way: NewWay::Http {
                base_url: self.wfm.url().to_owned(),
                client_id: client.client_id,
                client_secret: client.client_secret.into(),
            },
        };
        Ok(self.app.create_link(tenant.id, Actor::System, new).await?.id)
    }

    /// Links a tenant's business unit to a WFM that reads files.
    ///
    /// # Errors
    /// When the hub does not.
    pub async fn link_by_file(
        &self,
        tenant: TestTenant,
        acd_id: &str,
        transport: FileTransport,
        secret: Option<SecretString>,
    ) -> Result<WfmLinkId> {
        let new = NewLink {
            business_unit: tenant.business_unit,
            acd_id: acd_id.to_owned(),
            way: NewWay::File { transport, secret },
        };
        Ok(self.app.create_link(tenant.id, Actor::System, new).await?.id)
    }

    /// What looks at WFMs for links that are not made yet.
    ///
    /// # Errors
    /// When outbound HTTP cannot be set up.
    pub fn probe(&self) -> Result<Probe> {
        let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&self.clock);
        Ok(Probe::new(Arc::new(Targets::new(self.app.clone(), clock, self.http)?)))
    }

    /// How many people are due at any WFM.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn due(&self) -> Result<i64> {
        let links = self.storage.read_installation(wfm_link::list_all).await?;
        let mut due = 0;
        for (tenant, link) in links {
            let count: Result<i64, StorageError> =
                self.storage.read(tenant, move |tx| outbox::count(tx, link.id)).await;
            due += count?;
        }
        Ok(due)
    }

    /// Waits until nobody is due.
    ///
    /// # Errors
    /// When somebody still is once patience is over.
    pub async fn wait_quiet(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let due = self.due().await?;
            if due == 0 {
                return Ok(());
            }
            ensure!(begun.elapsed() < self.patience, "{due} people are still due at the WFM");
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }

    /// Lets the engine do what is left, and ends in order.
    ///
    /// # Errors
    /// When something stays undone.
    pub async fn finish(mut self) -> Result<()> {
        self.start_engine().await?;
        let quiet = self.wait_quiet().await;
        self.stop_engine().await;
        if let Some(schedules) = self.schedules.take() {
            schedules.stop().await;
        }
        if let Some(real_time) = self.real_time.take() {
            real_time.stop().await;
        }
        if let Some(history) = self.history.take() {
            history.stop().await;
        }
        quiet
    }
}

impl Drop for TestHub {
    fn drop(&mut self) {
        self.server.abort();
    }
}
