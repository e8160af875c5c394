//! What PingOne and PingFederate send, row by row of docs/scim-clients.md.

use serde_json::json;

use crate::database::on_each_database;
use crate::door::{ENTERPRISE, person};

#[test]
fn p1_people_are_put_and_groups_are_matched_by_listing_all() {
    on_each_database(async |hub| {
        let door = hub.door("ping").await;
        let path = door.create("ana").await;
        let mut body = person("ana");
        body["userName"] = json!("ana.novak@example.com");
        let put = door.put(&path, &body).await.expect(200).json();
        assert_eq!(put["userName"], "ana.novak@example.com");
        door.group("Agents", &[&path]).await;
        let all = door.get("/Groups?excludedAttributes=members").await.expect(200).json();
        assert_eq!(all["Resources"][0]["displayName"], "Agents");
        assert_eq!(all["Resources"][0].get("members"), None);
    });
}

#[test]
fn p2_somebody_disabled_may_be_made_and_people_are_disabled_or_deleted() {
    on_each_database(async |hub| {
        let door = hub.door("ping").await;
        let mut body = person("ana");
        body["active"] = json!(false);
        let made = door.post("/Users", &body).await.expect(201);
        assert_eq!(made.json()["active"], false);
        let path = format!("/Users/{}", made.id());
        body["active"] = json!(true);
        assert_eq!(door.put(&path, &body).await.expect(200).json()["active"], true);
        door.delete(&path).await.expect(204);
    });
}

#[test]
fn p5_the_filter_is_an_administrators_own() {
    on_each_database(async |hub| {
        let door = hub.door("ping").await;
        let mut body = person("ana");
        body[ENTERPRISE] = json!({"employeeNumber": "4711"});
        door.post("/Users", &body).await.expect(201);
        for filter in [
            "emails.value eq \"ana@example.com\"".to_owned(),
            "externalId eq \"00u-ana\"".to_owned(),
            format!("{ENTERPRISE}:employeeNumber eq \"4711\""),
        ] {
            assert_eq!(door.filter(&filter).await.names(), ["ana@example.com"], "{filter}");
        }
    });
}
