//! A linked tenant with a person whom the WFM has, and what a test does there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use jiff::SignedDuration;
use rollcall_app::history::FeedSettings;
use rollcall_app::security_event::{NewDelivery, NewStream};
use rollcall_app::wfm::{BRAKE_DEFAULT, LinkSettings, RealTimeSwitch};
use rollcall_connector::ConnectorError;
use rollcall_connector::event::EventReceivers;
use rollcall_connector::wfm::Answer;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FieldSwitch, FieldSwitches, FilePlace, FileTransport};
use rollcall_domain::{Clock as _, EmployeeId, EventStreamId, WfmLinkId};
use rollcall_storage::wfm::wfm_link::{self, Health};
use rollcall_storage::{StorageError, Tx};
use rollcall_test_database::Folder;
use rollcall_testing::{TestHub, TestTenant};
use secrecy::SecretString;
use simulator_iex::Activity;

const ACD: &str = "4471";

/// A tenant, its link, and what belongs to its one person.
pub(crate) struct Place {
    pub(crate) tenant: TestTenant,
    pub(crate) person: EmployeeId,
    pub(crate) number: i64,
    link: WfmLinkId,
}

/// A tenant that is linked by files, and their folder; nobody is there yet.
pub(crate) struct FilePlaceOf {
    pub(crate) tenant: TestTenant,
    link: WfmLinkId,
}

/// Links a tenant by files.
pub(crate) async fn by_file(hub: &TestHub) -> Result<(FilePlaceOf, Folder)> {
    let (tenant, folder) = (hub.tenant("Northwind").await?, Folder::new());
    let place = FilePlace::Folder { path: folder.path().display().to_string() };
    let transport = FileTransport { place, acknowledged_within_s: 3_600 };
    let link = hub.link_by_file(tenant, ACD, transport, None).await?;
    Ok((FilePlaceOf { tenant, link }, folder))
}

impl FilePlaceOf {
    pub(crate) fn series(&self, name: &str, kind: Option<&str>) -> String {
        series(name, kind, self.link)
    }

    pub(crate) async fn tell_history(&self, hub: &TestHub) -> Result<()> {
        tell_history(hub, self.tenant, self.link).await
    }
}

impl Place {
    pub(crate) async fn new(hub: &TestHub) -> Result<Self> {
        let tenant = hub.tenant("Northwind").await?;
        let link = hub.link(tenant, ACD).await?;
        let person = hub.scim(tenant, "okta").await?.create_person("ana").await?;
        hub.wait_quiet().await?;
        let number = hub.app.employee(tenant.id, person).await?.employee.agent_number.0;
        Ok(Self { tenant, person, number, link })
    }

    /// A gauge of the link.
    pub(crate) fn series(&self, name: &str, kind: Option<&str>) -> String {
        series(name, kind, self.link)
    }

    /// The WFM's people plan three hours for somebody, from now on.
    pub(crate) fn plan(&self, hub: &TestHub, id: &str, number: i64) {
        let start = hub.clock.now();
        let activity = Activity {
            activity_id: id.to_owned(),
            uuid: number.to_string(),
            activity_name: "Training".to_owned(),
            activity_code: None,
            start,
            end: start + SignedDuration::from_hours(3),
        };
        hub.wfm.put_activities(ACD, [activity]);
    }

    pub(crate) async fn tell_history(&self, hub: &TestHub) -> Result<()> {
        tell_history(hub, self.tenant, self.link).await
    }

    pub(crate) async fn tell_states(&self, hub: &TestHub, key: &str) -> Result<()> {
        let on = RealTimeSwitch::On {
            base_url: None,
            source_id: Some("1".to_owned()),
            authentication_key: Some(key.to_owned().into()),
        };
        Ok(hub.app.switch_real_time(self.tenant.id, Actor::System, self.link, on).await?)
    }

    pub(crate) async fn receiver(
        &self,
        hub: &TestHub,
        delivery: NewDelivery,
    ) -> Result<EventStreamId> {
        let stream = NewStream {
            name: "Audit".into(),
            delivery,
            audience: "them".into(),
            issuer: "https://hub.example.com/scim/v2".into(),
            events: vec!["urn:ietf:params:scim:event:prov:create:notice".into()],
        };
        Ok(hub.app.create_event_stream(self.tenant.id, Actor::System, stream).await?.stream.id)
    }

    pub(crate) async fn switch_off(&self, hub: &TestHub, receiver: EventStreamId) -> Result<()> {
        Ok(hub.app.switch_off_event_stream(self.tenant.id, Actor::System, receiver).await?)
    }

    /// Somebody wants mail of the link.
    pub(crate) async fn notice(&self, hub: &TestHub) -> Result<()> {
        let on = FieldSwitch::On;
        let settings = LinkSettings {
            switches: FieldSwitches { personal_id: on, external_id: on },
            brake: BRAKE_DEFAULT,
            notice_to: vec!["ops@example.com".to_owned()],
        };
        let (app, tenant) = (&hub.app, self.tenant.id);
        Ok(app.save_link_settings(tenant, Actor::System, self.link, settings).await?)
    }

    /// Puts the link into a state, as the engine does.
    pub(crate) async fn set_health(&self, hub: &TestHub, health: Health) -> Result<()> {
        let (now, id) = (hub.clock.now(), self.link);
        let work = move |tx: &mut Tx<'_>| {
            if let Some(mut link) = wfm_link::get(tx, id)? {
                (link.health, link.health_since) = (health, now);
                link.health_reason = (health != Health::Well).then(|| "It is held.".to_owned());
                wfm_link::save_state(tx, &link)?;
            }
            Ok::<_, StorageError>(())
        };
        Ok(hub.storage.write(self.tenant.id, work).await?)
    }
}

fn series(name: &str, kind: Option<&str>, link: WfmLinkId) -> String {
    let kind = kind.map(|kind| format!("kind=\"{kind}\",")).unwrap_or_default();
    format!("{name}{{{kind}link=\"{link}\"}}")
}

async fn tell_history(hub: &TestHub, tenant: TestTenant, link: WfmLinkId) -> Result<()> {
    let settings = FeedSettings::default();
    Ok(hub.app.set_history_feed(tenant.id, Actor::System, link, settings).await?)
}

/// Receivers that take everything until they are told to take nothing.
#[derive(Clone, Default)]
pub(crate) struct Receivers(Arc<AtomicBool>);

impl Receivers {
    pub(crate) fn fail(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl EventReceivers for Receivers {
    fn tell<'a>(&'a self, _: &'a str, _: Option<&'a SecretString>, _: &'a str) -> Answer<'a, ()> {
        let reason = "it answered 500".to_owned();
        let fails = self.0.load(Ordering::Relaxed);
        Box::pin(
            async move { if fails { Err(ConnectorError::Transient { reason }) } else { Ok(()) } },
        )
    }
}
