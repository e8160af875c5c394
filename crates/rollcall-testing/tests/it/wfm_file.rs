//! User synchronization over files, on the whole way from SCIM to a simulated WFM that reads a folder.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rollcall_app::wfm::{BRAKE_DEFAULT, Health, LinkDetail, LinkSettings};
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FieldSwitch, FieldSwitches, FilePlace, FileTransport};
use rollcall_domain::{EmployeeId, WfmLinkId};
use rollcall_test_database::Folder;
use rollcall_testing::{EngineMode, Options, ScimClient, TestHub, TestTenant, on_each_database};
use serde_json::json;
use simulator_wfm_file::{
    Agent, Bucket, BucketOptions, Entry, Fault, FaultOrder, Sftp, SftpOptions, Simulator,
};

const ACD: &str = "4471";
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A tenant that is linked by files, its identity provider, and the folder.
struct Place {
    tenant: TestTenant,
    link: WfmLinkId,
    okta: ScimClient,
    folder: Folder,
}

impl Place {
    async fn new(hub: &TestHub) -> Result<Self> {
        let (tenant, folder) = (hub.tenant("Northwind").await?, Folder::new());
        let path = folder.path().display().to_string();
        let place = FilePlace::Folder { path };
        let transport = FileTransport { place, acknowledged_within_s: 60 };
        let link = hub.link_by_file(tenant, ACD, transport, None).await?;
        Ok(Self { tenant, link, okta: hub.scim(tenant, "okta").await?, folder })
    }

    fn wfm(&self) -> Simulator {
        Simulator::start(self.folder.path(), LOOK_EVERY)
    }

    async fn detail(&self, hub: &TestHub) -> Result<LinkDetail> {
        Ok(hub.app.link(self.tenant.id, self.link).await?)
    }

    async fn patch(&self, id: EmployeeId, value: serde_json::Value) -> Result<()> {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "value": value}],
        });
        let answer = self.okta.patch(&format!("/Users/{id}"), &body).await?;
        ensure!(answer.status == 200, "{answer:?}");
        Ok(())
    }

    /// Whether a file of ours lies there and waits.
    fn is_waiting(&self) -> bool {
        let entries = std::fs::read_dir(self.folder.path());
        let names = entries.into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.into_iter().any(|name| name.to_string_lossy().starts_with("importAgent_"))
    }
}

fn only(wfm: &Simulator) -> Agent {
    let mut agents = wfm.agents(ACD);
    assert_eq!(agents.len(), 1, "{agents:#?}");
    agents.remove(0)
}

async fn until(what: &str, holds: impl AsyncFn() -> Result<bool>) -> Result<()> {
    let begun = Instant::now();
    while !holds().await? {
        ensure!(begun.elapsed() < Duration::from_secs(20), "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_place_takes_the_files_of_one_link_of_an_acd() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let folder = |end: &str| FileTransport {
            place: FilePlace::Folder { path: format!("{}{end}", place.folder.path().display()) },
            acknowledged_within_s: 60,
        };
        let made = hub.app.create_business_unit(place.tenant.id, Actor::System, "Bergen").await?;
        let second = TestTenant { id: place.tenant.id, business_unit: made.0.id, team: made.1.id };
        let words = hub.link_by_file(second, ACD, folder("/"), None).await.unwrap_err().to_string();
        assert!(words.contains("each business unit has an acd of its own"), "{words}");

        let stranger = hub.tenant("Acme").await?;
        let refused = hub.link_by_file(stranger, ACD, folder("/"), None).await;
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("are exchanged at") && words.contains("a place of its own"));
        assert!(!words.contains("Northwind"), "nothing is told of whose it is: {words}");
        assert_eq!(hub.app.links(stranger.id).await?.len(), 0);
        hub.link_by_file(stranger, "4472", folder(""), None).await?;
        hub.link_by_file(second, ACD, folder("/bergen"), None).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn new_changed_departed_and_cleared_go_out_as_files() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let wfm = place.wfm();
        let id = place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        let agent = only(&wfm);
        let number = hub.app.employee(place.tenant.id, id).await?.employee.agent_number.0;
        assert_eq!((agent.uuid, agent.mu.as_str()), (number.to_string(), "1"));
        assert_eq!(agent.personal_id, id.to_string());

        wfm.edit(ACD, &number.to_string(), |agent| agent.mu = "north".into());
        place.patch(id, json!({"name": {"familyName": "O'Brien & <Sons>"}})).await?;
        hub.wait_quiet().await?;
        let agent = only(&wfm);
        let expected = ("O'Brien & <Sons>", "north");
        assert_eq!((agent.last_name.as_str(), agent.mu.as_str()), expected);

        let switches =
            FieldSwitches { personal_id: FieldSwitch::Off, external_id: FieldSwitch::On };
        let settings = LinkSettings { switches, brake: BRAKE_DEFAULT, notice_to: Vec::new() };
        let (app, tenant) = (&hub.app, place.tenant.id);
        app.save_link_settings(tenant, Actor::System, place.link, settings).await?;
        hub.wait_quiet().await?;
        assert_eq!(only(&wfm).personal_id, "", "switched off, cleared");

        place.patch(id, json!({"active": false})).await?;
        hub.wait_quiet().await?;
        assert_eq!(only(&wfm).mu, "2");
        place.patch(id, json!({"active": true})).await?;
        hub.wait_quiet().await?;
        assert_eq!(only(&wfm).mu, "1");
        let kinds: Vec<bool> =
            wfm.journal().iter().map(|entry| entry.name.ends_with("_new.xml")).collect();
        assert_eq!(kinds, [true, false, false, false, true]);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_person_goes_by_a_bucket() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let (tenant, folder) = (hub.tenant("Northwind").await?, Folder::new());
        let options = BucketOptions::default();
        let bucket = Bucket::start(folder.path(), options.clone()).await?;
        let place = FilePlace::S3 {
            endpoint: bucket.endpoint(),
            region: "eu-central-1".into(),
            bucket: options.bucket,
            prefix: options.prefix,
            access_key_id: options.access_key_id,
        };
        arrives_and_departs(hub, (tenant, folder), place, &options.secret).await
    })
    .await
}

