//! What OneLogin sends, row by row of docs/scim-clients.md.

use reqwest::Method;
use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{Door, USER, id_of, member};

/// What a template of an administrator makes of a person: with the URN of SCIM 1.1, an address without a
/// type, and macros that stand for nothing.
fn templated() -> Value {
    json!({
        "schemas": ["urn:scim:schemas:core:1.0"],
        "userName": "ana@example.com",
        "name": {"givenName": "Ana", "familyName": "Novak", "formatted": "Ana Novak"},
        "displayName": "",
        "emails": [{"value": "ana@example.com", "type": "work", "primary": true}],
        "phoneNumbers": [{"value": "", "type": "work"}],
        "addresses": [{"streetAddress": "1 High Street"}],
        "title": "",
        "active": true,
    })
}

#[test]
fn l1_the_connection_is_enabled_by_asking_for_nobody() {
    on_each_database(async |hub| {
        let door = hub.door("onelogin").await;
        let nobody = door.filter("userName eq \"nobody@example.com\"").await.expect(200).json();
        assert_eq!(nobody["totalResults"], 0);
    });
}

#[test]
fn l2_people_are_found_made_read_put_and_suspended() {
    on_each_database(async |hub| {
        let door = hub.door("onelogin").await;
        let path = format!("/Users/{}", door.post("/Users", &templated()).await.expect(201).id());
        let mut body = door.get(&path).await.expect(200).json();
        body["name"]["familyName"] = json!("Berg");
        assert_eq!(door.put(&path, &body).await.expect(200).json()["name"]["familyName"], "Berg");
        let off = json!([{"op": "replace", "path": "active", "value": false}]);
        assert_eq!(door.patch(&path, off).await.expect(200).json()["active"], false);
        door.delete(&path).await.expect(204);
    });
}

#[test]
fn l3_groups_are_listed_without_a_filter() {
    on_each_database(async |hub| {
        let door = hub.door("onelogin").await;
        door.group("Agents", &[]).await;
        let all = door.get("/Groups").await.expect(200).json();
        assert_eq!(all["totalResults"], 1);
        assert_eq!(all["Resources"][0]["displayName"], "Agents");
    });
}

#[test]
fn l4_a_template_may_hold_old_urns_and_empty_macros() {
    on_each_database(async |hub| {
        let door = hub.door("onelogin").await;
        let made = door.post("/Users", &templated()).await.expect(201).json();
        let schemas = made["schemas"].as_array().unwrap();
        assert!(schemas.contains(&json!(USER)), "the answer names what it is");
        assert!(!schemas.contains(&json!("urn:scim:schemas:core:1.0")));
        assert_eq!(made["addresses"], json!([{"streetAddress": "1 High Street"}]));
        for unset in ["title", "displayName"] {
            assert_eq!(made.get(unset), None, "{unset}");
        }
    });
}

#[test]
fn l5_plain_json_is_answered_to_who_asks_for_it() {
    on_each_database(async |hub| {
        let door = hub.door("onelogin").await;
        let ask = door.ask(Method::GET, "/Users").header("accept", "application/json");
        let answer = Door::send(ask.header("user-agent", "")).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
    });
}

#[test]
fn l6_members_are_changed_by_patch() {
    on_each_database(async |hub| {
        let door = hub.door("onelogin").await;
        let ana = door.create("ana").await;
        let path = door.group("Agents", &[]).await;
        let add = json!([{"op": "add", "path": "members", "value": [member(&ana)]}]);
        door.patch(&path, add).await.expect(200);
        assert_eq!(door.members(&path).await, [id_of(&ana)]);
        let filter = format!("members[value eq \"{}\"]", id_of(&ana));
        door.patch(&path, json!([{"op": "remove", "path": filter}])).await.expect(200);
        assert_eq!(door.members(&path).await, Vec::<String>::new());
    });
}
