//! What the SCIM clients of Keycloak send, row by row of docs/scim-clients.md.

use serde_json::json;

use crate::database::on_each_database;
use crate::door::{GROUP, person};

/// An id as Keycloak gives it.
const THEIRS: &str = "f:2c9a:ana";

#[test]
fn k1_whole_resources_are_put_with_ids_of_their_own() {
    on_each_database(async |hub| {
        let door = hub.door("keycloak").await;
        let mut body = person("ana");
        body["id"] = json!(THEIRS);
        let made = door.post("/Users", &body).await.expect(201);
        assert_ne!(made.id(), THEIRS);
        let path = format!("/Users/{}", made.id());
        body["name"]["familyName"] = json!("Berg");
        let put = door.put(&path, &body).await.expect(200).json();
        assert_eq!((&put["id"], &put["name"]["familyName"]), (&json!(made.id()), &json!("Berg")));
        let mut group = json!({"schemas": [GROUP], "displayName": "Agents", "id": THEIRS});
        let at = format!("/Groups/{}", door.post("/Groups", &group).await.expect(201).id());
        group["displayName"] = json!("Crew");
        assert_eq!(door.put(&at, &group).await.expect(200).json()["displayName"], "Crew");
        // A client that follows the RFC is told.
        let strict = hub.door("rfc").await;
        let path = strict.create("ben").await;
        let mut body = person("ben");
        body["id"] = json!(THEIRS);
        assert_eq!(strict.put(&path, &body).await.expect(400).json()["scimType"], "mutability");
    });
}

#[test]
fn k2_external_ids_stay_those_of_the_connection() {
    on_each_database(async |hub| {
        let door = hub.door("keycloak").await;
        let path = door.create("ana").await;
        let found = door.filter("externalId eq \"00u-ana\"").await.expect(200).json();
        assert_eq!(format!("/Users/{}", found["Resources"][0]["id"].as_str().unwrap()), path);
    });
}
