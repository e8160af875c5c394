//! A link that is tried before it is made, and one whose way changes: on the whole way to the simulated WFM.

use anyhow::{Context as _, Result};
use jiff::SignedDuration;
use rollcall_app::wfm::{NewLink, NewWay, Trial, TrialError, Unreached, WayChange};
use rollcall_domain::AdministratorId;
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FilePlace, FileTransport, UNKNOWN_HOST_KEY};
use rollcall_test_database::Folder;
use rollcall_testing::{Options, TestHub, TestTenant, on_each_database};
use simulator_iex::{Fault, FaultOrder, Simulator};
use simulator_wfm_file::{Sftp, SftpOptions};

const ACD: &str = "4471";

/// The simulator's own credentials, or a wrong secret.
fn way(address: &str, secret: &str) -> NewWay {
    NewWay::Http {
        base_url: address.to_owned(),
        client_id: simulator_iex::Options::default().client_id,
        client_secret: secret.into(),
    }
}

fn secret() -> String {
    simulator_iex::Options::default().client_secret
}

async fn attempt(
    hub: &TestHub,
    tenant: TestTenant,
    way: NewWay,
) -> Result<std::result::Result<Trial, TrialError>> {
    let new = NewLink { business_unit: tenant.business_unit, acd_id: ACD.to_owned(), way };
    Ok(hub.app.try_link(tenant.id, Actor::System, new, &hub.probe()?).await)
}

fn unreached(trial: std::result::Result<Trial, TrialError>) -> Result<Unreached> {
    match trial {
        Err(TrialError::Unreached(unreached)) => Ok(unreached),
        other => anyhow::bail!("{other:?}"),
    }
}

#[tokio::test]
async fn a_trial_says_what_the_first_run_would_do_and_makes_nothing() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let other = hub.tenant("Southwind").await?;
        hub.link(other, ACD).await?;
        let entra = hub.scim(other, "entra").await?;
        for name in ["ana", "bo", "cai"] {
            entra.create_person(name).await?;
        }
        hub.wait_quiet().await?;
        let tenant = hub.tenant("Northwind").await?;
        let okta = hub.scim(tenant, "okta").await?;
        okta.create_person("ana").await?;
        okta.create_person("zoe").await?;
        let trial = attempt(hub, tenant, way(hub.wfm.url(), &secret())).await??;
        let first = &trial.first;
        assert_eq!((first.matching.count, first.overwritten.count), (1, 1), "{first:?}");
        assert!(first.overwritten.named[0].1.contains("zoe"), "{first:?}");
        assert!(first.departing.named[0].1.contains("cai"), "{first:?}");
        assert_eq!((trial.met.total, trial.met.read, trial.stops), (3, Some(3), false));
        assert_eq!(trial.business_unit, "Contact centre");
        assert!(hub.app.links(tenant.id).await?.is_empty(), "nothing is made");
        assert!(!trial.ticket.contains(&secret()));

        let link = hub.app.create_tried_link(tenant.id, Actor::System, &trial.ticket).await?;
        assert_eq!(link.id, trial.link.id);
        hub.wait_quiet().await?;
        let again = hub.app.create_tried_link(tenant.id, Actor::System, &trial.ticket).await?;
        assert_eq!((again.id, hub.app.links(tenant.id).await?.len()), (link.id, 1));
        let refused = attempt(hub, tenant, way(hub.wfm.url(), &secret())).await?;
        assert!(matches!(refused, Err(TrialError::Change(_))), "{refused:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_ticket_is_good_for_who_tried_for_a_quarter_of_an_hour() -> Result<()> {
    let hub = TestHub::start(Options::default()).await?;
    let (tenant, other) = (hub.tenant("Northwind").await?, hub.tenant("Southwind").await?);
    let trial = attempt(&hub, tenant, way(hub.wfm.url(), &secret())).await??;
    let app = &hub.app;
    let somebody = Actor::Administrator(AdministratorId::new(uuid::Uuid::from_u128(1)));
    for (tenant, actor) in [(other.id, Actor::System), (tenant.id, somebody)] {
        assert!(app.create_tried_link(tenant, actor, &trial.ticket).await.is_err());
    }
    assert!(app.take_tried_way(tenant.id, Actor::System, &trial.ticket).await.is_err());
    hub.clock.advance(SignedDuration::from_mins(16));
    let late = app.create_tried_link(tenant.id, Actor::System, &trial.ticket).await;
    assert!(late.unwrap_err().to_string().contains("try it again"));
    hub.finish().await
}

