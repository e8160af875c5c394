//! What Google Workspace sends, row by row of docs/scim-clients.md.

use serde_json::json;

use crate::database::on_each_database;
use crate::door::person;

#[test]
fn g1_the_set_up_asks_for_one_user() {
    on_each_database(async |hub| {
        let door = hub.door("google").await;
        let nobody = door.get("/Users?count=1").await.expect(200).json();
        assert_eq!((&nobody["totalResults"], &nobody["Resources"]), (&json!(0), &json!([])));
    });
}

#[test]
fn g2_people_are_looked_up_made_and_changed_by_put_or_patch() {
    on_each_database(async |hub| {
        let door = hub.door("google").await;
        let lookup = "userName eq \"ana@example.com\"";
        assert_eq!(door.filter(lookup).await.expect(200).json()["totalResults"], 0);
        let path = door.create("ana").await;
        assert_eq!(door.filter(lookup).await.expect(200).json()["totalResults"], 1);
        let mut body = person("ana");
        body["name"]["familyName"] = json!("Novak");
        assert_eq!(door.put(&path, &body).await.expect(200).json()["name"]["familyName"], "Novak");
        let first = json!([{"op": "replace", "path": "name.givenName", "value": "Anna"}]);
        let changed = door.patch(&path, first).await.expect(200).json();
        assert_eq!(changed["name"], json!({"givenName": "Anna", "familyName": "Novak"}));
    });
}

#[test]
fn g3_somebody_suspended_is_made_inactive() {
    on_each_database(async |hub| {
        let door = hub.door("google").await;
        let mut body = person("ana");
        body["active"] = json!(false);
        let made = door.post("/Users", &body).await.expect(201);
        assert_eq!(made.json()["active"], false);
        let employee = hub.employee(&door, &made.json()).await.employee;
        assert!(!employee.status.is_active());
    });
}

#[test]
fn g4_people_are_suspended_and_deleted_later() {
    on_each_database(async |hub| {
        let door = hub.door("google").await;
        let path = door.create("ana").await;
        let mut body = person("ana");
        body["active"] = json!(false);
        assert_eq!(door.put(&path, &body).await.expect(200).json()["active"], false);
        door.delete(&path).await.expect(204);
        door.delete(&path).await.expect(404);
    });
}

#[test]
fn g5_titles_and_departments_are_kept() {
    on_each_database(async |hub| {
        let door = hub.door("google").await;
        let enterprise = crate::door::ENTERPRISE;
        let mut body = person("ana");
        body["title"] = json!("Agent");
        body[enterprise] = json!({"department": "Support", "costCenter": "42"});
        let path = format!("/Users/{}", door.post("/Users", &body).await.expect(201).id());
        let kept = door.get(&path).await.expect(200).json();
        assert_eq!((&kept["title"], &kept[enterprise]), (&body["title"], &body[enterprise]));
    });
}
