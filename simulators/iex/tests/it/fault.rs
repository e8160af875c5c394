//! Each fault, once (`CONTRACT.md` §5.1).

use std::time::{Duration, Instant};

use serde_json::json;
use simulator_iex::{Fault, FaultOrder, Options, Route};

use crate::caller::{ACD, Caller, agent, agents};

#[tokio::test]
async fn rate_limits_come_with_and_without_a_time() {
    let caller = Caller::start(Options::default()).await;
    let orders = json!([
        {"fault": "rate_limited", "retry_after_s": 1},
        {"fault": "rate_limited", "times": 2},
        {"fault": "rate_limited", "route": "token"},
    ]);
    caller.control(&orders).await;
    let timed = caller.get("/wfm/v1/ping").await;
    assert_eq!(timed.error(), (429, "rate_limited"));
    assert_eq!(timed.header("retry-after"), Some("1"));
    for _ in 0..2 {
        let untimed = caller.batch("k", &[agent("1")]).await;
        assert_eq!(untimed.error(), (429, "rate_limited"));
        assert_eq!(untimed.header("retry-after"), None);
    }
    assert_eq!(caller.batch("k", &[agent("1")]).await.statuses(), ["created"]);
    let grant = caller.grant("client_credentials", "demo-client", "demo-secret").await;
    assert_eq!(grant.error(), (429, "rate_limited"));
    assert_eq!(caller.simulator.waiting_faults(), []);
}

#[tokio::test]
async fn a_500_applies_nothing() {
    let caller = Caller::start(Options::default()).await;
    caller.simulator.arm([FaultOrder::once(Fault::Error500).on(Route::Batch)]);
    assert_eq!(caller.batch("k", &[agent("1")]).await.error(), (500, "internal"));
    assert_eq!(caller.simulator.agents(ACD), []);
    assert_eq!(caller.simulator.journal(1)[0].outcome, "error_500");
}

#[tokio::test]
async fn a_token_ends_until_a_new_one_is_fetched() {
    let mut caller = Caller::start(Options::default()).await;
    caller.simulator.arm([FaultOrder::once(Fault::ExpiredToken)]);
    for _ in 0..2 {
        assert_eq!(caller.get("/wfm/v1/ping").await.error(), (401, "token_expired"));
    }
    caller.log_in().await;
    assert_eq!(caller.get("/wfm/v1/ping").await.status, 200);
}

#[tokio::test]
async fn a_timeout_applies_keeps_silent_and_hangs_up() {
    let caller = Caller::start(Options::default()).await;
    caller.simulator.arm([FaultOrder::once(Fault::TimeoutAfterApplying { hold_ms: 50 })]);
    let start = Instant::now();
    let error = caller.batch_request("k", &agents(0..3)).send().await.unwrap_err();
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(caller.simulator.agents(ACD).len(), 3);
    let entry = caller.simulator.journal(1).remove(0);
    assert_eq!(
        (entry.outcome, entry.status, entry.tally.created),
        ("timeout_after_applying", 0, 3)
    );
    // The same key finds the answer that never arrived.
    let again = caller.batch("k", &agents(0..3)).await;
    assert_eq!(again.header("idempotent-replay"), Some("true"));
    assert_eq!(again.statuses(), ["created"; 3]);
}

#[tokio::test]
async fn a_half_applied_batch_is_completed_by_the_same_key() {
    let caller = Caller::start(Options::default()).await;
    caller.simulator.arm([FaultOrder::once(Fault::HalfAppliedBatch)]);
    assert_eq!(caller.batch("k", &agents(0..5)).await.error(), (500, "internal"));
    assert_eq!(caller.simulator.agents(ACD).len(), 2);
    let again = caller.batch("k", &agents(0..5)).await;
    assert_eq!(again.header("idempotent-replay"), None);
    assert_eq!(again.statuses(), ["unchanged", "unchanged", "created", "created", "created"]);
}

#[tokio::test]
async fn a_slow_body_takes_its_time_and_is_whole() {
    let caller = Caller::start(Options::default()).await;
    caller.batch("k", &agents(0..20)).await;
    caller.simulator.arm([FaultOrder::once(Fault::SlowBody { over_ms: 200 }).times(2)]);
    for path in ["/wfm/v1/ping".to_owned(), Caller::agents_path("")] {
        let start = Instant::now();
        let response =
            caller.http.get(caller.url(&path)).bearer_auth(&caller.token).send().await.unwrap();
        assert!(start.elapsed() < Duration::from_millis(190), "the headers come at once");
        let answer = Caller::answer(response).await;
        assert!(start.elapsed() >= Duration::from_millis(200));
        assert!(answer.body.is_object(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_cursor_breaks_and_a_page_is_lost() {
    let caller = Caller::start(Options::default()).await;
    caller.batch("k", &agents(0..10)).await;
    caller.simulator.arm([FaultOrder::once(Fault::BrokenCursor)]);
    let first = caller.get(&Caller::agents_path("?limit=4")).await;
    let cursor = first.body["nextCursor"].as_str().unwrap();
    let next = Caller::agents_path(&format!("?limit=4&cursor={cursor}"));
    assert_eq!(caller.get(&next).await.error(), (400, "invalid_cursor"));
    assert_eq!(caller.get(&next).await.status, 200);

    caller.simulator.arm([FaultOrder::once(Fault::LostPage)]);
    let lost = caller.get(&next).await.body;
    assert_eq!(lost["agents"].as_array().unwrap().len(), 2);
    assert_eq!((lost.get("nextCursor"), lost["total"].as_u64()), (None, Some(10)));
}
