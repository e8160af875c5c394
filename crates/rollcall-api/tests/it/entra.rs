//! What Microsoft Entra ID sends about users, row by row of docs/scim-clients.md.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::database::on_each_database;
use crate::door::{AGENT, Door, ENTERPRISE, GROUP, USER, id_of, person};

/// What Entra creates people with.
fn entra_user() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "Test_User_ab6490ee@example.com",
        "active": true,
        "displayName": "Test User",
        "emails": [{"primary": true, "type": "work", "value": "Test_User_fd0ea19b@example.com"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Test User", "familyName": "User", "givenName": "Test"},
        "roles": [],
    })
}

/// Sends one operation, which Entra wants to be answered by nothing; answers the user as it is then.
async fn changed(door: &Door, path: &str, operation: Value) -> Value {
    let answer = door.patch(path, json!([operation])).await.expect(204);
    assert_eq!(answer.text, "");
    let read = door.get(path).await.expect(200);
    assert_eq!(answer.header("etag"), read.header("etag"));
    read.json()
}

#[track_caller]
fn is_empty_list(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/scim+json");
    let list = answer.json();
    assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(0), &json!(0)));
    assert_eq!((&list["startIndex"], &list["Resources"]), (&json!(1), &json!([])));
}

#[test]
fn e1_the_connection_is_tested_by_asking_for_nobody() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        door.create("ana").await;
        let guid = "7e5c2a4e-2a2f-4a63-8a9b-0a8f4d5f7a11";
        for query in [
            format!("filter=userName+eq+%22AzureAD_Test-{guid}%22"),
            format!("filter=externalId+eq+%22{guid}%22"),
            format!("aadOptscim062020&filter=userName+eq+%22AzureAD_Test-{guid}%22"),
            format!("filter=id+eq+%22{guid}%22&attributes=id"),
        ] {
            is_empty_list(&door.get(&format!("/Users?{query}")).await);
            is_empty_list(&door.get(&format!("/Users/?{query}")).await);
        }
        door.get(&format!("/Users/{guid}")).await.refused(404, None);
        // The base itself is a list of everything (RFC 7644 §3.4.2.1).
        door.get("/?aadOptscim062020").await.expect(200);
    });
}

#[test]
fn e2_a_user_is_matched_by_name_external_id_or_address() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        door.post("/Users", &entra_user()).await.expect(201);
        door.create("ana").await;
        for filter in [
            "userName eq \"test_user_AB6490EE@example.com\"",
            "externalId eq \"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef\"",
            "externalId eq 0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
            "emails[type eq \"work\"].value eq \"Test_User_fd0ea19b@example.com\"",
            "emails[type eq work].value eq test_user_fd0ea19b@example.com",
            "emails[type eq \"work\" and value eq \"Test_User_fd0ea19b@example.com\"]",
            "active Eq True AND userName EQ \"Test_User_ab6490ee@example.com\"",
        ] {
            let found = door.filter(filter).await.expect(200);
            assert_eq!(found.names(), ["Test_User_ab6490ee@example.com"], "{filter}");
        }
        for filter in [
            "emails[type eq \"home\"].value eq \"Test_User_fd0ea19b@example.com\"",
            "userName eq \"Test_User_ab6490ee@example.com\" and externalId eq \"00u-ana\"",
            "userName eq \"Test_User_ab6490ee@example.com\" and active eq \"False\"",
        ] {
            is_empty_list(&door.filter(filter).await);
        }
    });
}

#[test]
fn e3_a_creation_brings_what_only_the_server_writes() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let created = door.post("/Users", &entra_user()).await.expect(201).json();
        for name in ["externalId", "userName", "active", "displayName", "emails", "name"] {
            assert_eq!(created[name], entra_user()[name]);
        }
        assert_eq!(created.get("roles"), None);
        assert_eq!(created["schemas"], json!([USER]), "nothing of the extension was sent");
        assert!(created["meta"]["created"].is_string());
    });
}

#[test]
fn e4_operations_are_capitalised_and_booleans_are_words() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        for (word, active) in [("False", false), ("True", true), ("false", false), ("TRUE", true)] {
            let operation = json!({"op": "Replace", "path": "active", "value": word});
            assert_eq!(changed(&door, &path, operation).await["active"], active);
        }
        let operation = json!({"op": "Add", "path": "nickName", "value": "Babs"});
        assert_eq!(changed(&door, &path, operation).await["nickName"], "Babs");
        let wrong = json!([{"op": "Replace", "path": "active", "value": "no"}]);
        door.patch(&path, wrong).await.refused(400, Some("invalidValue"));
    });
}

