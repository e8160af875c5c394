//! A WFM without a unique key: doubles come into being and are repaired (`CONTRACT.md` §4).

use std::time::Duration;

use serde_json::json;
use simulator_iex::{Fault, FaultOrder, Options};

use crate::caller::{ACD, Caller, agent, with};

fn unkeyed() -> Options {
    Options { unique_key: false, ..Options::default() }
}

#[tokio::test]
async fn a_create_repeated_after_a_timeout_doubles_and_is_repaired() {
    let caller = Caller::start(unkeyed()).await;
    caller.simulator.arm([FaultOrder::once(Fault::TimeoutAfterApplying { hold_ms: 10 })]);
    caller.batch_request("k", &[agent("1")]).send().await.unwrap_err();
    assert_eq!(caller.batch("k", &[agent("1")]).await.statuses(), ["created"]);
    let list = caller.get(&Caller::agents_path("")).await.body;
    assert_eq!((list["agents"].as_array().unwrap().len(), list["total"].as_u64()), (2, Some(2)));
    assert_eq!(caller.simulator.stats().duplicates, 1);

    // Changes go to the newest; the repair keeps that one.
    let renamed = with(agent("1"), &json!({"lastName": "Ünal"}));
    assert_eq!(caller.batch("k", &[renamed]).await.statuses(), ["updated"]);
    let names: Vec<String> =
        caller.simulator.agents(ACD).into_iter().map(|agent| agent.last_name).collect();
    assert_eq!(names, ["O'Brien", "Ünal"]);
    let path = Caller::agents_path("/1/duplicates");
    assert_eq!(caller.delete(&path).await.body, json!({"removed": 1}));
    assert_eq!(caller.delete(&path).await.body, json!({"removed": 0}));
    assert_eq!(caller.simulator.agent(ACD, "1").unwrap().last_name, "Ünal");
    assert_eq!(caller.delete(&Caller::agents_path("/2/duplicates")).await.error().0, 404);
}

#[tokio::test]
async fn answered_agents_are_found_and_keys_are_not_looked_at() {
    let caller = Caller::start(unkeyed()).await;
    assert_eq!(caller.batch("k", &[agent("1")]).await.statuses(), ["created"]);
    assert_eq!(caller.batch("k", &[agent("1")]).await.statuses(), ["unchanged"]);
    assert_eq!(caller.batch("k", &[agent("2")]).await.statuses(), ["created"]);
}

#[tokio::test]
async fn a_caller_that_hangs_up_before_the_answer_leaves_a_record_unfound() {
    let delayed = Options { answer_delay: Duration::from_secs(10), ..unkeyed() };
    let caller = Caller::start(delayed).await;
    let brief = caller.batch_request("k", &[agent("1")]).timeout(Duration::from_millis(200));
    assert!(brief.send().await.unwrap_err().is_timeout());
    // The entry is written when the server notices; waiting is bounded by the client's own limit.
    for _ in 0..1_000 {
        if caller.simulator.journal(1).iter().any(|entry| entry.outcome == "client_gone") {
            break;
        }
        caller.get("/wfm/v1/ping").await;
    }
    let journal = caller.simulator.journal(1);
    let gone = journal.iter().find(|entry| entry.outcome == "client_gone").unwrap();
    assert_eq!((gone.status, gone.tally.created), (0, 1));

    let again = caller.batch_request("k", &[agent("1")]).timeout(Duration::from_millis(200));
    assert!(again.send().await.unwrap_err().is_timeout());
    assert_eq!(caller.simulator.agents(ACD).len(), 2);
}
