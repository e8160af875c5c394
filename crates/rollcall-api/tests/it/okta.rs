//! What Okta sends about users, row by row of docs/scim-clients.md.

use reqwest::Method;
use rollcall_app::journal::Ring;
use rollcall_domain::RoleId;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::structure::Role;
use rollcall_storage::{directory::identity_link, directory::structure};
use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{Door, GROUP, PATCH, USER, id_of, member, person};

/// What Okta creates people with.
fn okta_user() -> Value {
    json!({
        "schemas": [USER],
        "userName": "test.user@okta.local",
        "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": true, "value": "test.user@okta.local", "type": "work"}],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true,
    })
}

/// The resource as it is stored.
async fn stored(door: &Door, path: &str) -> String {
    let id =
        path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("the path ends in an id");
    let source = Source::Scim(door.connection);
    let link = door.look(move |tx| identity_link::get(tx, source, id)).await;
    link.expect("the person is known").resource
}

#[test]
fn o1_credentials_are_tested_by_a_short_list() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        for name in ["ana", "ben", "carl"] {
            door.create(name).await;
        }
        let list = door.get("/Users?startIndex=1&count=2").await.expect(200);
        assert_eq!(list.names(), ["ana@example.com", "ben@example.com"]);
        assert_eq!(list.json()["totalResults"], 3);
        assert_eq!(list.json()["itemsPerPage"], 2);
        let list = door.get("/Users?count=1&startIndex=1").await.expect(200);
        assert_eq!(list.names(), ["ana@example.com"]);
    });
}

#[test]
fn o2_a_user_is_looked_up_by_name_before_a_creation() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let lookup =
            "/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100";
        let nobody = door.get(lookup).await.expect(200).json();
        assert_eq!(
            nobody,
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [],
            })
        );
        let mut body = okta_user();
        body["userName"] = json!("Test.User@Okta.local");
        door.post("/Users", &body).await.expect(201);
        assert_eq!(door.get(lookup).await.expect(200).names(), ["Test.User@Okta.local"]);
    });
}

#[test]
fn o3_a_creation_brings_a_password_and_groups_which_are_not_kept() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let created = door.post("/Users", &okta_user()).await.expect(201);
        let body = created.json();
        assert!(body["id"].is_string());
        for name in ["userName", "name", "emails", "displayName", "locale", "externalId", "active"]
        {
            assert_eq!(body[name], okta_user()[name]);
        }
        let path = format!("/Users/{}", created.id());
        let trace = format!("{:?}", door.trace().await);
        for text in [created.text, stored(&door, &path).await, trace] {
            assert!(!text.contains("1mz050nq") && !text.contains("password"), "{text}");
            assert!(!text.contains("groups"), "{text}");
        }
        let ignored = hub.journal(&door, Ring::All).await.ignored;
        assert_eq!(ignored, [("password".to_owned(), 1)]);
    });
}

#[test]
fn o4_an_inactive_user_that_is_found_is_activated() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let mut body = okta_user();
        body["active"] = json!(false);
        door.post("/Users", &body).await.expect(201);
        let found = door.filter("userName eq \"test.user@okta.local\"").await.json();
        let found = &found["Resources"][0];
        assert_eq!(found["active"], false);
        let path = format!("/Users/{}", found["id"].as_str().expect("an id"));
        assert_eq!(door.put(&path, &okta_user()).await.expect(200).json()["active"], true);
    });
}

#[test]
fn o5_a_change_puts_back_all_that_was_read() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = format!("/Users/{}", door.post("/Users", &okta_user()).await.expect(201).id());
        let read = door.get(&path).await.expect(200);
        let before = door.trace().await;
        let echoed = door.put(&path, &read.json()).await.expect(200);
        assert_eq!(echoed.text, read.text);
        assert_eq!(door.trace().await, before);

        let mut body = read.json();
        body["name"]["familyName"] = json!("Novak");
        body["emails"][0]["display"] = json!("Test User");
        body["groups"] = json!([{"value": "g1", "display": "Agents"}]);
        body["meta"]["created"] = json!("1999-01-01T00:00:00Z");
        let changed = door.put(&path, &body).await.expect(200).json();
        assert_eq!(changed["name"]["familyName"], "Novak");
        assert_eq!(changed["emails"], body["emails"]);
        assert_eq!(changed["meta"]["created"], read.json()["meta"]["created"]);
        assert_eq!(changed.get("groups"), None);
    });
}