#[test]
fn e5_a_value_that_is_not_there_is_made() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        for (op, place, value, list, expected) in [
            (
                "Replace",
                "emails[type eq \"home\"].value",
                "ana@home.example",
                "emails",
                json!({"type": "home", "value": "ana@home.example"}),
            ),
            (
                "Add",
                "phoneNumbers[type eq \"mobile\"].value",
                "+1 555",
                "phoneNumbers",
                json!({"type": "mobile", "value": "+1 555"}),
            ),
            (
                "Replace",
                "phoneNumbers[type eq \"work\"].value",
                "+1 556",
                "phoneNumbers",
                json!({"type": "work", "value": "+1 556"}),
            ),
            (
                "Add",
                "addresses[type eq \"work\"].streetAddress",
                "1 Main St",
                "addresses",
                json!({"type": "work", "streetAddress": "1 Main St"}),
            ),
        ] {
            let after =
                changed(&door, &path, json!({"op": op, "path": place, "value": value})).await;
            let values = after[list].as_array().expect("it is a list");
            assert!(values.contains(&expected), "{place}: {after}");
        }
        let operation = json!({"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ana@new.example"});
        let after = changed(&door, &path, operation).await;
        assert_eq!(
            after["emails"][0],
            json!({"primary": true, "type": "work", "value": "ana@new.example"})
        );
        let found = door.filter("emails[type eq \"home\"].value eq \"ana@home.example\"").await;
        assert_eq!(found.names(), ["ana@example.com"]);
    });
}

#[test]
fn e6_a_path_may_begin_with_a_urn_or_be_one() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        let number = format!("{ENTERPRISE}:employeeNumber");
        let after =
            changed(&door, &path, json!({"op": "Replace", "path": number, "value": "1"})).await;
        assert_eq!(after[ENTERPRISE], json!({"employeeNumber": "1"}));
        assert_eq!(after["schemas"], json!([USER, ENTERPRISE]));
        let operation =
            json!({"op": "Add", "path": ENTERPRISE, "value": {"department": "Support"}});
        let after = changed(&door, &path, operation).await;
        assert_eq!(after[ENTERPRISE], json!({"department": "Support", "employeeNumber": "1"}));
        let after = changed(&door, &path, json!({"op": "Remove", "path": ENTERPRISE})).await;
        assert_eq!((after.get(ENTERPRISE), &after["schemas"]), (None, &json!([USER])));
    });
}

#[test]
fn e7_without_a_path_the_keys_are_paths() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        let value = json!({
            "displayName": "B",
            "name.givenName": "K",
            "name.familyName": "U",
            "emails[type eq \"work\"].value": "k@example.com",
            (format!("{ENTERPRISE}:employeeNumber")): "A",
        });
        let after = changed(&door, &path, json!({"op": "replace", "value": value})).await;
        assert_eq!(after["displayName"], "B");
        assert_eq!(after["name"], json!({"givenName": "K", "familyName": "U"}));
        assert_eq!(after["emails"][0]["value"], "k@example.com");
        assert_eq!(after[ENTERPRISE]["employeeNumber"], "A");
    });
}

#[test]
fn e8_a_manager_comes_as_text_list_or_object() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        let place = format!("{ENTERPRISE}:manager");
        for (op, value, expected) in [
            ("Add", json!("m1"), json!({"value": "m1"})),
            (
                "Replace",
                json!([{"$ref": "http://x/Users/m2", "value": "m2"}]),
                json!({"$ref": "http://x/Users/m2", "value": "m2"}),
            ),
            ("Add", json!({"value": "m3"}), json!({"value": "m3"})),
        ] {
            let after =
                changed(&door, &path, json!({"op": op, "path": place, "value": value})).await;
            assert_eq!(after[ENTERPRISE]["manager"], expected, "{value}");
        }
        let after = changed(&door, &path, json!({"op": "Remove", "path": place})).await;
        assert_eq!(after.get(ENTERPRISE), None);
    });
}

