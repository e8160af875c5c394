//! The agent routes when nothing goes wrong (`CONTRACT.md` §1 to §3).

use std::time::Duration;

use serde_json::{Value, json};
use simulator_iex::Options;

use crate::caller::{ACD, Caller, agent, agents, with};

#[tokio::test]
async fn tokens_follow_the_client_credentials_grant() {
    let caller = Caller::start(Options::default()).await;
    let good = caller.grant("client_credentials", "demo-client", "demo-secret").await;
    assert_eq!(
        (good.body["token_type"].clone(), good.body["expires_in"].clone()),
        (json!("Bearer"), json!(3600))
    );
    let wrong = caller.grant("client_credentials", "demo-client", "guess").await;
    assert_eq!(wrong.error(), (401, "invalid_client"));
    let other = caller.grant("password", "demo-client", "demo-secret").await;
    assert_eq!(other.error(), (400, "unsupported_grant_type"));
}

#[tokio::test]
async fn agent_routes_need_a_token_that_is_good() {
    let mut caller = Caller::start(Options::default()).await;
    assert_eq!(caller.get("/wfm/v1/ping").await.body, json!({"status": "ok"}));
    caller.token = "guess".to_owned();
    for path in ["/wfm/v1/ping", "/wfm/v1/acds/4471/agents", "/wfm/v1/acds/4471/agents/1"] {
        let refused = caller.get(path).await;
        assert_eq!(refused.error(), (401, "unauthorized"));
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    }
    assert_eq!(caller.batch("k", &agents(0..1)).await.error(), (401, "unauthorized"));

    let brief = Options { token_lifetime: Duration::ZERO, ..Options::default() };
    let caller = Caller::start(brief).await;
    assert_eq!(caller.get("/wfm/v1/ping").await.error(), (401, "token_expired"));
}

#[tokio::test]
async fn an_upsert_creates_changes_and_leaves() {
    let caller = Caller::start(Options::default()).await;
    let first = with(agent("17"), &json!({"personalId": "guid", "externalId": "00u1"}));
    let created = caller.batch("1", std::slice::from_ref(&first)).await;
    assert_eq!(created.body, json!({"results": [{"uuid": "17", "status": "created"}]}));
    assert_eq!(caller.batch("2", &[agent("17")]).await.statuses(), ["unchanged"]);
    assert_eq!(caller.get(&Caller::agents_path("/17")).await.body, first);

    let gone = with(agent("17"), &json!({"externalId": null, "mu": "2"}));
    assert_eq!(caller.batch("3", &[gone]).await.statuses(), ["updated"]);
    let stored = caller.get(&Caller::agents_path("/17")).await.body;
    assert_eq!(stored["mu"], "2");
    assert_eq!(stored["personalId"], "guid");
    assert_eq!(stored.get("externalId"), None);
}

#[tokio::test]
async fn a_change_may_leave_the_unit_alone_and_a_new_agent_may_not() {
    let caller = Caller::start(Options::default()).await;
    let without = |uuid, change| {
        let mut agent = with(agent(uuid), &change);
        agent.as_object_mut().unwrap().remove("mu");
        agent
    };
    caller.batch("1", &[with(agent("17"), &json!({"mu": "2"}))]).await;
    let renamed = without("17", json!({"firstName": "Zoé"}));
    let stranger = without("18", json!({}));
    let answer = caller.batch("2", &[renamed, stranger]).await;
    assert_eq!(answer.statuses(), ["updated", "unknown"]);
    let stored = caller.get(&Caller::agents_path("/17")).await.body;
    assert_eq!((stored["mu"].clone(), stored["firstName"].clone()), (json!("2"), json!("Zoé")));
}

#[tokio::test]
async fn a_rejected_agent_does_not_hinder_the_others() {
    let caller = Caller::start(Options::default()).await;
    let bad = with(agent("2"), &json!({"emailAddress": "nobody"}));
    let nameless = with(agent("3"), &json!({"uuid": null}));
    let answer = caller.batch("1", &[agent("1"), bad, nameless, agent("4")]).await;
    assert_eq!(
        answer.body,
        json!({"results": [
            {"uuid": "1", "status": "created"},
            {"uuid": "2", "status": "rejected", "reason": "The emailAddress has no @."},
            {"uuid": null, "status": "rejected", "reason": "The uuid is required."},
            {"uuid": "4", "status": "created"},
        ]})
    );
    assert_eq!(caller.simulator.agents(ACD).len(), 2);
}

