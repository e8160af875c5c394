//! Receivers of security events that are told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use rollcall_app::App;
use rollcall_app::access::{Presented, ScimAccess};
use rollcall_app::provision::ScimClaim;
use rollcall_app::scim_connection::NewConnection;
use rollcall_app::secret::Sealer;
use rollcall_app::security_event::{NewDelivery, NewStream};
use rollcall_connector::ConnectorError;
use rollcall_connector::event::EventReceivers;
use rollcall_connector::wfm::Answer;
use rollcall_domain::employee::{Claim, Profile, Status};
use rollcall_domain::source::Actor;
use rollcall_domain::user_name::UserName;
use rollcall_domain::{Clock, Ids, TenantId};
use rollcall_storage::Storage;
use rollcall_sync::{EventOptions, Events};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::database::on_each_database;
use crate::world::{TestClock, TestIds};

/// Longer than anything here takes.
const BOUND: Duration = Duration::from_secs(30);

/// Receivers that keep what they are told, and fail as often as they are asked to.
#[derive(Clone, Default)]
struct Fake(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    told: Vec<(String, Option<String>, String)>,
    failures: VecDeque<ConnectorError>,
}

impl EventReceivers for Fake {
    fn tell<'a>(
        &'a self,
        endpoint: &'a str,
        token: Option<&'a SecretString>,
        event: &'a str,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut kept = self.0.lock().unwrap();
            if let Some(failure) = kept.failures.pop_front() {
                return Err(failure);
            }
            let token = token.map(|token| token.expose_secret().to_owned());
            kept.told.push((endpoint.to_owned(), token, event.to_owned()));
            Ok(())
        })
    }
}

impl Fake {
    fn told(&self) -> usize {
        self.0.lock().unwrap().told.len()
    }

    fn fails(&self, reason: &str) {
        let failure = ConnectorError::Transient { reason: reason.to_owned() };
        self.0.lock().unwrap().failures.push_back(failure);
    }
}

struct World {
    app: App,
    clock: Arc<TestClock>,
    tenant: TenantId,
    access: ScimAccess,
    fake: Fake,
}

impl World {
    async fn new(storage: Storage) -> Self {
        let clock = Arc::new(TestClock::new());
        let time: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let ids: Arc<dyn Ids> = Arc::new(TestIds::new());
        let app = App::new(storage, time, ids, Sealer::new(&[7; 32]).unwrap());
        let made = app.create_tenant("Acme").await.unwrap();
        let tenant = made.tenant.id;
        let new = NewConnection {
            name: "Okta".into(),
            dialect: "okta".into(),
            business_unit: made.business_unit.id,
            team: made.team.id,
        };
        let connection = app.create_connection(tenant, Actor::System, new).await.unwrap().id;
        let push = NewDelivery::Push {
            endpoint: "https://receiver.example.com/events".into(),
            token: Some("shown there".to_owned().into()),
        };
        let stream = NewStream {
            name: "Audit".into(),
            delivery: push,
            audience: "them".into(),
            issuer: "https://hub.example.com/scim/v2".into(),
            events: vec!["urn:ietf:params:scim:event:prov:create:notice".into()],
        };
        app.create_event_stream(tenant, Actor::System, stream).await.unwrap();
        let issued = app.issue_token(tenant, Actor::System, connection, None).await.unwrap();
        let Presented::Open(access) = app.scim_access(issued.secret.expose_secret()).await.unwrap()
        else {
            panic!("the token opens nothing");
        };
        Self { app, clock, tenant, access, fake: Fake::default() }
    }

    fn start(&self) -> Events {
        let receivers = Arc::new(self.fake.clone());
        Events::start(EventOptions { app: self.app.clone(), receivers })
    }

    async fn create(&self, name: &str) {
        let address = format!("{name}@example.com");
        let profile = Profile {
            user_name: UserName::parse(&address).unwrap(),
            first_name: "Ana".into(),
            last_name: name.into(),
            email: address.clone(),
        };
        let claim = Claim { profile, status: Status::Active, external_id: None };
        let resource = serde_json::from_value(json!({"userName": address, "active": true}));
        let claim = ScimClaim {
            claim,
            resource: resource.unwrap(),
            other_emails: Vec::new(),
            wishes: Vec::new(),
            template: None,
        };
        self.app.provision(&self.access, claim).await.unwrap();
    }

    /// Waits until so many events were told.
    async fn told(&self, count: usize) {
        let begun = Instant::now();
        while self.fake.told() < count {
            assert!(begun.elapsed() < BOUND, "{} of {count} were told", self.fake.told());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(self.fake.told(), count);
    }
}

#[test]
fn a_receiver_is_told_in_order_and_shown_its_token() {
    on_each_database(async |storage| {
        let world = World::new(storage).await;
        world.create("before").await;
        let events = world.start();
        world.told(1).await;
        for number in 0..45 {
            world.create(&format!("p{number}")).await;
        }
        world.told(46).await;
        events.stop().await;
        let told = std::mem::take(&mut world.fake.0.lock().unwrap().told);
        let mut order: Vec<String> = Vec::new();
        for (endpoint, token, set) in told {
            assert_eq!(endpoint, "https://receiver.example.com/events");
            assert_eq!(token.as_deref(), Some("shown there"));
            assert_eq!(set.split('.').count(), 3, "it is signed");
            order.push(set);
        }
        let streams = world.app.event_streams(world.tenant).await.unwrap();
        assert_eq!(streams[0].waiting, 0, "nothing is told twice");
        order.dedup();
        assert_eq!(order.len(), 46);
    });
}

#[test]
fn what_cannot_be_told_is_told_later_and_nothing_is_left_out() {
    on_each_database(async |storage| {
        let world = World::new(storage).await;
        world.fake.fails("it answered 500");
        world.create("ana").await;
        world.create("ben").await;
        let events = world.start();
        let begun = Instant::now();
        loop {
            let streams = world.app.event_streams(world.tenant).await.unwrap();
            let stream = &streams[0].stream;
            if stream.failures == 1 {
                assert_eq!(stream.problem.as_deref(), Some("it answered 500"));
                assert_eq!(streams[0].waiting, 2);
                break;
            }
            assert!(begun.elapsed() < BOUND, "the failure is never noted");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(world.fake.told(), 0, "it is left alone for a while");
        world.clock.advance(SignedDuration::from_mins(10));
        world.told(2).await;
        events.stop().await;
        let streams = world.app.event_streams(world.tenant).await.unwrap();
        assert_eq!((streams[0].stream.failures, streams[0].waiting), (0, 0));
    });
}

#[test]
fn one_node_at_a_time_tells_a_receiver() {
    on_each_database(async |storage| {
        let world = World::new(storage).await;
        let nodes = [world.start(), world.start(), world.start()];
        for number in 0..30 {
            world.create(&format!("p{number}")).await;
        }
        world.told(30).await;
        for node in nodes {
            node.stop().await;
        }
        assert_eq!(world.fake.told(), 30, "nothing is told twice");
    });
}
