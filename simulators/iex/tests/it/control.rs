//! The control plane and the page (`CONTRACT.md` §5, §6).

use serde_json::{Value, json};
use simulator_iex::Options;

use crate::caller::{Caller, agent, agents, with};

#[tokio::test]
async fn the_journal_tells_each_request_and_its_effect() {
    let caller = Caller::start(Options::default()).await;
    let bad = with(agent("2"), &json!({"mu": "a unit"}));
    caller.batch("a", &[agent("1"), bad]).await;
    caller.batch("a", &[agent("1")]).await;
    caller.get(&Caller::agents_path("")).await;
    caller.get(&Caller::agents_path("/9")).await;
    let journal = caller.get("/_control/journal?since=1").await.body;
    assert_eq!(journal["lastSeq"], 5);
    let told: Vec<Value> = journal["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            json!([it["seq"], it["route"], it["acdID"], it["agents"], it["status"], it["outcome"]])
        })
        .collect();
    assert_eq!(
        json!(told),
        json!([
            [2, "batch", "4471", 2, 200, "applied"],
            [3, "batch", "4471", 0, 422, "idempotency_key_reused"],
            [4, "list", "4471", 1, 200, "answered"],
            [5, "agent", "4471", 0, 404, "not_found"],
        ])
    );
    let stats = caller.get("/_control/stats").await.body;
    assert_eq!(
        stats,
        json!({
            "requests": 5, "batches": 1, "upserts": 2, "created": 1, "updated": 0, "unchanged": 0,
            "rejected": 1, "replayed": 0, "duplicates": 0, "repaired": 0, "agents": 1,
        })
    );
}

#[tokio::test]
async fn the_dump_holds_all_acds_and_the_reset_forgets() {
    let caller = Caller::start(Options::default()).await;
    let empty = caller.get("/_control/agents").await;
    assert_eq!(empty.body, json!({"agents": []}));
    for start in [0, 500, 1000] {
        caller.batch(&start.to_string(), &agents(start..start + 500)).await;
    }
    let other = with(agent("5"), &json!({"acdID": "other"}));
    let url = caller.url("/wfm/v1/acds/other/agents/batch");
    let request = caller.http.post(url).header("idempotency-key", "k");
    caller.send(request.json(&json!({"agents": [other]}))).await;
    let all = caller.get("/_control/agents").await.body;
    assert_eq!(all["agents"].as_array().unwrap().len(), 1501);
    assert_eq!(all["agents"][1500]["acdID"], "other");
    let one = caller.get("/_control/agents?acdID=other").await.body;
    assert_eq!(one["agents"].as_array().unwrap().len(), 1);

    assert_eq!(caller.delete("/_control/state").await.status, 204);
    assert_eq!(caller.get("/_control/agents").await.body, json!({"agents": []}));
    assert_eq!(caller.get("/wfm/v1/ping").await.status, 200);
}

#[tokio::test]
async fn faults_are_listed_disarmed_and_checked() {
    let caller = Caller::start(Options::default()).await;
    let orders =
        json!([{"fault": "rate_limited", "times": 2, "retry_after_s": 1, "route": "ping"}]);
    assert_eq!(caller.control(&orders).await.body, json!({"armed": 1}));
    assert_eq!(caller.get("/_control/faults").await.body, orders);
    assert_eq!(caller.delete("/_control/faults").await.status, 204);
    assert_eq!(caller.get("/wfm/v1/ping").await.status, 200);
    let wrong = caller.control(&json!([{"fault": "fire"}])).await;
    assert_eq!(wrong.error(), (400, "invalid_body"));
}

#[tokio::test]
async fn the_page_shows_whom_it_is_asked_for_and_escapes() {
    let caller = Caller::start(Options::default()).await;
    let page = |query: &str| {
        let request = caller.http.get(caller.url(&format!("/{query}")));
        async { request.send().await.unwrap().text().await.unwrap() }
    };
    assert!(page("").await.contains("No agents yet"));
    let sly = with(agent("2"), &json!({"firstName": "<b>Bob", "mu": "2"}));
    caller.batch("1", &[agent("1"), sly]).await;
    let all = page("").await;
    assert!(all.contains("Zoë O&#39;Brien") && all.contains("&lt;b&gt;Bob"));
    assert!(all.contains("content=2") && all.contains("not in the ACD"));
    let one = page("?q=agent.1@&still=1").await;
    assert!(one.contains("1 of 2 agents match") && !one.contains("Bob"));
    assert!(!one.contains("content=2"));
}