#[tokio::test]
async fn a_key_replays_its_answer_and_refuses_another_body() {
    let caller = Caller::start(Options::default()).await;
    let first = caller.batch("key", &[agent("1")]).await;
    assert_eq!(first.header("idempotent-replay"), None);
    let again = caller.batch("key", &[agent("1")]).await;
    assert_eq!(again.header("idempotent-replay"), Some("true"));
    assert_eq!((again.status, again.body), (200, first.body));
    let other = caller.batch("key", &[agent("2")]).await;
    assert_eq!(other.error(), (422, "idempotency_key_reused"));
    assert_eq!(caller.simulator.agents(ACD).len(), 1);
    assert_eq!(caller.simulator.stats().replayed, 1);
}

#[tokio::test]
async fn what_a_batch_must_be() {
    let caller = Caller::start(Options::default()).await;
    let post = |body: String, key: &'static str, acd: &str| {
        let url = caller.url(&format!("/wfm/v1/acds/{acd}/agents/batch"));
        caller.send(caller.http.post(url).header("idempotency-key", key).body(body))
    };
    let none = r#"{"agents":[]}"#;
    assert_eq!(post(none.into(), "k", ACD).await.body, json!({"results": []}));
    assert_eq!(post(none.into(), "", ACD).await.error(), (400, "idempotency_key_required"));
    assert_eq!(post(none.into(), "k", "no%20acd").await.error(), (400, "invalid_acd"));
    assert_eq!(post("[]".into(), "k", ACD).await.error(), (400, "invalid_body"));
    let unknown = r#"{"agents":[{"uuid":"1","nick":"z"}]}"#;
    assert_eq!(post(unknown.into(), "k", ACD).await.error(), (400, "invalid_body"));
    let large = format!("\"{}\"", "x".repeat(5 * 1024 * 1024));
    assert_eq!(post(large, "k", ACD).await.error(), (413, "body_too_large"));
    assert_eq!(caller.batch("501", &agents(0..501)).await.error(), (413, "too_many_agents"));
    assert_eq!(caller.simulator.agents(ACD), []);
    assert_eq!(caller.batch("500", &agents(0..500)).await.statuses().len(), 500);
}

#[tokio::test]
async fn the_list_pages_in_order_while_agents_come() {
    let caller = Caller::start(Options::default()).await;
    caller.batch("1", &agents(0..250)).await;
    let mut seen: Vec<String> = Vec::new();
    let mut path = Caller::agents_path("?limit=100");
    let mut pages = 0;
    loop {
        let page = caller.get(&path).await.body;
        let uuids = page["agents"].as_array().unwrap().iter();
        seen.extend(uuids.map(|agent| agent["uuid"].as_str().unwrap().to_owned()));
        pages += 1;
        // One comes before and one behind the cursor: only the one behind is seen.
        caller.batch(&format!("more {pages}"), &[agent("00000001"), agent("99999999")]).await;
        let Some(cursor) = page.get("nextCursor").and_then(Value::as_str) else {
            assert_eq!(page["total"], 252);
            break;
        };
        path = Caller::agents_path(&format!("?limit=100&cursor={cursor}"));
    }
    assert_eq!((pages, seen.len()), (3, 251));
    assert!(seen.is_sorted() && seen.last().unwrap() == "99999999");

    for (query, code) in [
        ("?limit=0", "invalid_limit"),
        ("?limit=1001", "invalid_limit"),
        ("?limit=ten", "invalid_limit"),
        ("?cursor=zz", "invalid_cursor"),
    ] {
        assert_eq!(caller.get(&Caller::agents_path(query)).await.error(), (400, code));
    }
    let empty = caller.get("/wfm/v1/acds/other/agents").await.body;
    assert_eq!(empty, json!({"agents": [], "total": 0}));
}

#[tokio::test]
async fn what_is_not_there_is_said_in_json() {
    let caller = Caller::start(Options::default()).await;
    assert_eq!(caller.get(&Caller::agents_path("/17")).await.error(), (404, "not_found"));
    assert_eq!(caller.get("/wfm/v2").await.error(), (404, "not_found"));
    assert_eq!(caller.delete("/wfm/v1/ping").await.error(), (405, "method_not_allowed"));
}
