//! What the connector does when nothing goes wrong.

use std::time::Duration;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{OptionalField, WfmReceipt, WfmTarget as _, WfmWrite};
use rollcall_domain::wfm::{ManagementUnit, WfmAgent};
use simulator_iex::{Fault, FaultOrder, Options, Route};

use crate::site::{ACD, Site, agent, arrival};

#[tokio::test]
async fn what_is_written_is_listed() {
    let site = Site::start(Options::default()).await;
    let receipts = site.iex.write(&[arrival(10_000_001), arrival(10_000_002)], "1").await.unwrap();
    assert_eq!(receipts, [WfmReceipt::Accepted, WfmReceipt::Accepted]);

    let gone = WfmAgent { management_unit: ManagementUnit::Departed, ..agent(10_000_002) };
    let cleared = WfmAgent { external_id: None, ..agent(10_000_001) };
    let writes = [
        WfmWrite { agent: cleared.clone(), unit: None, cleared: vec![OptionalField::ExternalId] },
        WfmWrite { agent: gone.clone(), unit: Some(ManagementUnit::Departed), cleared: vec![] },
    ];
    site.iex.write(&writes, "2").await.unwrap();
    let page = site.iex.list(None).await.unwrap().unwrap();
    assert_eq!((page.agents, page.total, page.next_cursor), (vec![cleared, gone], 2, None));
    assert_eq!(site.grants(), 1);
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let site = Site::start(Options::default()).await;
    let writes: Vec<WfmWrite> = (0..1_200).map(|n| arrival(10_000_000 + n)).collect();
    for (index, batch) in writes.chunks(500).enumerate() {
        site.iex.write(batch, &index.to_string()).await.unwrap();
    }
    let first = site.iex.list(None).await.unwrap().unwrap();
    let second = site.iex.list(first.next_cursor.as_deref()).await.unwrap().unwrap();
    let numbers: Vec<i64> =
        first.agents.iter().chain(&second.agents).map(|agent| agent.agent_number).collect();
    assert_eq!(numbers, (10_000_000..10_001_200).collect::<Vec<_>>());
    assert_eq!((first.total, second.total, second.next_cursor), (1_200, 1_200, None));
}

#[tokio::test]
async fn a_batch_is_bounded_and_an_empty_one_calls_nobody() {
    let site = Site::start(Options::default()).await;
    assert_eq!(site.iex.write(&[], "1").await, Ok(Vec::new()));
    let many: Vec<WfmWrite> = (0..501).map(arrival).collect();
    let refused = site.iex.write(&many, "2").await;
    assert!(matches!(refused, Err(ConnectorError::Unsupported { .. })));
    assert_eq!(site.simulator.stats().requests, 0);
}

#[tokio::test]
async fn one_refused_agent_does_not_hinder_the_others() {
    let site = Site::start(Options::default()).await;
    let mut bad = arrival(2);
    bad.agent.email = "nobody".into();
    let receipts = site.iex.write(&[arrival(1), bad, arrival(3)], "1").await.unwrap();
    let refused = WfmReceipt::Refused { reason: "The emailAddress has no @.".into() };
    assert_eq!(receipts, [WfmReceipt::Accepted, refused, WfmReceipt::Accepted]);
}

#[tokio::test]
async fn doubles_are_removed() {
    let site = Site::start(Options { unique_key: false, ..Options::default() }).await;
    site.simulator.arm([FaultOrder::once(Fault::HalfAppliedBatch).on(Route::Batch)]);
    let lost = site.iex.write(&[arrival(1), arrival(2)], "1").await;
    assert!(matches!(lost, Err(ConnectorError::Transient { .. })));
    site.iex.write(&[arrival(1), arrival(2)], "1").await.unwrap();
    let numbers = || async {
        let page = site.iex.list(None).await.unwrap().unwrap();
        page.agents.iter().map(|agent| agent.agent_number).collect::<Vec<_>>()
    };
    assert_eq!(numbers().await, [1, 1, 2]);
    assert_eq!(site.iex.mend(1).await, Ok(1));
    assert_eq!(site.iex.mend(2).await, Ok(0));
    assert!(matches!(site.iex.mend(3).await, Err(ConnectorError::NotFound { .. })));
    assert_eq!(numbers().await, [1, 2]);
}

#[tokio::test]
async fn a_token_is_used_until_shortly_before_its_end() {
    let site = Site::start(Options::default()).await;
    for (seconds, grants) in [(0, 1), (3_539, 1), (1, 2), (3_539, 2)] {
        site.clock.advance(Duration::from_secs(seconds));
        site.iex.probe().await.unwrap();
        assert_eq!(site.grants(), grants);
    }
    assert!(site.simulator.agents(ACD).is_empty(), "a probe writes nothing");
}

#[tokio::test]
async fn many_callers_fetch_one_token() {
    let site = Site::start(Options::default()).await;
    let (a, b, c) = tokio::join!(site.iex.probe(), site.iex.probe(), site.iex.probe());
    assert_eq!((a, b, c), (Ok(()), Ok(()), Ok(())));
    assert_eq!(site.grants(), 1);
}