#[test]
fn o6_put_and_patch_change_the_same() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let mut body = person("ana");
        body["title"] = json!("Agent");
        let put = door.put(&ana, &body).await.expect(200).json();
        let patched =
            door.patch(&ben, json!([{"op": "replace", "value": {"title": "Agent"}}])).await;
        assert_eq!(put["title"], patched.expect(200).json()["title"]);
    });
}

#[test]
fn o7_a_user_is_deactivated_without_a_path_or_by_put() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let off = json!([{"op": "replace", "value": {"active": false}}]);
        assert_eq!(door.patch(&ana, off).await.expect(200).json()["active"], false);
        let mut body = door.get(&ben).await.json();
        body["active"] = json!(false);
        assert_eq!(door.put(&ben, &body).await.expect(200).json()["active"], false);
        let inactive = door.filter("active eq false").await.names();
        assert_eq!(inactive, ["ana@example.com", "ben@example.com"]);
    });
}

#[test]
fn o8_a_password_is_accepted_and_dropped() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = format!("/Users/{}", door.post("/Users", &okta_user()).await.expect(201).id());
        let before = door.trace().await;
        for operation in [
            json!({"op": "replace", "value": {"password": "Secret-1!"}}),
            json!({"op": "replace", "path": "password", "value": "Secret-1!"}),
        ] {
            let answer = door.patch(&path, json!([operation])).await.expect(200);
            assert!(!answer.text.contains("Secret-1!"), "{}", answer.text);
        }
        let mut body = okta_user();
        body["password"] = json!("Secret-1!");
        assert!(!door.put(&path, &body).await.expect(200).text.contains("Secret-1!"));
        assert_eq!(door.trace().await, before);
        door.filter("password eq \"Secret-1!\"").await.refused(400, Some("invalidFilter"));
    });
}

#[test]
fn o9_whoever_is_deactivated_stays_readable() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.create("ana").await;
        let off = json!([{"op": "replace", "value": {"active": false}}]);
        let first = door.patch(&path, off.clone()).await.expect(200);
        let before = door.trace().await;
        assert_eq!(door.patch(&path, off).await.expect(200).text, first.text);
        assert_eq!(door.trace().await, before);
        hub.pass(400 * 24 * 3_600);
        assert_eq!(door.get(&path).await.expect(200).text, first.text);
        assert_eq!(door.get("/Users").await.names(), ["ana@example.com"]);
        assert_eq!(
            door.filter("userName eq \"ana@example.com\"").await.json()["Resources"][0]["active"],
            false
        );
    });
}

#[test]
fn o10_an_import_reads_page_after_page() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let mut expected = Vec::new();
        for number in 0..205 {
            door.create(&format!("p{number:03}")).await;
            expected.push(format!("p{number:03}@example.com"));
        }
        let mut read = Vec::new();
        for start in [1, 101, 201] {
            let page = door.get(&format!("/Users?startIndex={start}&count=100")).await.expect(200);
            assert_eq!(page.json()["totalResults"], 205);
            assert_eq!(page.json()["startIndex"], start);
            read.extend(page.names());
        }
        assert_eq!(read, expected);
    });
}

#[test]
fn the_message_needs_no_schema_and_a_content_type_of_any_kind() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.create("ana").await;
        for (number, content_type) in [
            "application/scim+json",
            "application/scim+json; charset=utf-8",
            "application/json",
            "application/json;charset=UTF-8",
            "text/plain",
        ]
        .into_iter()
        .enumerate()
        {
            let body =
                json!({"Operations": [{"op": "replace", "value": {"title": number.to_string()}}]});
            let request = door.ask(Method::PATCH, &path).header("content-type", content_type);
            let answer = Door::send(request.body(body.to_string())).await.expect(200);
            assert_eq!(answer.json()["title"], number.to_string());
        }
        let body = json!({"schemas": [PATCH.to_uppercase()], "operations": [{"OP": "REPLACE", "VALUE": {"TITLE": "x"}}]});
        let answer = Door::send(door.ask(Method::PATCH, &path).body(body.to_string())).await;
        assert_eq!(answer.expect(200).json()["title"], "x");
    });
}

