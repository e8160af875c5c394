//! Mail about links: a held run, an outage, an all-clear; grouped, and not too often.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use jiff::SignedDuration;
use rollcall_app::wfm::{BRAKE_DEFAULT, Health, LinkSettings};
use rollcall_connector_smtp::{Protection, Smtp, SmtpSettings};
use rollcall_domain::source::Actor;
use rollcall_domain::wfm::{FieldSwitch, FieldSwitches};
use rollcall_domain::{Clock, TenantId, WfmLinkId};
use rollcall_storage::wfm::wfm_link;
use rollcall_sync::{NoticeOptions, Notices};
use rollcall_testing::{
    EngineMode, Options, SmtpSink, TestHub, TestTenant, Time, on_each_database,
};

fn notices(hub: &TestHub, sink: &SmtpSink) -> Result<Notices> {
    let settings = SmtpSettings {
        host: "127.0.0.1".into(),
        port: sink.port(),
        protection: Protection::Plain,
        credentials: None,
        from: "Rollcall <rollcall@example.com>".into(),
    };
    let clock: Arc<dyn Clock> = Arc::clone(&hub.clock) as Arc<dyn Clock>;
    Ok(Notices::start(NoticeOptions {
        storage: hub.storage.clone(),
        clock,
        mailer: Arc::new(Smtp::new(&settings)?),
        public_url: "https://people.example.com".into(),
    }))
}

/// Puts a link into a state, as the engine does.
async fn set(hub: &TestHub, tenant: TenantId, id: WfmLinkId, health: Health) -> Result<()> {
    let now = hub.clock.now();
    let work = move |tx: &mut rollcall_storage::Tx<'_>| {
        if let Some(mut link) = wfm_link::get(tx, id)? {
            link.health = health;
            link.health_since = now;
            link.health_reason = match health {
                Health::Held => {
                    Some("20 of 40 people would move to mu 2. Nothing was applied.".into())
                }
                Health::Failing => Some("The WFM cannot be reached or fails.".into()),
                Health::Well => None,
            };
            wfm_link::save_state(tx, &link)?;
        }
        Ok::<_, rollcall_storage::StorageError>(())
    };
    Ok(hub.storage.write(tenant, work).await?)
}

async fn address(hub: &TestHub, tenant: TenantId, link: WfmLinkId, to: &[&str]) -> Result<()> {
    let on = FieldSwitch::On;
    let settings = LinkSettings {
        switches: FieldSwitches { personal_id: on, external_id: on },
        brake: BRAKE_DEFAULT,
        notice_to: to.iter().map(ToString::to_string).collect(),
    };
    Ok(hub.app.save_link_settings(tenant, Actor::System, link, settings).await?)
}

async fn until_mails(sink: &SmtpSink, count: usize) -> Result<()> {
    let begun = Instant::now();
    while sink.mails().len() != count {
        ensure!(begun.elapsed() < Duration::from_secs(20), "{:#?}", sink.mails());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_held_run_and_its_end_are_mailed_once_each() -> Result<()> {
    let options = Options { engine: EngineMode::Rests, time: Time::Stands, ..Options::default() };
    on_each_database(options, async |hub| {
        let sink = SmtpSink::start().await?;
        let tenant = hub.tenant("Northwind").await?;
        let link = hub.link(tenant, "4471").await?;
        address(hub, tenant.id, link, &["ops@example.com", "wfm@example.com"]).await?;
        let notices = notices(hub, &sink)?;
        set(hub, tenant.id, link, Health::Held).await?;
        until_mails(&sink, 1).await?;
        let mail = sink.mails().remove(0);
        assert_eq!(mail.to, ["ops@example.com", "wfm@example.com"]);
        assert!(mail.text.contains("IEX WFM 4471 waits for a decision"), "{}", mail.text);
        assert!(mail.text.contains("Auto-Submitted: auto-generated"), "{}", mail.text);

        // The end comes within the quarter of an hour, and is told after it.
        set(hub, tenant.id, link, Health::Well).await?;
        hub.clock.advance(SignedDuration::from_mins(15));
        until_mails(&sink, 2).await?;
        assert!(sink.mails()[1].text.contains("is well again"), "{:?}", sink.mails());
        notices.stop().await;
        assert_eq!(sink.mails().len(), 2);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn links_of_the_same_people_go_into_one_mail_and_a_refusal_is_tried_again() -> Result<()> {
    let options = Options { engine: EngineMode::Rests, time: Time::Stands, ..Options::default() };
    on_each_database(options, async |hub| {
        let sink = SmtpSink::start().await?;
        let tenant = hub.tenant("Northwind").await?;
        let made = hub.app.create_business_unit(tenant.id, Actor::System, "Bergen").await?;
        let second = TestTenant { business_unit: made.0.id, team: made.1.id, ..tenant };
        let links = [hub.link(tenant, "4471").await?, hub.link(second, "4472").await?];
        for link in links {
            address(hub, tenant.id, link, &["ops@example.com"]).await?;
            set(hub, tenant.id, link, Health::Failing).await?;
        }
        // Five minutes of an outage are nobody's trouble yet.
        hub.clock.advance(SignedDuration::from_mins(5));
        sink.refuse(1);
        let notices = notices(hub, &sink)?;
        let refused = async || {
            let read = move |tx: &mut rollcall_storage::Tx<'_>| {
                rollcall_storage::wfm::wfm_notice::get(tx, links[0])
            };
            let notice = hub.storage.read(tenant.id, read).await;
            notice.is_ok_and(|notice| notice.is_some_and(|notice| notice.problem.is_some()))
        };
        let begun = Instant::now();
        while !refused().await {
            ensure!(begun.elapsed() < Duration::from_secs(20), "the refusal was not kept");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(sink.mails().is_empty());
        hub.clock.advance(SignedDuration::from_mins(5));
        until_mails(&sink, 1).await?;
        let text = sink.mails().remove(0).text;
        assert!(text.contains("news of 2 WFM links"), "{text}");
        assert!(text.contains("IEX WFM 4471") && text.contains("IEX WFM 4472"), "{text}");
        notices.stop().await;
        Ok(())
    })
    .await
}
