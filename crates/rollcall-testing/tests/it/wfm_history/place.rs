//! Where a history happens: a tenant with two linked business units and some people in them, made once and copied
//! for each history.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use rollcall_app::App;
use rollcall_app::access::{Presented, ScimAccess};
use rollcall_app::scim_connection::NewConnection;
use rollcall_app::secret::Sealer;
use rollcall_app::wfm::{LinkSettings, NewLink, NewWay};
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{Brake, FieldSwitch, FieldSwitches};
use rollcall_domain::{Clock, Ids, TeamId, TenantId, WfmLinkId};
use rollcall_storage::{Database, Storage};
use rollcall_test_database::{Folder, PostgresDatabase};
use rollcall_testing::{DatabaseKind, TestClock, Time};
use secrecy::ExposeSecret as _;
use uuid::{Builder, Uuid};

use super::expectation::Expectation;
use super::http_wfm::HttpWfm;
use super::memory_wfm::{MemoryWfm, State};
use super::operation::{TEAMS, UNITS};

pub(crate) const ACDS: [&str; UNITS] = ["4471", "4472"];
/// As many may always depart within an hour.
pub(crate) const FLOOR: usize = 2;
const KEY: [u8; 32] = [7; 32];

/// On what a history takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// SQLite and a WFM in memory: time is simulated.
    Memory,
    /// PostgreSQL and a WFM in memory.
    Postgres,
    /// SQLite and the simulated WFM over HTTP.
    Http,
}

impl Ground {
    fn database(self) -> DatabaseKind {
        match self {
            Self::Postgres => DatabaseKind::Postgres,
            Self::Memory | Self::Http => DatabaseKind::Sqlite,
        }
    }
}

/// What lasts longer than one engine.
pub(crate) struct Place {
    pub(crate) names: Names,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) ids: Arc<Counter>,
    pub(crate) wfm: MemoryWfm,
    pub(crate) expected: Expectation,
    database: TestDatabase,
}

/// What everything is called.
#[derive(Clone, Default)]
pub(crate) struct Names {
    pub(crate) tenant: Option<TenantId>,
    pub(crate) links: Vec<WfmLinkId>,
    pub(crate) teams: Vec<TeamId>,
    /// The token of each unit's connection.
    tokens: Vec<String>,
}

/// A place at its beginning, to be copied.
pub(crate) struct Beginning {
    names: Names,
    state: State,
    expected: Expectation,
    ids: u64,
    /// The files of the database.
    files: Vec<(std::ffi::OsString, Vec<u8>)>,
}

enum TestDatabase {
    Sqlite(Folder),
    Postgres(PostgresDatabase),
}

/// One life of the hub: everything that its death takes along.
pub(crate) struct Hub {
    pub(crate) storage: Storage,
    pub(crate) app: App,
    pub(crate) access: Vec<ScimAccess>,
}

/// Ids that count.
pub(crate) struct Counter(AtomicU64);

impl Ids for Counter {
    fn next(&self) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let mut random = [0; 10];
        random[2..].copy_from_slice(&count);
        let ms = TestClock::new(Time::Stands).now().as_millisecond();
        Builder::from_unix_timestamp_millis(u64::try_from(ms).unwrap_or_default(), &random)
            .into_uuid()
    }
}

impl Place {
    /// An empty place.
    pub(crate) fn empty(ground: Ground) -> Result<Self> {
        let database = match ground.database() {
            DatabaseKind::Sqlite => TestDatabase::Sqlite(Folder::in_memory()),
            DatabaseKind::Postgres => TestDatabase::Postgres(
                PostgresDatabase::create().context("ROLLCALL_TEST_POSTGRES is not set")?,
            ),
        };
        let clock = Arc::new(TestClock::new(Time::Stands));
        let time: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let wfm = match ground {
            Ground::Http => MemoryWfm::over_http(HttpWfm::start()?, time),
            Ground::Memory | Ground::Postgres => MemoryWfm::new(State::default(), time),
        };
        Ok(Self {
            names: Names::default(),
            wfm,
            expected: Expectation::new(),
            ids: Arc::new(Counter(AtomicU64::new(1))),
            clock,
            database,
        })
    }