#[test]
fn o11_a_group_is_pushed_without_members() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let body = json!({"schemas": [GROUP], "displayName": "Test", "members": []});
        let made = door.post("/Groups", &body).await.expect(201).json();
        assert_eq!((&made["displayName"], made.get("members")), (&json!("Test"), None));
    });
}

#[test]
fn o12_a_group_is_looked_up_by_its_name() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let lookup = "/Groups?filter=displayName%20eq%20%22Test%20SCIMv2%22&startIndex=1&count=100";
        assert_eq!(door.get(lookup).await.expect(200).json()["totalResults"], 0);
        let path = door.group("Test SCIMv2", &[]).await;
        let found = door.get(lookup).await.expect(200).json();
        assert_eq!(found["Resources"][0]["id"], id_of(&path));
        let import = door.get("/Groups?startIndex=1&count=100").await.expect(200).json();
        assert_eq!((&import["totalResults"], &import["itemsPerPage"]), (&json!(1), &json!(1)));
    });
}

#[test]
fn o13_a_rename_brings_the_id_and_leaves_the_members_alone() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let ana = door.create("ana").await;
        let path = door.group("Test", &[&ana]).await;
        let value = json!({"id": id_of(&path), "displayName": "Renamed"});
        let after = door.patch(&path, json!([{"op": "replace", "value": value}])).await;
        assert_eq!(after.expect(200).json()["displayName"], "Renamed");
        assert_eq!(door.members(&path).await, [id_of(&ana)]);
    });
}

#[test]
fn o14_members_come_and_go_in_one_message() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let path = door.group("Test", &[&ana]).await;
        let new = json!([{"value": id_of(&ben), "display": "ben@example.com"}]);
        let gone = format!("members[value eq \"{}\"]", id_of(&ana));
        let operations = json!([
            {"op": "remove", "path": gone},
            {"op": "add", "path": "members", "value": new},
        ]);
        door.patch(&path, operations.clone()).await.expect(200);
        assert_eq!(door.members(&path).await, [id_of(&ben)]);
        // The same message again, as after an answer that was lost.
        door.patch(&path, operations).await.expect(200);
        assert_eq!(door.members(&path).await, [id_of(&ben)]);
    });
}

#[test]
fn o15_push_now_puts_all_members_in_place_also_none() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let path = door.group("Test", &[&ana]).await;
        for (members, expected) in [
            (vec![member(&ben)], vec![id_of(&ben)]),
            (vec![], vec![]),
            (vec![member(&ana)], vec![id_of(&ana)]),
        ] {
            let push = json!([{"op": "replace", "path": "members", "value": members}]);
            door.patch(&path, push).await.expect(200);
            assert_eq!(door.members(&path).await, expected);
        }
    });
}

#[test]
fn o16_an_integration_that_an_administrator_made_puts_the_whole_group() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let path = door.group("Test", &[&ana]).await;
        let mut whole = door.get(&path).await.expect(200).json();
        whole["displayName"] = json!("Whole");
        whole["members"] = json!([member(&ben)]);
        assert_eq!(door.put(&path, &whole).await.expect(200).json()["displayName"], "Whole");
        assert_eq!(door.members(&path).await, [id_of(&ben)]);
    });
}

#[test]
fn o17_a_group_that_is_unlinked_is_deleted() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.group("Test", &[]).await;
        door.delete(&path).await.expect(204);
        door.get(&path).await.refused(404, None);
    });
}

/// A user to whom a role and a team are granted by their ids.
fn granted(role: &Value, team: &Value) -> Value {
    let mut body = okta_user();
    body["roles"] = json!([{"value": role["id"], "display": role["displayName"]}]);
    body["entitlements"] = json!([
        {"value": "E-17", "type": "License"},
        {"value": team["id"], "type": "Entitlement"},
    ]);
    body
}

