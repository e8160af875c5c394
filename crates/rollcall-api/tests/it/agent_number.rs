//! The agent number: read by clients, searched by them, written by nobody but us.

use serde_json::json;

use crate::database::on_each_database;
use crate::door::{AGENT, ENTERPRISE, USER, id_of, patch, person};

#[test]
fn it_is_told_who_asks_for_it() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let created = door.post("/Users", &person("ana")).await.expect(201).json();
        assert_eq!((&created["schemas"], created.get(AGENT)), (&json!([USER]), None));
        let path = format!("/Users/{}", created["id"].as_str().expect("an id"));
        let asked = format!("attributes={AGENT}:agentNumber");
        let only = door.get(&format!("{path}?{asked}")).await.json();
        assert_eq!(only[AGENT], json!({"agentNumber": 100_001}));
        assert_eq!((&only["schemas"], only.get("userName")), (&json!([USER, AGENT]), None));
        let listed = door.get(&format!("/Users?{asked}")).await.json();
        assert_eq!(listed["Resources"][0], only);
        let without = door.get(&format!("{path}?excludedAttributes=userName")).await.json();
        assert_eq!((&without["schemas"], without.get(AGENT)), (&json!([USER]), None));
    });
}

#[test]
fn an_extension_is_answered_as_it_was_sent() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let mut sent = person("ana");
        sent[AGENT] = json!({"team": "Default team"});
        sent[ENTERPRISE] = json!({"department": "Support"});
        let created = door.post("/Users", &sent).await.expect(201).json();
        assert_eq!(created[AGENT], sent[AGENT]);
        assert_eq!(created["schemas"], json!([USER, ENTERPRISE, AGENT]));
        let asked = format!("{}?attributes={AGENT}:agentNumber", created["id"].as_str().unwrap());
        let only = door.get(&format!("/Users/{asked}")).await.json();
        assert_eq!(only[AGENT], json!({"agentNumber": 100_001}));
    });
}

#[test]
fn filters_find_it_by_its_index() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        for name in ["ana", "ben", "eve"] {
            door.create(name).await;
        }
        let other = hub.second_door(&door, "okta").await;
        other.create("zoe").await;
        for (filter, names) in [
            ("agentNumber eq 100002", vec!["ben@example.com"]),
            ("agentNumber gt 100001", vec!["ben@example.com", "eve@example.com"]),
            ("agentNumber eq 100004", vec![]),
            ("agentNumber eq 100002 and active eq false", vec![]),
        ] {
            let found = door.filter(&format!("{AGENT}:{filter}")).await;
            assert_eq!(found.names(), names, "{filter}");
        }
    });
}

#[test]
fn nobody_else_writes_it() {
    on_each_database(async |hub| {
        for dialect in ["rfc", "okta"] {
            let door = hub.door(dialect).await;
            let mut ana = person("ana");
            ana[AGENT] = json!({"agentNumber": 7, "team": "Default team"});
            let created = door.post("/Users", &ana).await.expect(201).json();
            let path = format!("/Users/{}", created["id"].as_str().expect("an id"));
            door.put(&path, &ana).await.expect(200);
            let set =
                json!([{"op": "replace", "path": format!("{AGENT}:agentNumber"), "value": 7}]);
            let answer = door.patch(&path, set).await;
            if dialect == "rfc" {
                answer.refused(400, Some("mutability"));
            } else {
                answer.expect(200);
            }
            let remove = patch(&json!([{"op": "remove", "path": AGENT}]));
            door.write(reqwest::Method::PATCH, &path, remove.to_string()).await;
            let asked = format!("{path}?attributes={AGENT}:agentNumber");
            let found = door.get(&asked).await.json();
            assert_eq!(found[AGENT]["agentNumber"], 100_001, "{}", id_of(&path));
        }
    });
}
