//! Every route of the agent API, asked by every kind of caller. A route that is missing from the table fails.

use jiff::SignedDuration;
use reqwest::Method;
use rollcall_api::AGENT_ROUTES;
use rollcall_app::api_token::{NewApiToken, Scope};
use rollcall_domain::source::Actor;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::agent_door::{AgentDoor, check_problem};
use crate::answer::Answer;
use crate::database::on_each_database;
use crate::door::Door;
use crate::hub::Hub;

/// A route with a method, the scope that it needs, what its owner is answered, and what another tenant is.
const TABLE: &[(&str, &str, Scope, u16, u16)] = &[
    ("/agent-sessions", "POST", Scope::AgentSessions, 201, 404),
    ("/agent-sessions/{session}", "GET", Scope::AgentSessions, 200, 404),
    ("/agent-sessions/{session}", "DELETE", Scope::AgentSessions, 204, 404),
    ("/agent-sessions/{session}/state", "PUT", Scope::AgentSessions, 200, 404),
    ("/agent-sessions/{session}/contacts/{contact}", "PUT", Scope::ContactEvents, 200, 404),
    ("/agent-sessions/{session}/contacts/{contact}", "DELETE", Scope::ContactEvents, 200, 404),
    ("/agents/{number}/state", "GET", Scope::AgentSessions, 200, 404),
    ("/agents/{number}/state-history", "GET", Scope::AgentSessions, 200, 404),
    ("/agents/{number}/wfm-schedule", "GET", Scope::Schedules, 200, 404),
    ("/agent-states", "GET", Scope::AgentSessions, 200, 200),
    ("/agent-states/stream", "GET", Scope::AgentSessions, 200, 200),
    ("/queue-contacts/{contact}", "PUT", Scope::ContactEvents, 200, 200),
    ("/history/agents", "GET", Scope::History, 200, 200),
    ("/history/queues", "GET", Scope::History, 200, 200),
    ("/history/intervals", "PUT", Scope::HistoryDelivery, 200, 400),
    ("/adherence", "GET", Scope::Adherence, 200, 200),
    ("/adherence/events", "GET", Scope::Adherence, 200, 200),
];

#[test]
fn every_route_stands_in_the_table() {
    let mut served: Vec<(String, &str)> = Vec::new();
    for (path, methods) in AGENT_ROUTES {
        served.extend(methods.iter().map(|method| ((*path).to_owned(), *method)));
    }
    let tabled: Vec<(String, &str)> =
        TABLE.iter().map(|(path, method, ..)| (format!("/api/v1{path}"), *method)).collect();
    assert_eq!(served, tabled);
}

/// A request of the table about a person of the owner's.
async fn sample(
    hub: &Hub,
    owner: &AgentDoor,
    (route, method): (&str, &str),
    name: &str,
) -> (String, Option<Value>) {
    let person = hub.person(owner, name).await;
    if route.ends_with("wfm-schedule") {
        hub.schedules_for(owner).await;
    }
    let session =
        if route.contains("{session}") { owner.log_in(&person).await } else { String::new() };
    let path = route
        .replace("/agent-sessions/{session}", &session)
        .replace("{contact}", "c1")
        .replace("{number}", &person.number.to_string());
    let body = match (route, method) {
        (_, "POST") => Some(json!({"agentNumber": person.number})),
        (_, "PUT") if route.ends_with("/state") => Some(json!({"state": "available"})),
        (_, "PUT") if route.starts_with("/queue-contacts") => Some(json!({
            "queue": "12", "offeredAt": hub.app.now(), "outcome": "waiting"
        })),
        (_, "PUT") if route.starts_with("/history") => Some(json!({
            "source": "switch", "revision": 1,
            "agents": [{"date_from": "20261101", "interval": "09:15",
                "agent_id": person.number.to_string(), "tot_work_dur": 1, "avail_dur": 1}]
        })),
        (_, "PUT") => Some(json!({"kind": "inbound", "medium": "voice"})),
        _ => None,
    };
    (path, body)
}

/// What is answered; of a stream only how it begins.
async fn ask(door: &AgentDoor, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = door.ask(method, path);
    if let Some(body) = body {
        request = request.body(body.to_string());
    }
    let mut response = request.send().await.expect("an answer comes");
    let kind = response.headers().get("content-type");
    if kind.is_none_or(|kind| kind != "text/event-stream") {
        return Answer::read(response).await;
    }
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut text = String::new();
    while !text.contains("event: ready") {
        let chunk = response.chunk().await.expect("the stream goes on").expect("it goes on");
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    Answer { status, headers, text }
}

#[test]
fn owners_get_what_is_theirs_and_strangers_nothing_of_it() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        let stranger = hub.agent_door().await;
        for (number, (route, method, scope, own, foreign)) in TABLE.iter().enumerate() {
            let name = format!("p{number}");
            let (path, body) = sample(hub, &owner, (route, method), &name).await;
            let answer = ask(&stranger, method, &path, body.as_ref()).await;
            assert_eq!(answer.status, *foreign, "{method} {route}: {}", answer.text);
            assert!(!answer.text.contains("agentNumber"), "{method} {route}: {}", answer.text);
            // A token of the same tenant that lacks the scope, in the same words for all.
            let others: Vec<Scope> = Scope::ALL.into_iter().filter(|one| one != scope).collect();
            let lacking = hub.agent_token(&owner.scim, &others).await;
            let answer = ask(&lacking, method, &path, body.as_ref()).await;
            check_problem(&answer, 403, "scope-missing");
            assert!(answer.text.contains(scope.name()), "{}", answer.text);
            let answer = ask(&owner, method, &path, body.as_ref()).await;
            assert_eq!(answer.status, *own, "{method} {route}: {}", answer.text);
        }
    });
}

