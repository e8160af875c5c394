//! The hub of the tests, tested: a person comes in by SCIM and reaches the WFM, on each database.
#![cfg(test)]

#[cfg(test)]
mod clock_set_back;
#[cfg(test)]
mod link_trial;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod measure;
#[cfg(test)]
mod put_back;
#[cfg(test)]
mod real_time;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod user_sync;
#[cfg(test)]
mod wfm_file;
#[cfg(test)]
mod wfm_history;

use std::time::Duration;

use anyhow::Result;
use rollcall_testing::{EngineMode, Options, TestHub, Time, on_each_database};
use simulator_iex::{Fault, FaultOrder};

#[tokio::test]
async fn a_person_reaches_the_wfm() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let tenant = hub.tenant("Northwind").await?;
        hub.link(tenant, "4471").await?;
        let okta = hub.scim(tenant, "okta").await?;
        let id = okta.create_person("zoe").await?;
        hub.wait_quiet().await?;
        let agents = hub.wfm.agents("4471");
        assert_eq!(agents.len(), 1);
        assert_eq!(agents[0].external_id.as_deref(), Some("ext-zoe"));
        let shown = okta.get(&format!("/Users/{id}")).await?;
        assert_eq!((shown.status, shown.body["userName"].as_str()), (200, Some("zoe@example.com")));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_resting_engine_left_is_done_at_the_end() -> Result<()> {
    let options = Options { engine: EngineMode::Rests, time: Time::Stands, ..Options::default() };
    let hub = TestHub::start(options).await?;
    let tenant = hub.tenant("Northwind").await?;
    hub.link(tenant, "4471").await?;
    hub.scim(tenant, "entra").await?.create_person("zoe").await?;
    assert_eq!(hub.due().await?, 1);
    assert_eq!(hub.wfm.stats().upserts, 0);
    hub.finish().await
}

#[tokio::test]
async fn what_cannot_be_done_fails_the_test() -> Result<()> {
    let mut hub = TestHub::start(Options { time: Time::Stands, ..Options::default() }).await?;
    let tenant = hub.tenant("Northwind").await?;
    hub.link(tenant, "4471").await?;
    hub.wfm.arm([FaultOrder::once(Fault::Error500).times(1_000)]);
    hub.scim(tenant, "okta").await?.create_person("zoe").await?;
    // The next try waits for a time that never comes.
    hub.patience = Duration::from_millis(300);
    assert!(hub.finish().await.is_err());
    Ok(())
}