#[test]
fn e9_a_user_is_switched_off_and_on_and_deleted_at_last() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        for active in ["False", "False", "True", "True", "False"] {
            let operation = json!({"op": "Replace", "path": "active", "value": active});
            let after = changed(&door, &path, operation).await;
            assert_eq!(after["active"], active == "True");
        }
        assert_eq!(
            door.get(&path).await.header("etag"),
            "W/\"4\"",
            "what is so already is no change"
        );
        hub.pass(30 * 24 * 3_600);
        door.delete(&path).await.expect(204);
        door.delete(&path).await.refused(404, None);
    });
}

#[test]
fn e15_values_are_reset_in_three_ways() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        for operation in [
            json!({"op": "Replace", "path": "title", "value": null}),
            json!({"op": "Replace", "path": "title", "value": ""}),
            json!({"op": "Remove", "path": "title"}),
            json!({"op": "Replace", "value": {"title": ""}}),
        ] {
            let set = json!({"op": "Add", "path": "title", "value": "Agent"});
            assert_eq!(changed(&door, &path, set).await["title"], "Agent");
            assert_eq!(changed(&door, &path, operation).await.get("title"), None);
        }
        let before = door.trace().await;
        let passed_over = json!({"op": "Replace", "path": "meta.resourceType", "value": "Person"});
        changed(&door, &path, passed_over).await;
        let unknown =
            json!({"op": "Replace", "path": "urn:example:Unknown:attribute", "value": "x"});
        changed(&door, &path, unknown).await;
        assert_eq!(door.trace().await, before);
        let mut body = person("ben");
        body["schemas"] = json!([
            USER,
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User"
        ]);
        body["somethingOfTheirs"] = json!({"deep": [1, 2, 3]});
        let created = door.post("/Users", &body).await.expect(201).json();
        assert_eq!(created.get("somethingOfTheirs"), None);
        assert_eq!(created["schemas"], json!([USER]));
    });
}

#[test]
fn e16_both_manners_are_understood_on_one_connection() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        for (operation, active) in [
            (json!({"op": "Replace", "path": "active", "value": "False"}), false),
            (json!({"op": "replace", "value": {"active": true}}), true),
            (json!({"op": "replace", "path": "active", "value": false}), false),
            (json!({"op": "Replace", "value": {"active": "True"}}), true),
        ] {
            assert_eq!(changed(&door, &path, operation).await["active"], active);
        }
        let address = format!("{path}?aadOptscim062020");
        changed(&door, &address, json!({"op": "replace", "value": {"active": false}})).await;
    });
}

#[test]
fn e17_the_schemas_are_listed_whole() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let list = door.get("/Schemas").await.expect(200).json();
        assert_eq!(list["totalResults"], 4);
        let ids: Vec<_> =
            list["Resources"].as_array().expect("a list").iter().map(|s| &s["id"]).collect();
        assert_eq!(ids, [USER, ENTERPRISE, AGENT, GROUP]);
        assert!(!list.to_string().contains("null"));
    });
}

#[test]
fn e18_a_client_in_a_hurry_is_not_told_to_wait() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        for _ in 0..200 {
            door.get(&path).await.expect(200);
        }
    });
}

#[test]
fn e19_our_tokens_open_the_door_and_one_that_entra_issued_does_not() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        door.get(&path).await.expect(200);
        let application = hub.application(&door).await;
        let answer = hub.ask(&application, &[("grant_type", "client_credentials")]).await;
        let token = answer.expect(200).json()["access_token"].as_str().expect("a token").to_owned();
        let with = |token: String| Door { token, ..door.clone() };
        with(token).get(&path).await.expect(200);
        // Signed or not: it is made out to Microsoft's service, and not to this server.
        let header = "eyJhbGciOiJub25lIn0";
        let claims = "eyJhdWQiOiI4YWRmOGU2ZS02N2IyLTRjZjItYTI1OS1lM2RjNTQ3NmM2MjEifQ";
        with(format!("{header}.{claims}.")).get(&path).await.refused(401, None);
    });
}

#[test]
fn e20_values_come_back_as_they_were_sent() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let mut body = person("ana");
        body["phoneNumbers"] = json!([{"type": "work", "value": "(030) 12 34-5 ext. 6"}]);
        let made = door.post("/Users", &body).await.expect(201).json();
        assert_eq!(made["phoneNumbers"], body["phoneNumbers"]);
        let list = door.get("/Users").await.expect(200).json();
        assert_eq!(list["Resources"][0]["id"], made["id"]);
        assert_eq!(list["Resources"][0]["phoneNumbers"], body["phoneNumbers"]);
    });
}