#[tokio::test]
async fn each_way_in_which_a_wfm_cannot_be_reached_is_told_apart() -> Result<()> {
    let hub = TestHub::start(Options::default()).await?;
    let tenant = hub.tenant("Northwind").await?;
    let url = hub.wfm.url().to_owned();
    let check = async |way| unreached(attempt(&hub, tenant, way).await?);
    let wrong = check(way(&url, "guess")).await?;
    assert!(matches!(wrong, Unreached::Credentials(_)), "{wrong:?}");
    let private = check(way("https://10.0.0.1", &secret())).await?;
    assert!(matches!(private, Unreached::Refused(_)), "{private:?}");
    let gone = check(way("http://127.0.0.1:1", &secret())).await?;
    assert!(matches!(gone, Unreached::Silent(_)), "{gone:?}");
    hub.wfm.arm([FaultOrder::once(Fault::Error500)]);
    let failing = check(way(&url, &secret())).await?;
    assert!(matches!(failing, Unreached::Silent(_)), "{failing:?}");
    hub.finish().await
}

#[tokio::test]
async fn a_server_whose_key_is_not_known_is_named_by_it() -> Result<()> {
    let hub = TestHub::start(Options::default()).await?;
    let (tenant, folder) = (hub.tenant("Northwind").await?, Folder::new());
    let server = Sftp::start(folder.path(), SftpOptions::default()).await?;
    let by_file = |host_key: &str, secret: &str| NewWay::File {
        transport: FileTransport {
            place: FilePlace::Sftp {
                host: "127.0.0.1".into(),
                port: server.port(),
                path: "/in".into(),
                user: "rollcall".into(),
                host_key: host_key.into(),
            },
            acknowledged_within_s: FileTransport::WITHIN_DEFAULT_S,
        },
        secret: Some(secret.into()),
    };
    let found = unreached(attempt(&hub, tenant, by_file(UNKNOWN_HOST_KEY, "x")).await?)?;
    assert_eq!(found, Unreached::HostKey { found: server.host_key().to_owned() });
    let wrong = by_file(server.host_key(), "guess");
    let wrong = unreached(attempt(&hub, tenant, wrong).await?)?;
    assert!(matches!(wrong, Unreached::Credentials(_)), "{wrong:?}");
    let trial = attempt(&hub, tenant, by_file(server.host_key(), "demo-password")).await??;
    assert!(trial.met.read.is_none(), "files show nothing of what the WFM holds");
    hub.finish().await
}

#[tokio::test]
async fn a_key_is_rotated_and_a_new_place_needs_its_secret() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let tenant = hub.tenant("Northwind").await?;
        let link = hub.link(tenant, ACD).await?;
        let okta = hub.scim(tenant, "okta").await?;
        okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        let moved = Simulator::start(simulator_iex::Options {
            client_secret: "fresh".into(),
            ..simulator_iex::Options::default()
        })
        .await?;
        let (app, probe, actor) = (&hub.app, hub.probe()?, Actor::System);
        let change = |way| WayChange { link, way };
        let kept = app.try_way(tenant.id, actor, change(way(moved.url(), "")), &probe).await;
        let words = kept.unwrap_err().to_string();
        assert!(words.contains("another place needs the secret again"), "{words}");
        let wrong = change(way(moved.url(), &secret()));
        let wrong = app.try_way(tenant.id, actor, wrong, &probe).await;
        assert!(matches!(wrong, Err(TrialError::Unreached(Unreached::Credentials(_)))));
        let same = change(way(hub.wfm.url(), ""));
        app.try_way(tenant.id, actor, same, &probe).await.context("the secret is at hand")?;

        let trial = app.try_way(tenant.id, actor, change(way(moved.url(), "fresh")), &probe);
        let ticket = trial.await?.ticket;
        assert_eq!(app.take_tried_way(tenant.id, actor, &ticket).await?, link);
        okta.create_person("yan").await?;
        hub.wait_quiet().await?;
        let begun = std::time::Instant::now();
        while moved.agents(ACD).len() < 2 {
            anyhow::ensure!(begun.elapsed() < hub.patience, "{:?}", moved.agents(ACD));
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        Ok(())
    })
    .await
}
