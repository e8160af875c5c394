//! Each fault of the simulator, and the kind of error that comes of it.

use std::time::Duration;

use rollcall_connector::ConnectorError;
use rollcall_connector::wfm::{WfmReceipt, WfmTarget as _};
use simulator_iex::{Fault, FaultOrder, Options, Route};

use crate::site::{ACD, Site, arrival};

async fn struck(fault: Fault) -> (Site, ConnectorError) {
    let site = Site::start(Options::default()).await;
    site.simulator.arm([FaultOrder::once(fault).on(Route::Batch)]);
    let error = site.iex.write(&[arrival(1), arrival(2)], "key").await.unwrap_err();
    (site, error)
}

/// The connector itself repeats nothing; a repeat by its caller ends with two agents, each there once.
async fn repeat(site: &Site) {
    let receipts = site.iex.write(&[arrival(1), arrival(2)], "key").await.unwrap();
    assert_eq!(receipts, [WfmReceipt::Accepted, WfmReceipt::Accepted]);
    assert_eq!(site.simulator.agents(ACD).len(), 2);
    assert_eq!(site.requests("batch"), 2);
}

#[tokio::test]
async fn a_rate_limit_tells_how_long_to_wait() {
    for seconds in [None, Some(7)] {
        let (site, error) = struck(Fault::RateLimited { retry_after_s: seconds }).await;
        let expected = ConnectorError::RateLimited {
            retry_after: seconds.map(Duration::from_secs),
            reason: "it answered 429 rate_limited".into(),
        };
        assert_eq!(error, expected);
        repeat(&site).await;
    }
}

#[tokio::test]
async fn a_failure_is_transient() {
    for fault in [Fault::Error500, Fault::HalfAppliedBatch] {
        let (site, error) = struck(fault).await;
        assert_eq!(error, ConnectorError::Transient { reason: "it answered 500 internal".into() });
        repeat(&site).await;
    }
}

#[tokio::test]
async fn silence_after_applying_is_transient_and_a_repeat_is_answered_from_memory() {
    let (site, error) = struck(Fault::TimeoutAfterApplying { hold_ms: 50 }).await;
    let reason = "the connection broke before it answered".into();
    assert_eq!(error, ConnectorError::Transient { reason });
    repeat(&site).await;
    assert_eq!(site.simulator.stats().replayed, 1);

    let (_, error) = struck(Fault::TimeoutAfterApplying { hold_ms: 30_000 }).await;
    let reason = "no answer came within 500 ms".into();
    assert_eq!(error, ConnectorError::Transient { reason });
}

#[tokio::test]
async fn a_slow_answer_is_waited_for_within_the_limit() {
    let site = Site::start(Options::default()).await;
    let slow = |over_ms| FaultOrder::once(Fault::SlowBody { over_ms }).on(Route::Batch);
    site.simulator.arm([slow(100), slow(2_000)]);
    assert_eq!(site.iex.write(&[arrival(1)], "1").await, Ok(vec![WfmReceipt::Accepted]));
    let late = site.iex.write(&[arrival(2)], "2").await;
    assert!(matches!(late, Err(ConnectorError::Transient { .. })), "{late:?}");
}

#[tokio::test]
async fn a_token_that_ended_early_is_renewed_once() {
    let site = Site::start(Options::default()).await;
    site.iex.probe().await.unwrap();
    site.simulator.arm([FaultOrder::once(Fault::ExpiredToken).on(Route::Batch)]);
    assert_eq!(site.iex.write(&[arrival(1)], "1").await, Ok(vec![WfmReceipt::Accepted]));
    assert_eq!((site.grants(), site.requests("batch")), (2, 2));

    site.simulator.arm([FaultOrder::once(Fault::ExpiredToken).on(Route::Batch).times(2)]);
    let refused = site.iex.write(&[arrival(2)], "2").await;
    let reason = "it answered 401 token_expired".into();
    assert_eq!(refused, Err(ConnectorError::Unauthorized { reason }));
    assert_eq!((site.grants(), site.requests("batch")), (3, 4));
}

#[tokio::test]
async fn wrong_credentials_are_unauthorized() {
    let site = Site::with(Options::default(), "guess", ACD).await;
    let reason = "it answered 401 invalid_client".into();
    assert_eq!(site.iex.probe().await, Err(ConnectorError::Unauthorized { reason }));
}

#[tokio::test]
async fn a_wrong_acd_is_rejected_before_anything_is_written() {
    let site = Site::with(Options::default(), "demo-secret", "no/such acd").await;
    let reason = "it answered 400 invalid_acd".into();
    assert_eq!(site.iex.probe().await, Err(ConnectorError::Rejected { reason }));
}

#[tokio::test]
async fn another_batch_under_the_same_key_is_a_conflict() {
    let site = Site::start(Options::default()).await;
    site.iex.write(&[arrival(1)], "key").await.unwrap();
    let reason = "it answered 422 idempotency_key_reused".into();
    let refused = site.iex.write(&[arrival(2)], "key").await;
    assert_eq!(refused, Err(ConnectorError::Conflict { reason }));
}

#[tokio::test]
async fn lists_break_as_they_are_told_to() {
    let site = Site::start(Options::default()).await;
    for batch in 0..3 {
        let writes: Vec<_> = (0..400).map(|n| arrival(10_000_000 + batch * 400 + n)).collect();
        site.iex.write(&writes, &batch.to_string()).await.unwrap();
    }
    let cursor = site.iex.list(None).await.unwrap().unwrap().next_cursor;
    site.simulator.arm([FaultOrder::once(Fault::BrokenCursor), FaultOrder::once(Fault::LostPage)]);
    let lost = site.iex.list(None).await.unwrap().unwrap();
    assert_eq!((lost.agents.len(), lost.total, lost.next_cursor), (500, 1_200, None));
    let reason = "it answered 400 invalid_cursor".into();
    let broken = site.iex.list(cursor.as_deref()).await;
    assert_eq!(broken, Err(ConnectorError::Rejected { reason }));
}

#[tokio::test]
async fn a_system_that_is_not_there_is_transient() {
    let site = Site::start(Options::default()).await;
    site.simulator.stop().await.unwrap();
    let reason = "no connection to it could be made".into();
    assert_eq!(site.iex.probe().await, Err(ConnectorError::Transient { reason }));
}
