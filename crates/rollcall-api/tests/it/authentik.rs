//! What authentik sends, row by row of docs/scim-clients.md.

use serde_json::json;

use crate::database::on_each_database;
use crate::door::{GROUP, person};

#[test]
fn a1_the_service_provider_config_is_read_strictly() {
    on_each_database(async |hub| {
        let door = hub.door("authentik").await;
        let config = door.get("/ServiceProviderConfig").await.expect(200).json();
        for pointer in [
            "/patch/supported",
            "/bulk/supported",
            "/filter/supported",
            "/changePassword/supported",
            "/sort/supported",
            "/etag/supported",
        ] {
            assert!(
                config.pointer(pointer).is_some_and(serde_json::Value::is_boolean),
                "{pointer}"
            );
        }
        for pointer in ["/bulk/maxOperations", "/bulk/maxPayloadSize", "/filter/maxResults"] {
            assert!(config.pointer(pointer).is_some_and(serde_json::Value::is_u64), "{pointer}");
        }
        assert!(config["authenticationSchemes"].as_array().is_some_and(|all| !all.is_empty()));
    });
}

#[test]
fn a2_people_are_put_and_groups_patched_without_a_path() {
    on_each_database(async |hub| {
        let door = hub.door("authentik").await;
        let ana = door.create("ana").await;
        let mut body = person("ana");
        body["name"]["familyName"] = json!("Berg");
        door.put(&ana, &body).await.expect(200);
        let path = door.group("Agents", &[&ana]).await;
        let change =
            json!([{"op": "replace", "value": {"displayName": "Crew", "externalId": "9"}}]);
        let changed = door.patch(&path, change).await.expect(200).json();
        assert_eq!(
            (&changed["displayName"], &changed["externalId"]),
            (&json!("Crew"), &json!("9"))
        );
        assert_eq!(door.members(&path).await.len(), 1, "what is not named stays");
    });
}

#[test]
fn a3_a_conflict_leads_to_the_present_person_and_404_to_a_new_one() {
    on_each_database(async |hub| {
        let door = hub.door("authentik").await;
        let path = door.create("ana").await;
        let conflict = door.post("/Users", &person("ana")).await.expect(409).json();
        assert_eq!(conflict["scimType"], "uniqueness");
        let found = door.filter("userName eq \"ana@example.com\"").await.expect(200).json();
        assert_eq!(format!("/Users/{}", found["Resources"][0]["id"].as_str().unwrap()), path);
        let gone = "/Users/019ab0c1-d2e3-7000-8000-ffffffffffff";
        let lost = door.put(gone, &person("ana")).await.expect(404);
        assert_eq!(lost.json()["status"], "404", "in the body too, as SCIM says it");
    });
}

#[test]
fn a4_lists_have_their_keys_in_exact_letters() {
    on_each_database(async |hub| {
        let door = hub.door("authentik").await;
        for path in ["/Users", "/Groups"] {
            let empty = door.get(path).await.expect(200).json();
            for key in ["totalResults", "Resources", "startIndex", "itemsPerPage", "schemas"] {
                assert!(empty.get(key).is_some(), "{path} {key}");
            }
        }
    });
}

#[test]
fn a5_a_full_synchronisation_changes_nothing_the_second_time() {
    on_each_database(async |hub| {
        let door = hub.door("authentik").await;
        let ana = door.create("ana").await;
        let body = json!({"schemas": [GROUP], "displayName": "Agents", "members": []});
        let group = format!("/Groups/{}", door.post("/Groups", &body).await.expect(201).id());
        let (person_tag, group_tag) = (
            door.get(&ana).await.expect(200).json()["meta"]["version"].clone(),
            door.get(&group).await.expect(200).json()["meta"]["version"].clone(),
        );
        let again = door.put(&ana, &person("ana")).await.expect(200).json();
        assert_eq!(again["meta"]["version"], person_tag);
        let again = door.put(&group, &body).await.expect(200).json();
        assert_eq!(again["meta"]["version"], group_tag);
    });
}
