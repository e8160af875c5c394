//! What JumpCloud sends, row by row of docs/scim-clients.md.

use serde_json::json;

use crate::database::on_each_database;
use crate::door::{id_of, member, person};

#[test]
fn j1_the_test_makes_changes_and_deletes_a_person_and_a_group() {
    on_each_database(async |hub| {
        let door = hub.door("jumpcloud").await;
        let path = door.create("test").await;
        let mut body = person("test");
        body["name"]["givenName"] = json!("Changed");
        door.put(&path, &body).await.expect(200);
        let group = door.group("JumpCloud test", &[&path]).await;
        door.delete(&group).await.expect(204);
        door.delete(&path).await.expect(204);
        assert_eq!(door.get("/Users").await.expect(200).json()["totalResults"], 0);
        assert_eq!(door.get("/Groups").await.expect(200).json()["totalResults"], 0);
        // The same test another day.
        let again = door.create("test").await;
        assert_eq!(again, path);
    });
}

#[test]
fn j2_people_are_put_and_switched_off() {
    on_each_database(async |hub| {
        let door = hub.door("jumpcloud").await;
        let path = door.create("ana").await;
        assert_eq!(door.filter("userName eq \"ana@example.com\"").await.names().len(), 1);
        let mut body = person("ana");
        body["active"] = json!(false);
        assert_eq!(door.put(&path, &body).await.expect(200).json()["active"], false);
    });
}

#[test]
fn j3_members_are_removed_by_value() {
    on_each_database(async |hub| {
        let door = hub.door("jumpcloud").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let path = door.group("Agents", &[&ana, &ben]).await;
        let remove = json!([{"op": "remove", "path": "members", "value": [member(&ana)]}]);
        door.patch(&path, remove).await.expect(200);
        assert_eq!(door.members(&path).await, [id_of(&ben)]);
    });
}

#[test]
fn j4_the_core_schema_is_enough() {
    on_each_database(async |hub| {
        let door = hub.door("jumpcloud").await;
        let made = door.post("/Users", &person("ana")).await.expect(201).json();
        let mut sent = person("ana");
        for name in ["schemas", "id", "meta"] {
            sent.as_object_mut().unwrap().remove(name);
        }
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(made.get(name), Some(value), "{name}");
        }
    });
}