#[test]
fn e21_a_message_without_operations_does_nothing() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        let before = door.trace().await;
        door.patch(&path, json!([])).await.expect(204);
        assert_eq!(door.trace().await, before);
        let strict = hub.second_door(&door, "rfc").await;
        let mine = strict.create("ben").await;
        strict.patch(&mine, json!([])).await.refused(400, Some("invalidSyntax"));
    });
}

#[test]
fn a_client_that_names_attributes_wants_to_read_them() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let path = door.create("ana").await;
        let operation = json!([{"op": "Replace", "path": "title", "value": "Agent"}]);
        let answer =
            door.patch(&format!("{path}?attributes=title"), operation).await.expect(200).json();
        assert_eq!(answer["title"], "Agent");
        assert_eq!(answer.get("userName"), None);
    });
}

#[test]
fn e10_a_group_comes_with_an_external_id_and_an_odd_schema() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let odd = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
        let body = json!({
            "schemas": [GROUP, odd],
            "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
            "displayName": "Agents",
            "meta": {"resourceType": "Group"},
        });
        let made = door.post("/Groups", &body).await.expect(201).json();
        assert_eq!(made["externalId"], body["externalId"]);
        assert_eq!(made["schemas"], json!([GROUP]));
    });
}

#[test]
fn e11_members_are_left_out_where_they_are_not_wanted() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let ana = door.create("ana").await;
        let path = door.group("Agents", &[&ana]).await;
        let one = door.get(&format!("{path}?excludedAttributes=members")).await.expect(200).json();
        assert_eq!((&one["displayName"], one.get("members")), (&json!("Agents"), None));
        let query = "excludedAttributes=members&filter=displayName+eq+%22Agents%22";
        let list = door.get(&format!("/Groups?{query}")).await.expect(200).json();
        assert_eq!((&list["totalResults"], list["Resources"][0].get("members")), (&json!(1), None));
    });
}

#[test]
fn e12_members_are_added_once() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let ana = door.create("ana").await;
        let path = door.group("Agents", &[]).await;
        let value = json!([{"$ref": null, "value": id_of(&ana)}]);
        for _ in 0..2 {
            let add = json!([{"op": "Add", "path": "members", "value": value}]);
            door.patch(&path, add).await.expect(204);
            assert_eq!(door.members(&path).await, [id_of(&ana)]);
        }
    });
}

#[test]
fn e13_a_removal_that_names_a_member_removes_only_them() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let people = [door.create("ana").await, door.create("ben").await, door.create("cyd").await];
        let [ana, ben, cyd] = &people;
        let path = door.group("Agents", &[ana, ben, cyd]).await;
        let listed = json!([{"$ref": null, "value": id_of(ana)}]);
        let remove = json!([{"op": "Remove", "path": "members", "value": listed}]);
        door.patch(&path, remove.clone()).await.expect(204);
        let mut left = [id_of(ben), id_of(cyd)];
        left.sort_unstable();
        assert_eq!(door.members(&path).await, left);
        // With the flag, the member stands in the path.
        let filter = format!("members[value eq \"{}\"]", id_of(ben));
        let flagged = format!("{path}?aadOptscim062020");
        door.patch(&flagged, json!([{"op": "Remove", "path": filter}])).await.expect(204);
        assert_eq!(door.members(&path).await, [id_of(cyd)]);
        door.patch(&path, remove).await.expect(204);
        assert_eq!(door.members(&path).await, [id_of(cyd)], "who is not there is removed already");
        door.patch(&path, json!([{"op": "Remove", "path": "members"}])).await.expect(204);
        assert_eq!(door.members(&path).await, Vec::<String>::new());
    });
}

#[test]
fn e14_references_are_probed_by_filters() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let (boss, ana) = (door.create("boss").await, door.create("ana").await);
        let manager =
            json!([{"op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": id_of(&boss)}]);
        door.patch(&ana, manager).await.expect(204);
        let of = |manager: &str| format!("id eq \"{}\" and manager eq \"{manager}\"", id_of(&ana));
        let found = door.list(&[("filter", &of(id_of(&boss))), ("attributes", "id")]).await;
        assert_eq!(found.expect(200).json()["Resources"][0]["id"], id_of(&ana));
        let other = door.filter(&of(id_of(&ana))).await.expect(200);
        assert_eq!(other.json()["totalResults"], 0);
    });
}