#[test]
fn a_tenant_hears_the_same_whoever_else_is_there() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        let stranger = hub.agent_door().await;
        let ana = hub.person(&owner, "ana").await;
        let session = owner.log_in(&ana).await;
        // The other tenant has a person of the same name and number, who is somebody else.
        let theirs = hub.person(&stranger, "ana").await;
        assert_eq!((theirs.number, theirs.id == ana.id), (ana.number, false));
        assert_eq!(stranger.story(&theirs).await, ["loggedOut"]);
        let fantasy = "/agent-sessions/019ab0c1-d2e3-7000-8000-ffffffffffff";
        for (method, tail, body) in [
            (Method::GET, "", None),
            (Method::PUT, "/state", Some(json!({"state": "available"}))),
            (Method::DELETE, "?force=true", None),
        ] {
            let (known, unknown) = (format!("{session}{tail}"), format!("{fantasy}{tail}"));
            let known = stranger.send(method.clone(), &known, body.as_ref()).await;
            let unknown = stranger.send(method, &unknown, body.as_ref()).await;
            assert_eq!(known.text, unknown.text);
        }
        let unit = owner.scim.made.business_unit.id;
        let path = format!("/agents/{}/state?businessUnit={unit}", ana.number);
        check_problem(&stranger.get(&path).await, 404, "not-found");
        assert_eq!(owner.story(&ana).await, ["unavailable"]);
    });
}

/// Tokens that open nothing, by the reason.
async fn closed(hub: &Hub, owner: &AgentDoor) -> Vec<(&'static str, String)> {
    let revoked = hub.agent_token(&owner.scim, &Scope::ALL).await;
    revoked.get("/agent-states").await.expect(200);
    let tenant = owner.scim.tenant();
    let done = hub.app.revoke_api_token(tenant, Actor::System, revoked.token_id).await;
    done.expect("it is revoked");
    let lifetime = Some(SignedDuration::from_secs(60));
    let new = NewApiToken { name: "Short".into(), scopes: Scope::ALL.to_vec(), lifetime };
    let short = hub.app.create_api_token(tenant, Actor::System, new).await.expect("it is made");
    let expired = AgentDoor { token: short.secret.expose_secret().to_owned(), ..owner.clone() };
    expired.get("/agent-states").await.expect(200);
    hub.pass(60);
    vec![
        ("unknown", "rcp_00000000000000000000000000000000000000000000".into()),
        ("with a tail", format!("{}x", owner.token)),
        ("of a SCIM connection", owner.scim.token.clone()),
        ("of its hash", rollcall_app::secret::hash(&owner.token)),
        ("very long", "x".repeat(5_000)),
        ("revoked", revoked.token),
        ("expired", expired.token),
    ]
}

#[test]
fn who_has_no_valid_token_hears_the_same_everywhere() {
    on_each_database(async |hub| {
        let owner = hub.agent_door().await;
        let mut requests = vec![
            ("GET", "/nothing".to_owned(), None),
            ("GET", "/".to_owned(), None),
            ("GET", "/agents/%FF/state".to_owned(), None),
            ("OPTIONS", "/agent-states".to_owned(), None),
            ("GET", "/../nothing".to_owned(), None),
        ];
        for (number, (route, method, ..)) in TABLE.iter().enumerate() {
            let name = format!("p{number}");
            let (path, body) = sample(hub, &owner, (route, method), &name).await;
            requests.push((*method, path, body));
        }
        let mut texts = Vec::new();
        for (reason, token) in closed(hub, &owner).await {
            let door = AgentDoor { token, ..owner.clone() };
            for (method, path, body) in &requests {
                let answer = ask(&door, method, path, body.as_ref()).await;
                assert_eq!(answer.status, 401, "{method} {path} with a token {reason}");
                assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"rollcall\"");
                texts.push(answer.text);
            }
        }
        let bare = owner.scim.http.get(format!("http://{}/api/v1/agent-states", hub.address));
        texts.push(Door::send(bare).await.expect(401).text);
        texts.dedup();
        assert_eq!(texts.len(), 1, "{texts:#?}");
        owner.get("/agent-states").await.expect(200);
        check_problem(&owner.get("/nothing").await, 404, "not-found");
        let answer = owner.send(Method::PATCH, "/agent-states", None).await;
        check_problem(&answer, 405, "method-not-allowed");
        assert_eq!(answer.header("allow"), "GET");
        // Its token opens nothing of SCIM, either.
        let scim = Door { token: owner.token.clone(), ..owner.scim.clone() };
        scim.get("/Users").await.expect(401);
    });
}
