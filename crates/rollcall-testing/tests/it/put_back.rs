//! A mass deactivation that was a mistake: accepted from the identity provider, held on the way out, put back.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rollcall_app::ChangeError;
use rollcall_app::security_event::{NewDelivery, NewStream};
use rollcall_domain::employee::Status;
use rollcall_domain::source::Actor;
use rollcall_domain::{EmployeeId, TenantId, WfmLinkId};
use rollcall_testing::{Options, ScimClient, TestHub, on_each_database};
use serde_json::json;

const ACD: &str = "4471";

async fn set_active(okta: &ScimClient, id: EmployeeId, active: bool) -> Result<()> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": {"active": active}}],
    });
    let answer = okta.patch(&format!("/Users/{id}"), &body).await?;
    ensure!(answer.status == 200, "{answer:?}");
    Ok(())
}

/// All in one transaction, so that the engine meets them all at once.
async fn deactivate_at_once(okta: &ScimClient, people: &[EmployeeId]) -> Result<()> {
    let off = json!({"Operations": [{"op": "replace", "value": {"active": false}}]});
    let operation =
        |id| json!({"method": "PATCH", "path": format!("/Users/{id}"), "data": off.clone()});
    let operations: Vec<_> = people.iter().map(operation).collect();
    let answer = okta.post("/Bulk", &json!({"Operations": operations})).await?;
    ensure!(answer.status == 200, "{answer:?}");
    Ok(())
}

/// Who wants to hear of people who are activated.
fn receiver() -> NewStream {
    NewStream {
        name: "Audit".to_owned(),
        delivery: NewDelivery::Poll,
        audience: "https://audit.example.com".to_owned(),
        issuer: "https://hub.example.com/scim/v2".to_owned(),
        events: vec!["urn:ietf:params:scim:event:prov:activate".to_owned()],
    }
}

async fn until_held(hub: &TestHub, tenant: TenantId, link: WfmLinkId, count: i64) -> Result<()> {
    let begun = Instant::now();
    while hub.app.link(tenant, link).await?.link.held_departures != count {
        ensure!(begun.elapsed() < Duration::from_secs(20), "{count} departures are not held");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

#[tokio::test]
async fn people_are_put_back_and_the_wfm_hears_nothing() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let place = hub.tenant("Northwind").await?;
        let (tenant, link) = (place.id, hub.link(place, ACD).await?);
        let okta = hub.scim(place, "okta").await?;
        let mut people = Vec::new();
        for number in 0..12 {
            people.push(okta.create_person(&format!("p{number}")).await?);
        }
        hub.wait_quiet().await?;
        let early = hub.app.put_back(tenant, Actor::System, link).await;
        assert!(matches!(early, Err(ChangeError::NotNow(_))), "nothing is held: {early:?}");
        let (agents, batches) = (hub.wfm.agents(ACD), hub.wfm.stats().batches);
        let before = hub.app.employee(tenant, people[0]).await?.employee;
        deactivate_at_once(&okta, &people).await?;
        until_held(hub, tenant, link, 12).await?;
        let preview = hub.app.preview_put_back(tenant, link).await?;
        assert_eq!((preview.people, preview.named.len(), preview.others), (12, 12, 0));
        hub.app.create_event_stream(tenant, Actor::System, receiver()).await?;
        assert_eq!(hub.app.put_back(tenant, Actor::System, link).await?, 12);
        let told = hub.app.event_streams(tenant).await?;
        assert_eq!(told.iter().map(|told| told.waiting).sum::<i64>(), 12, "receivers hear of it");
        hub.wait_quiet().await?;
        let held = hub.app.link(tenant, link).await?.link;
        assert_eq!((held.held_departures, held.health_reason), (0, None));
        assert_eq!(hub.wfm.agents(ACD), agents, "as if nothing had been");
        assert_eq!(hub.wfm.stats().batches, batches);
        let after = hub.app.employee(tenant, people[0]).await?.employee;
        assert_eq!((after.status, after.activated_at), (Status::Active, before.activated_at));
        let last = people[11];
        let read = okta.get(&format!("/Users/{last}")).await?;
        assert_eq!(read.body["active"], true, "the provider reads what is so");
        set_active(&okta, last, false).await?;
        let again = hub.app.employee(tenant, last).await?.employee;
        assert_eq!(again.status, Status::Inactive, "what it says next counts");
        hub.wait_quiet().await
    })
    .await
}
