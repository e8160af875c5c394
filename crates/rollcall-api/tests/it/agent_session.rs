//! Sessions, states and contacts over HTTP.

use reqwest::Method;
use rollcall_domain::source::Actor;
use rollcall_domain::unavailable_code::{CodeName, UnavailableCode};
use serde_json::json;

use crate::agent_door::{check_problem, said};
use crate::database::on_each_database;

#[test]
fn a_day_at_work_is_told_and_kept() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        hub.work_code(&door, "Notes", 5).await;
        let ana = hub.person(&door, "ana").await;
        let state = door.state(&ana).await;
        assert_eq!((said(&state), state["sequence"].as_i64()), ("loggedOut".into(), Some(0)));
        assert_eq!(state.get("since"), None);
        let session = door.log_in(&ana).await;
        hub.pass(10);
        let set = door.set(&session, json!({"state": "available"})).await.expect(200).json();
        assert_eq!(
            (said(&set), &set["since"]),
            ("available".into(), &json!("2026-11-21T09:00:10.000Z"))
        );
        assert_eq!((set.get("dueAt"), set.get("next")), (None, None));
        hub.pass(10);
        let call = json!({"kind": "inbound", "medium": "voice"});
        for _ in 0..2 {
            let told = door.begin(&session, "c1", call.clone()).await.expect(200).json();
            assert_eq!(said(&told), "inboundContact");
            assert_eq!(
                told["contacts"],
                json!([{"id": "c1", "kind": "inbound", "medium": "voice"}])
            );
            assert_eq!(
                (&told["medium"], &told["next"]),
                (&json!("voice"), &json!({"state": "available"}))
            );
        }
        let chosen = json!({"state": "unavailable", "code": "notes"});
        let told = door.set(&session, chosen).await.expect(200).json();
        assert_eq!(told["next"], json!({"state": "afterContactWork", "code": "Notes"}));
        assert_eq!(told["sequence"], 3);
        let lunch = json!({"state": "unavailable", "code": "Lunch"});
        hub.pass(10);
        for _ in 0..2 {
            assert_eq!(
                said(&door.end(&session, "c1").await.expect(200).json()),
                "afterContactWork Notes"
            );
        }
        door.set(&session, lunch).await.expect(200);
        hub.pass(10);
        door.send(Method::DELETE, &session, None).await.expect(204);
        assert_eq!(
            door.story(&ana).await,
            [
                "unavailable",
                "available",
                "inboundContact",
                "afterContactWork Notes",
                "unavailable Lunch",
                "loggedOut"
            ]
        );
        check_problem(&door.get(&session).await, 404, "not-found");
        check_problem(&door.send(Method::DELETE, &session, None).await, 404, "not-found");
    });
}

#[test]
fn logging_in_again_serves_the_same_session() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let ana = hub.person(&door, "ana").await;
        let body = json!({"agentNumber": ana.number});
        let mut tasks = Vec::new();
        for _ in 0..10 {
            let (door, body) = (door.clone(), body.clone());
            tasks.push(tokio::spawn(async move {
                door.send(Method::POST, "/agent-sessions", Some(&body)).await
            }));
        }
        let (mut made, mut sessions) = (0, Vec::new());
        for task in tasks {
            let answer = task.await.expect("an answer");
            made += usize::from(answer.status == 201);
            sessions.push(answer.json()["sessionId"].as_str().expect("an id").to_owned());
        }
        sessions.dedup();
        assert_eq!((made, sessions.len()), (1, 1), "{sessions:?}");
        assert_eq!(door.story(&ana).await, ["unavailable"]);
    });
}

#[test]
fn only_what_is_theirs_can_be_set() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        hub.work_code(&door, "Notes", 5).await;
        let ana = hub.person(&door, "ana").await;
        let session = door.log_in(&ana).await;
        for (wanted, status, name) in [
            (json!({"state": "inboundContact"}), 400, "invalid-request"),
            (json!({"state": "loggedOut"}), 400, "invalid-request"),
            (json!({"state": "afterContactWork"}), 400, "invalid-request"),
            (json!({"state": "available", "code": "Lunch"}), 400, "invalid-request"),
            (json!({"state": "unavailable", "code": ""}), 400, "invalid-request"),
            (json!({"state": "unavailable", "cod": "Lunch"}), 400, "invalid-request"),
            (json!({}), 400, "invalid-request"),
            (json!({"state": "unavailable", "code": "Golf"}), 409, "code-not-of-team"),
            (json!({"state": "unavailable", "code": "Notes"}), 409, "no-contact"),
        ] {
            check_problem(&door.set(&session, wanted).await, status, name);
        }
        let retired = UnavailableCode {
            retired: true,
            ..UnavailableCode::standard(CodeName::parse("Lunch").expect("a name"))
        };
        let tenant = door.scim.tenant();
        hub.app.change_unavailable_code(tenant, Actor::System, retired).await.expect("it is saved");
        let lunch = json!({"state": "unavailable", "code": "Lunch"});
        check_problem(&door.set(&session, lunch).await, 409, "code-retired");
        assert_eq!(door.story(&ana).await, ["unavailable"]);
        let call = json!({"kind": "outbound", "medium": "voice"});
        door.begin(&session, "c", call).await.expect(200);
        check_problem(&door.send(Method::DELETE, &session, None).await, 409, "in-contact");
        check_problem(
            &door.send(Method::DELETE, &format!("{session}?forced=true"), None).await,
            400,
            "invalid-request",
        );
        door.send(Method::DELETE, &format!("{session}?force=true"), None).await.expect(204);
        assert_eq!(door.story(&ana).await, ["unavailable", "outboundContact", "loggedOut"]);
    });
}