#[test]
fn o19_roles_and_entitlements_are_discovered_listed_and_granted() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let new =
            hub.app.create_team(door.tenant(), Actor::System, door.made.business_unit.id, "Sales");
        let sales = new.await.expect("the team is made").id;
        let lead = Role { id: RoleId::new(uuid::Uuid::from_u128(7)), name: "Lead".to_owned() };
        let made = door.storage.write(door.tenant(), move |tx| structure::insert_role(tx, &lead));
        made.await.expect("the role is made");
        let types = door.get("/ResourceTypes").await.expect(200).json();
        let types = types["Resources"].as_array().expect("a list");
        for (name, endpoint, schema) in [
            ("Role", "/Roles", "urn:okta:scim:schemas:core:1.0:Role"),
            ("Entitlement", "/Entitlements", "urn:okta:scim:schemas:core:1.0:Entitlement"),
        ] {
            let found = types.iter().find(|one| one["name"] == name).expect("it is published");
            assert_eq!((&found["endpoint"], &found["schema"]), (&json!(endpoint), &json!(schema)));
            door.get(&format!("/Schemas/{schema}")).await.expect(200);
            let list =
                door.get(&format!("{endpoint}?count=1&startIndex=1")).await.expect(200).json();
            let one = &list["Resources"][0];
            assert_eq!((&list["itemsPerPage"], &one["type"]), (&json!(1), &json!(name)), "{list}");
            assert_eq!(one["schemas"], json!([schema]));
            let path = format!("{endpoint}/{}", one["id"].as_str().expect("an id"));
            assert_eq!(door.get(&path).await.expect(200).json(), *one);
            let filter = format!("{endpoint}?filter=id+eq+%22{}%22", one["id"].as_str().unwrap());
            assert_eq!(door.get(&filter).await.expect(200).json()["Resources"], json!([one]));
            door.get(&format!("{endpoint}/none")).await.refused(404, None);
            door.get(&format!("{endpoint}?filter=colour+eq+1"))
                .await
                .refused(400, Some("invalidFilter"));
        }
        let team = door.get("/Entitlements?filter=displayName+eq+%22sales%22").await.json();
        let team = &team["Resources"][0];
        assert_eq!(team["id"], sales.to_string());
        let roles = door.get("/Roles?sortBy=displayName").await.json();
        let roles = roles["Resources"].as_array().expect("a list");
        let role = roles.iter().find(|role| role["displayName"] == "Lead").expect("it is there");

        let made = door.post("/Users", &granted(role, team)).await.expect(201).json();
        assert_eq!(made["entitlements"], granted(role, team)["entitlements"], "as it was sent");
        let person = hub.employee(&door, &made).await;
        assert_eq!(person.team.id, sales);
        assert_eq!(role["id"], person.role.expect("a role").id.to_string());
    });
}

#[test]
fn o19_what_was_taken_away_here_is_refused_and_other_dialects_know_no_such_lists() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let gone = json!({"id": "019ab0c1-d2e3-7000-8000-ffffffffffff"});
        let team = json!({"id": door.made.team.id});
        let detail = door.post("/Users", &granted(&gone, &team)).await;
        let detail = detail.refused(400, Some("invalidValue"));
        assert!(detail.contains("role"), "{detail}");
        let stranger = hub.door("okta").await;
        let detail = stranger.post("/Users", &granted(&json!({"id": "x"}), &team)).await;
        detail.refused(400, Some("invalidValue"));
        let plain = hub.second_door(&door, "rfc").await;
        for path in ["/Roles", "/Entitlements", "/ResourceTypes/Role"] {
            plain.get(path).await.refused(404, None);
        }
    });
}

#[test]
fn o18_what_okta_never_asks_for_is_there_all_the_same() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let search = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]});
        door.post("/.search", &search).await.expect(200);
        door.post("/Bulk", &json!({"Operations": []})).await.expect(200);
        door.get("/Me").await.expect(501);
    });
}

#[test]
fn o20_a_token_may_stand_alone_in_its_header() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let ask = |value: &str| {
            let request = door.http.get(format!("{}/Users", door.base_url));
            Door::send(request.header("authorization", value))
        };
        ask(&door.token).await.expect(200);
        ask(&format!("Token {}", door.token)).await.expect(401);
        ask("secret").await.expect(401);
    });
}

#[test]
fn o21_attributes_under_a_urn_of_an_administrators_own_are_counted() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let urn = "urn:ietf:params:scim:schemas:extension:okta_app:2.0:User";
        let mut body = okta_user();
        body["schemas"] = json!([USER, urn]);
        body[urn] = json!({"badge": "42"});
        let made = door.post("/Users", &body).await.expect(201).json();
        assert_eq!(
            (made.get(urn), made["schemas"].as_array().unwrap().contains(&json!(urn))),
            (None, false)
        );
        let ignored = hub.journal(&door, Ring::All).await.ignored;
        assert!(ignored.iter().any(|(name, _)| name.starts_with(urn)), "{ignored:?}");
    });
}
