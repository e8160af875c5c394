//! What a person cannot be without, and what each dialect says a user name is.

use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{Door, person};

fn without(pointer: &str) -> Value {
    let mut body = person("ana");
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer has a slash");
    let parent = body.pointer_mut(parent).expect("the parent is there");
    parent.as_object_mut().expect("the parent is an object").remove(name);
    body
}

async fn is_empty(door: &Door) -> bool {
    door.get("/Users").await.json()["totalResults"] == 0
}

#[test]
fn a_body_without_a_required_value_is_refused_by_name() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let before = door.trace().await;
        for (pointer, name) in [
            ("/userName", "userName"),
            ("/name", "name"),
            ("/name/givenName", "name.givenName"),
            ("/name/familyName", "name.familyName"),
            ("/emails", "emails"),
            ("/emails/0/value", "emails"),
        ] {
            let mut blank = person("ana");
            *blank.pointer_mut(pointer).expect("it is there") = json!("");
            let mut null = blank.clone();
            *null.pointer_mut(pointer).expect("it is there") = json!(null);
            for body in [without(pointer), blank, null] {
                let detail = door.post("/Users", &body).await.refused(400, Some("invalidValue"));
                assert_eq!(detail, format!("{name} is required and must not be empty."));
            }
        }
        let mut spaces = person("ana");
        spaces["name"]["givenName"] = json!("  ");
        let detail = door.post("/Users", &spaces).await.refused(400, Some("invalidValue"));
        assert!(detail.starts_with("name.givenName"), "{detail}");
        assert!(is_empty(&door).await);
        assert_eq!(door.trace().await, before);
    });
}

#[test]
fn a_change_cannot_take_a_required_value_away() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.create("ana").await;
        let before = door.trace().await;
        for name in ["userName", "name", "name.givenName", "name.familyName", "emails", "active"] {
            for operation in [
                json!({"op": "remove", "path": name}),
                json!({"op": "replace", "path": name, "value": null}),
                json!({"op": "replace", "value": {name: ""}}),
            ] {
                let answer = door.patch(&path, json!([operation])).await;
                let detail = answer.refused(400, Some("mutability"));
                assert!(detail.contains(&format!("{name} is required")), "{operation}: {detail}");
            }
        }
        let other = json!([{"op": "remove", "path": "emails[type eq \"work\"]"}]);
        door.patch(&path, other).await.refused(400, Some("mutability"));
        assert_eq!(door.trace().await, before);
    });
}

#[test]
fn one_dialect_takes_any_user_name_and_the_others_addresses() {
    on_each_database(async |hub| {
        let mut body = person("ana");
        body["userName"] = json!("5d0b9f0e-ana");
        for dialect in ["okta", "entra", "google"] {
            let door = hub.door(dialect).await;
            let detail = door.post("/Users", &body).await.refused(400, Some("invalidValue"));
            assert!(detail.contains("userName") && detail.contains("e-mail form"), "{detail}");
            assert!(is_empty(&door).await);
        }
        let door = hub.door("rfc").await;
        let created = door.post("/Users", &body).await.expect(201);
        assert_eq!(created.json()["userName"], "5d0b9f0e-ana");
        assert_eq!(door.filter("userName eq \"5D0B9F0E-ANA\"").await.names(), ["5d0b9f0e-ana"]);
        for unreadable in [" ana", "ana\n", "\u{7}", &"a".repeat(321)] {
            body["userName"] = json!(unreadable);
            door.post("/Users", &body).await.refused(400, Some("invalidValue"));
        }
    });
}

#[test]
fn an_address_is_one() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        for wrong in ["ana", "ana@", "a b@example.com", "a@b@c"] {
            let mut body = person("ana");
            body["emails"][0]["value"] = json!(wrong);
            let detail = door.post("/Users", &body).await.refused(400, Some("invalidValue"));
            assert!(detail.starts_with("emails:"), "{detail}");
        }
        assert!(is_empty(&door).await);
    });
}

#[test]
fn the_longest_values_are_kept_and_longer_ones_refused() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        // Letters that say little about each other, so that no index can shorten them.
        let text = |salt: u32, bytes: usize| -> String {
            let letter = |n: u32| char::from(b'a' + ((n * n * 31 + n * salt * 7) % 26) as u8);
            (0..).map(letter).take(bytes).collect()
        };
        let body = |names: usize, user_name: usize, address: usize, other: usize| {
            let mut body = person("ana");
            body["userName"] = json!(text(1, user_name));
            body["externalId"] = json!(text(2, names));
            body["name"] = json!({"givenName": text(3, names), "familyName": text(4, names)});
            body["emails"] = json!([
                {"value": format!("{}@b", text(5, address - 2)), "primary": true},
                {"value": text(6, other)},
            ]);
            body
        };
        let kept = body(1_024, 320, 1_024, 1_024);
        let path = format!("/Users/{}", door.post("/Users", &kept).await.expect(201).id());
        let read = door.get(&path).await.json();
        for name in ["userName", "externalId", "name", "emails"] {
            assert_eq!(read[name], kept[name]);
        }
        let probe = format!("emails.value eq \"{}\"", text(6, 1_024));
        assert_eq!(door.filter(&probe).await.expect(200).json()["totalResults"], 1);
        door.delete(&path).await.expect(204);
        for body in [
            body(1_025, 20, 20, 20),
            body(20, 321, 20, 20),
            body(20, 20, 1_025, 20),
            body(20, 20, 20, 1_025),
        ] {
            let detail = door.post("/Users", &body).await.refused(400, Some("invalidValue"));
            assert!(detail.contains(" bytes; "), "{detail}");
        }
        assert!(is_empty(&door).await);
    });
}