#[tokio::test]
async fn a_person_goes_by_a_server() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let (tenant, folder) = (hub.tenant("Northwind").await?, Folder::new());
        let options = SftpOptions::default();
        let server = Sftp::start(folder.path(), options.clone()).await?;
        let place = FilePlace::Sftp {
            host: "127.0.0.1".into(),
            port: server.port(),
            path: "/in".into(),
            user: options.user,
            host_key: server.host_key().to_owned(),
        };
        arrives_and_departs(hub, (tenant, folder), place, &options.password).await
    })
    .await
}

/// Somebody comes and goes over a place behind which the WFM reads a folder.
async fn arrives_and_departs(
    hub: &TestHub,
    (tenant, folder): (TestTenant, Folder),
    place: FilePlace,
    secret: &str,
) -> Result<()> {
    let transport = FileTransport { place, acknowledged_within_s: 60 };
    let link = hub.link_by_file(tenant, ACD, transport, Some(secret.into())).await?;
    let okta = hub.scim(tenant, "okta").await?;
    let place = Place { tenant, link, okta, folder };
    let wfm = place.wfm();
    let id = place.okta.create_person("zoe").await?;
    hub.wait_quiet().await?;
    assert_eq!(only(&wfm).mu, "1");
    place.patch(id, json!({"active": false})).await?;
    hub.wait_quiet().await?;
    assert_eq!(only(&wfm).mu, "2");
    let detail = place.detail(hub).await?;
    assert_eq!((detail.link.health, detail.link.client_id.as_str()), (Health::Well, ""));
    assert!(!detail.link.client_secret_sealed.contains(secret));
    Ok(())
}

#[tokio::test]
async fn a_wfm_that_reads_its_folder_later_is_no_failure() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        place.okta.create_person("zoe").await?;
        let waits = async || {
            let run = place.detail(hub).await?.runs.into_iter().next();
            Ok(run.is_some_and(|run| run.reason.unwrap_or_default().starts_with("Waiting")))
        };
        until("a run waits", waits).await?;
        let detail = place.detail(hub).await?;
        assert_eq!((detail.link.health, detail.link.health_reason), (Health::Well, None));
        let wfm = place.wfm();
        wfm.arm([FaultOrder::once(Fault::NoAcknowledgement), FaultOrder::once(Fault::Late)]);
        hub.wait_quiet().await?;
        assert_eq!(only(&wfm).last_name, "zoe");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_an_acknowledgement_lacks_is_asked_for_again() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let wfm = place.wfm();
        wfm.arm([FaultOrder::once(Fault::Half), FaultOrder::once(Fault::Junk)]);
        place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        assert_eq!(only(&wfm).mu, "1");
        let well = async || Ok(place.detail(hub).await?.link.health == Health::Well);
        until("the link is well", well).await
    })
    .await
}

#[tokio::test]
async fn a_hub_that_stops_between_file_and_acknowledgement_sends_nothing_twice() -> Result<()> {
    let options = Options { engine: EngineMode::Rests, ..Options::default() };
    on_each_database(options, async |hub| {
        let place = Place::new(hub).await?;
        place.okta.create_person("zoe").await?;
        hub.start_engine().await?;
        until("the file lies there", async || Ok(place.is_waiting())).await?;
        hub.stop_engine().await;
        let wfm = place.wfm();
        let picked_up = async || Ok(!wfm.journal().is_empty());
        until("it is picked up", picked_up).await?;
        hub.start_engine().await?;
        hub.wait_quiet().await?;
        let journal = wfm.journal();
        let applied: Vec<usize> = journal.iter().map(|Entry { applied, .. }| *applied).collect();
        assert_eq!(applied, [1], "{journal:#?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_export_in_the_folder_is_what_the_wfm_holds() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = Place::new(hub).await?;
        let wfm = place.wfm();
        place.okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        let compare = async || {
            hub.app.compare_now(place.tenant.id, Actor::System, place.link).await?;
            let over = async || {
                let detail = place.detail(hub).await?;
                let is_running = detail.runs.iter().any(|run| run.state == "running");
                Ok(detail.link.asked.is_none() && !is_running)
            };
            until("the comparison is over", over).await?;
            place.detail(hub).await
        };
        let detail = compare().await?;
        let run = detail.runs.iter().find(|run| run.cause == "comparison");
        let reason = run.and_then(|run| run.reason.clone()).unwrap_or_default();
        assert!(reason.starts_with("The WFM shows no list of its agents"), "{reason}");
        assert_eq!((detail.link.compared_at, detail.link.health), (None, Health::Well));

        wfm.edit(ACD, &only(&wfm).uuid, |agent| agent.last_name = "by hand".into());
        wfm.export("exportAgent_112026_0200.xml")?;
        let detail = compare().await?;
        assert!(detail.link.compared_at.is_some());
        hub.wait_quiet().await?;
        assert_eq!(only(&wfm).last_name, "zoe", "the difference is healed");
        Ok(())
    })
    .await
}
