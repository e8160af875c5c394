//! The SCIM door on a free port of loopback, with a clock that stands still until it is told.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use rollcall_app::App;
use rollcall_app::administration::NewTenant;
use rollcall_app::scim_connection::NewConnection;
use rollcall_app::secret::Sealer;
use rollcall_app::wfm::{NewLink, NewWay};
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::policy::{ConnectionPolicy, GroupMeaning};
use rollcall_domain::source::Actor;
use rollcall_domain::{Clock, Ids, ScimConnectionId, TenantId};
use rollcall_storage::{Database, Storage};
use secrecy::ExposeSecret;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::door::Door;

/// 2026-11-21T09:00:00Z.
const BEGINNING_S: i64 = 1_795_251_600;

/// A running front door.
pub(crate) struct Hub {
    pub(crate) app: App,
    pub(crate) storage: Storage,
    pub(crate) database: Database,
    /// `127.0.0.1:port`.
    pub(crate) address: String,
    clock: Arc<StillClock>,
    http: reqwest::Client,
    server: JoinHandle<()>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

/// Stands still until it is told to go on.
#[derive(Default)]
struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        let seconds = BEGINNING_S + self.0.load(Ordering::SeqCst);
        Timestamp::from_second(seconds).expect("a moment of our time")
    }
}

/// UUIDs in the form and the order of version 7, with a number at the end.
#[derive(Default)]
struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn next(&self) -> Uuid {
        let number = u128::from(self.0.fetch_add(1, Ordering::SeqCst));
        Uuid::from_u128(0x019a_b0c1_d2e3_7000_8000_0000_0000_0000 | (number << 8))
    }
}

impl Hub {
    pub(crate) async fn start(database: Database) -> Self {
        let storage = Storage::open(&database).await.expect("the database opens");
        let clock = Arc::new(StillClock::default());
        let sealer = Sealer::new(&[7; 32]).expect("a key of the right length");
        let time: Arc<dyn Clock> = Arc::<StillClock>::clone(&clock);
        let app = App::new(storage.clone(), time, Arc::new(CountingIds::default()), sealer);
        let listener =
            tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port of loopback is free");
        let address = listener.local_addr().expect("the listener has an address").to_string();
        let router = rollcall_api::router(app.clone(), rollcall_api::Options::default())
            .merge(rollcall_api::authentication_router(
                app.clone(),
                rollcall_api::Options::default(),
            ))
            .merge(rollcall_api::agent_router(app.clone()));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the door serves");
        });
        let worker = Mutex::default();
        Self { app, storage, database, address, clock, http: client(), server, worker }
    }

    /// Starts what carries requests out after their answer, as a process does that begins.
    pub(crate) fn begin_work(&self) {
        let work = tokio::spawn(rollcall_api::carry_out(self.app.clone()));
        *self.worker.lock().expect("nobody panicked with it") = Some(work);
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// A tenant with a WFM link and a connection of a dialect, and the connection's door.
    pub(crate) async fn door(&self, dialect: &str) -> Door {
        let made = self.app.create_tenant("Acme").await.expect("the tenant is made");
        let on = OptionalAttributes::ALL;
        let switched = self.app.set_optional_attributes(made.tenant.id, Actor::System, on).await;
        switched.expect("the optional attributes are switched on");
        let new = NewLink {
            business_unit: made.business_unit.id,
            acd_id: "7".into(),
            way: NewWay::Http {
                base_url: "https://wfm.example.com".into(),
                client_id: "rollcall".into(),
                client_secret: "secret".to_owned().into(),
            },
        };
        let link = self.app.create_link(made.tenant.id, Actor::System, new).await;
        let link = link.expect("the link is made").id;
        let (connection, token) = self.connection(&made, dialect.to_owned(), dialect).await;
        Door {
            made,
            connection,
            link,
            token,
            base_url: format!("http://{}/scim/v2", self.address),
            http: self.http.clone(),
            storage: self.storage.clone(),
        }
    }

    /// Switches optional attributes of the door's tenant.
    pub(crate) async fn switch(&self, door: &Door, optional: OptionalAttributes) {
        let actor = Actor::System;
        let switched = self.app.set_optional_attributes(door.tenant(), actor, optional).await;
        switched.expect("the optional attributes are switched");
    }

    /// The person that a resource is, as administrators see them.
    pub(crate) async fn employee(
        &self,
        door: &Door,
        resource: &serde_json::Value,
    ) -> rollcall_app::employee::EmployeeDetail {
        let id = resource["id"].as_str().expect("an id").parse().expect("an id");
        self.app.employee(door.tenant(), id).await.expect("the person is there")
    }

    /// Sets what the groups of the door's connection are.
    pub(crate) async fn set_groups(&self, door: &Door, groups: GroupMeaning) {
        let policy = ConnectionPolicy { groups, ..ConnectionPolicy::default() };
        let (tenant, id) = (door.tenant(), door.connection);
        let set = self.app.set_connection_policy(tenant, Actor::System, id, policy).await;
        set.expect("the policy is set");
    }

    /// A second connection of the same tenant.
    pub(crate) async fn second_door(&self, first: &Door, dialect: &str) -> Door {
        static COUNT: AtomicU64 = AtomicU64::new(2);
        let name = format!("{dialect} {}", COUNT.fetch_add(1, Ordering::Relaxed));
        let (connection, token) = self.connection(&first.made, name, dialect).await;
        Door { connection, token, ..first.clone() }
    }

    /// Another token of the same connection.
    pub(crate) async fn token(&self, door: &Door, lifetime: Option<SignedDuration>) -> Door {
        Door { token: self.issue(door.tenant(), door.connection, lifetime).await, ..door.clone() }
    }

    /// Revokes the door's token.
    pub(crate) async fn revoke(&self, door: &Door) {
        let tenant = door.tenant();
        let detail = self.app.connection(tenant, door.connection).await.expect("it is there");
        let hash = rollcall_app::secret::hash(&door.token);
        let token = detail.tokens.iter().find(|token| token.hash == hash).expect("it is known");
        let revoked = self.app.revoke_token(tenant, Actor::System, door.connection, token.id).await;
        revoked.expect("the token is revoked");
    }

    async fn connection(
        &self,
        made: &NewTenant,
        name: String,
        dialect: &str,
    ) -> (ScimConnectionId, String) {
        let new = NewConnection {
            name,
            dialect: dialect.to_owned(),
            business_unit: made.business_unit.id,
            team: made.team.id,
        };
        let connection = self.app.create_connection(made.tenant.id, Actor::System, new).await;
        let connection = connection.expect("the connection is made").id;
        (connection, self.issue(made.tenant.id, connection, None).await)
    }

    async fn issue(
        &self,
        tenant: TenantId,
        connection: ScimConnectionId,
        lifetime: Option<SignedDuration>,
    ) -> String {
        let issued = self.app.issue_token(tenant, Actor::System, connection, lifetime).await;
        issued.expect("the token is issued").secret.expose_secret().to_owned()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.server.abort();
        for worker in self.worker.lock().iter_mut().filter_map(|worker| worker.take()) {
            worker.abort();
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the client of a stranger, which tests speak through"
)]
pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client can be made")
}