#[test]
fn bodies_are_bounded_and_read_strictly() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let ana = hub.person(&door, "ana").await;
        let session = door.log_in(&ana).await;
        let put = async |body: String| {
            let request = door.ask(Method::PUT, &format!("{session}/state")).body(body);
            crate::door::Door::send(request).await
        };
        for body in ["", "[", "[]", "null", "{\"state\": 1}", "\u{0}"] {
            check_problem(&put(body.to_owned()).await, 400, "invalid-request");
        }
        check_problem(&put("[".repeat(10_000)).await, 400, "invalid-request");
        check_problem(&put(" ".repeat(20_000)).await, 413, "too-large");
        let nul = json!({"state": "unavailable", "code": "a\u{0}b"});
        check_problem(&put(nul.to_string()).await, 400, "invalid-request");
        let call = json!({"kind": "inbound", "medium": "voice"});
        let long = "x".repeat(201);
        for id in [long.as_str(), "%00", "%0A"] {
            check_problem(&door.begin(&session, id, call.clone()).await, 400, "invalid-request");
        }
        let odd = json!({"kind": "inbound", "medium": "smoke"});
        check_problem(&door.begin(&session, "c", odd).await, 400, "invalid-request");
        assert_eq!(door.story(&ana).await, ["unavailable"]);
    });
}

#[test]
fn who_is_free_is_listed_by_state_team_and_page() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let mut people = Vec::new();
        for name in ["ana", "ben", "carl", "dora"] {
            let person = hub.person(&door, name).await;
            let session = door.log_in(&person).await;
            if name != "dora" {
                door.set(&session, json!({"state": "available"})).await.expect(200);
            }
            people.push((person, session));
        }
        door.send(Method::DELETE, &people[1].1, None).await.expect(204);
        let listed = async |query: &str| {
            let body = door.get(&format!("/agent-states{query}")).await.expect(200).json();
            let all = body["agents"].as_array().expect("a list");
            let numbers: Vec<i64> =
                all.iter().map(|one| one["agentNumber"].as_i64().expect("a number")).collect();
            (numbers, body["next"].as_str().map(str::to_owned))
        };
        let number = |index: usize| people[index].0.number;
        let team = &door.scim.made.team;
        assert_eq!(listed("").await, (vec![number(0), number(2), number(3)], None));
        assert_eq!(listed("?state=available").await.0, [number(0), number(2)]);
        assert_eq!(listed("?state=loggedOut").await.0, [number(1)]);
        let by_name = format!("?state=available&team={}", team.name.replace(' ', "+"));
        assert_eq!(listed(&by_name).await.0, [number(0), number(2)]);
        let by_id = format!("?team={}&businessUnit={}", team.id, door.scim.made.business_unit.id);
        assert_eq!(listed(&by_id).await.0.len(), 3);
        let (first, next) = listed("?limit=2").await;
        assert_eq!(first, [number(0), number(2)]);
        let rest = listed(&format!("?limit=2&after={}", next.expect("there is more"))).await;
        assert_eq!(rest, (vec![number(3)], None));
        for (query, status, name) in [
            ("?state=asleep", 400, "invalid-request"),
            ("?stat=available", 400, "invalid-request"),
            ("?state=available&state=available", 400, "invalid-request"),
            ("?limit=0", 400, "invalid-request"),
            ("?limit=1001", 400, "invalid-request"),
            ("?after=x", 400, "invalid-request"),
            ("?team=Nobody", 404, "not-found"),
            ("?businessUnit=Nowhere", 404, "not-found"),
        ] {
            check_problem(&door.get(&format!("/agent-states{query}")).await, status, name);
        }
    });
}

#[test]
fn whoever_leaves_is_logged_out_with_it() {
    on_each_database(async |hub| {
        let door = hub.agent_door().await;
        let ana = hub.person(&door, "ana").await;
        let session = door.log_in(&ana).await;
        let call = json!({"kind": "inbound", "medium": "digital"});
        door.begin(&session, "c", call).await.expect(200);
        let off = json!([{"op": "replace", "path": "active", "value": false}]);
        door.scim.patch(&ana.path, off).await.expect(200);
        assert_eq!(door.story(&ana).await, ["unavailable", "inboundContact", "loggedOut"]);
        let body = json!({"agentNumber": ana.number});
        let answer = door.send(Method::POST, "/agent-sessions", Some(&body)).await;
        check_problem(&answer, 409, "not-active");
        let listed = door.get("/agent-states?state=loggedOut").await.expect(200).json();
        assert_eq!(listed["agents"], json!([]), "who left is listed nowhere");
    });
}
