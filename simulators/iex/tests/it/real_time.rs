//! Real-time states.

use serde_json::{Value, json};
use simulator_iex::{Options, StateBatch};

use crate::caller::{Answer, Caller};

async fn tell(caller: &Caller, key: &str, snapshot: bool, states: &[(&str, &str)]) -> Answer {
    let states: Vec<Value> =
        states.iter().map(|(user, code)| json!({"UserCode": user, "StateCode": code})).collect();
    let body = json!({
        "AuthenticationKey": key, "SourceId": "1", "IsSnapshot": snapshot, "States": states,
    });
    let request = caller.http.post(caller.url("/Rta/State/Batch")).json(&body);
    Caller::answer(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_snapshot_logs_absent_agents_out() {
    let caller = Caller::start(Options::default()).await;
    let both = [("1", "AVAILABLE"), ("2", "U:Lunch")];
    assert_eq!(tell(&caller, "demo-key", true, &both).await.status, 200);
    assert_eq!(tell(&caller, "demo-key", false, &[("3", "INBOUND")]).await.status, 200);
    assert_eq!(tell(&caller, "demo-key", true, &[("2", "AVAILABLE")]).await.status, 200);
    let states: Vec<(String, String)> = caller.simulator.states().into_iter().collect();
    let expected = [("1", "LOGGED-OFF"), ("2", "AVAILABLE"), ("3", "LOGGED-OFF")];
    assert_eq!(states, expected.map(|(user, code)| (user.to_owned(), code.to_owned())));
    let batches = caller.simulator.state_batches();
    let kinds: Vec<bool> = batches.iter().map(|batch: &StateBatch| batch.is_snapshot).collect();
    assert_eq!(kinds, [true, false, true]);
}

#[tokio::test]
async fn a_wrong_key_or_state_is_refused_whole() {
    let caller = Caller::start(Options::default()).await;
    let wrong = tell(&caller, "other", false, &[("1", "AVAILABLE")]).await;
    assert_eq!(wrong.error(), (400, "invalid_source"));
    let long = "x".repeat(26);
    let wrong = tell(&caller, "demo-key", false, &[("1", "AVAILABLE"), ("2", &long)]).await;
    assert_eq!(wrong.error(), (400, "invalid_state"));
    assert!(caller.simulator.states().is_empty());
    caller.control(&json!([{"fault": "error_500", "route": "state"}])).await;
    assert_eq!(tell(&caller, "demo-key", false, &[("1", "AVAILABLE")]).await.status, 500);
    assert_eq!(tell(&caller, "demo-key", false, &[("1", "AVAILABLE")]).await.status, 200);
    assert_eq!(caller.simulator.states().len(), 1);
}