    /// A copy of a place on SQLite, whose database nobody has open.
    pub(crate) fn beginning(&self) -> Result<Beginning> {
        let TestDatabase::Sqlite(folder) = &self.database else { bail!("only files are copied") };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder.path())? {
            let entry = entry?;
            files.push((entry.file_name(), std::fs::read(entry.path())?));
        }
        Ok(Beginning {
            names: self.names.clone(),
            state: self.wfm.lock().clone(),
            expected: self.expected.clone(),
            ids: self.ids.0.load(Ordering::Relaxed),
            files,
        })
    }

    /// A place that begins like another.
    pub(crate) fn like(beginning: &Beginning) -> Result<Self> {
        let mut place = Self::empty(Ground::Memory)?;
        if let TestDatabase::Sqlite(folder) = &place.database {
            for (name, bytes) in &beginning.files {
                std::fs::write(folder.path().join(name), bytes)?;
            }
        }
        let time: Arc<dyn Clock> = Arc::<TestClock>::clone(&place.clock);
        place.wfm = MemoryWfm::new(beginning.state.clone(), time);
        place.names = beginning.names.clone();
        place.expected = beginning.expected.clone();
        place.ids = Arc::new(Counter(AtomicU64::new(beginning.ids)));
        Ok(place)
    }

    pub(crate) fn tenant(&self) -> Result<TenantId> {
        self.names.tenant.context("there is a tenant")
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The settings of a unit's link, as they are expected to be.
    pub(crate) fn settings(&self, unit: usize) -> LinkSettings {
        LinkSettings {
            switches: FieldSwitches {
                personal_id: self.expected.personal_ids[unit],
                external_id: self.expected.external_ids[unit],
            },
            brake: Brake { share_percent: 10, floor: i64::try_from(FLOOR).unwrap_or_default() },
            notice_to: Vec::new(),
        }
    }

    /// Begins a life.
    pub(crate) async fn open(&self) -> Result<Hub> {
        let address = match &self.database {
            TestDatabase::Sqlite(folder) => Database::Sqlite(folder.path().join("rollcall.db")),
            TestDatabase::Postgres(database) => Database::Postgres(database.url().into()),
        };
        let storage = Storage::open(&address).await?;
        let time: Arc<dyn Clock> = Arc::<TestClock>::clone(&self.clock);
        let ids: Arc<dyn Ids> = Arc::<Counter>::clone(&self.ids);
        let app = App::new(storage.clone(), time, ids, Sealer::new(&KEY)?);
        let mut access = Vec::new();
        for token in &self.names.tokens {
            match app.scim_access(token).await? {
                Presented::Open(open) => access.push(open),
                other => bail!("a token opens nothing: {other:?}"),
            }
        }
        Ok(Hub { storage, app, access })
    }

    /// Makes the tenant, its units with two teams each, their links and their identity providers.
    pub(crate) async fn furnish(&mut self, hub: &Hub) -> Result<()> {
        let app = &hub.app;
        let made = app.create_tenant("Northwind").await?;
        let tenant = made.tenant.id;
        self.names.tenant = Some(tenant);
        let (second, its_team) = app.create_business_unit(tenant, Actor::System, "Bergen").await?;
        let first = (made.business_unit.id, made.team.id);
        for (index, (unit, team)) in [first, (second.id, its_team.id)].into_iter().enumerate() {
            let other = app.create_team(tenant, Actor::System, unit, "Without WFM").await?;
            self.names.teams.extend([team, other.id]);
            let on = FieldSwitch::On;
            app.set_wfm_advanced(tenant, Actor::System, team, on).await?;
            let new = NewLink {
                business_unit: unit,
                acd_id: ACDS[index].to_owned(),
                way: NewWay::Http {
                    base_url: "http://wfm.example".to_owned(),
                    client_id: "client".to_owned(),
                    client_secret: "secret".to_owned().into(),
                },
            };
            let link = app.create_link(tenant, Actor::System, new).await?.id;
            self.names.links.push(link);
            let settings = self.settings(index);
            app.save_link_settings(tenant, Actor::System, link, settings).await?;
            let connection = NewConnection {
                name: format!("Connection {index}"),
                dialect: "okta".to_owned(),
                business_unit: unit,
                team,
            };
            let id = app.create_connection(tenant, Actor::System, connection).await?.id;
            let issued = app.issue_token(tenant, Actor::System, id, None).await?;
            self.names.tokens.push(issued.secret.expose_secret().to_owned());
        }
        anyhow::ensure!(self.names.teams.len() == TEAMS, "there are {TEAMS} teams");
        Ok(())
    }
}
