//! How a deleted person comes back, and what a name is worth after a deletion.

use rollcall_domain::policy::{ComingBack, ConnectionPolicy};
use rollcall_domain::source::{Actor, Source};
use serde_json::json;

use crate::database::on_each_database;
use crate::door::{id_of, person};

#[test]
fn the_same_external_id_brings_back_the_same_person() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        door.delete(&path).await.expect(204);
        hub.pass(60);
        let before = door.trace().await;
        let mut body = person("ana");
        body["userName"] = json!("ana.novak@example.com");
        let back = door.post("/Users", &body).await;
        let left = door.left(&before, &back).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(left, @r#"
        201
        content-type: application/scim+json
        etag: W/"3"
        location: http://host/scim/v2/Users/<1>
          active = true
          emails = [{"primary":true,"type":"work","value":"ana@example.com"}]
          externalId = "00u-ana"
          id = "<1>"
          meta = {"created":"2026-11-21T09:00:00.000Z","lastModified":"2026-11-21T09:01:00.000Z","location":"http://host/scim/v2/Users/<1>","resourceType":"User","version":"W/\"3\""}
          name = {"familyName":"ana","givenName":"Ana"}
          schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
          userName = "ana.novak@example.com"
        audit: employee.restored_by_provider of Ana ana by scim:<2>
        audit: employee.changed_by_provider of Ana ana by scim:<2>
          before status = "inactive"
          before userName = "ana@example.com"
          after status = "active"
          after userName = "ana.novak@example.com"
        due: <1>, generation 3
        "#);
        }
        assert_eq!(format!("/Users/{}", back.id()), path);
        assert_eq!(door.get(&path).await.expect(200).text, back.text);
        assert_eq!(door.get("/Users").await.names(), ["ana.novak@example.com"]);
    });
}

#[test]
fn the_same_user_name_brings_back_the_same_person() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        door.delete(&path).await.expect(204);
        let mut body = person("ana");
        body["userName"] = json!("ANA@Example.com");
        body["externalId"] = json!("another");
        let back = door.post("/Users", &body).await.expect(201);
        assert_eq!(format!("/Users/{}", back.id()), path);
        assert_eq!(back.json()["externalId"], "another");
        assert_eq!(back.json()["active"], true);
        assert_eq!(door.filter("externalId eq \"00u-ana\"").await.names(), [""; 0]);
    });
}

#[test]
fn whoever_comes_back_inactive_is_seen_again() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut body = person("ana");
        body["active"] = json!(false);
        let path = format!("/Users/{}", door.post("/Users", &body).await.expect(201).id());
        door.delete(&path).await.expect(204);
        assert_eq!(door.get("/Users").await.json()["totalResults"], 0);
        let back = door.post("/Users", &body).await.expect(201);
        assert_eq!(format!("/Users/{}", back.id()), path);
        assert_eq!(door.get("/Users").await.json()["totalResults"], 1);
        assert_eq!(door.get(&path).await.expect(200).json()["active"], false);
        let back = door.trace().await;
        door.delete(&path).await.expect(204);
        assert_ne!(
            door.trace().await,
            back,
            "a deletion is recorded even where nothing else changes"
        );
    });
}

#[test]
fn who_is_there_is_not_restored_but_in_the_way() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        door.create("ben").await;
        let before = door.trace().await;
        // The same request again, as after an answer that got lost.
        door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        let mut body = person("carl");
        body["userName"] = json!("Ana@EXAMPLE.com");
        let detail = door.post("/Users", &body).await.refused(409, Some("uniqueness"));
        assert!(detail.contains("userName") && detail.contains("Ana@EXAMPLE.com"), "{detail}");
        body = person("carl");
        body["externalId"] = json!("00u-ana");
        let detail = door.post("/Users", &body).await.refused(409, Some("uniqueness"));
        assert!(detail.contains("externalId") && detail.contains("00u-ana"), "{detail}");
        let taken = json!([{"op": "replace", "path": "userName", "value": "BEN@example.com"}]);
        door.patch(&path, taken).await.refused(409, Some("uniqueness"));
        let taken = json!([{"op": "replace", "path": "externalId", "value": "00u-ben"}]);
        door.patch(&path, taken).await.refused(409, Some("uniqueness"));
        assert_eq!(door.trace().await, before);
        // Other letters are another external id (RFC 7643 §3.1: case-exact).
        body["externalId"] = json!("00U-ANA");
        door.post("/Users", &body).await.expect(201);
    });
}

#[test]
fn an_address_may_be_shared() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut body = person("ben");
        body["emails"] = person("ana")["emails"].clone();
        door.create("ana").await;
        door.post("/Users", &body).await.expect(201);
        let found = door.filter("emails.value eq \"ANA@example.com\"").await;
        assert_eq!(found.names(), ["ana@example.com", "ben@example.com"]);
    });
}

#[test]
fn a_name_that_was_given_up_is_free() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let renamed =
            json!([{"op": "replace", "path": "userName", "value": "ana.novak@example.com"}]);
        door.patch(&path, renamed).await.expect(200);
        let mut other = person("ana");
        other["externalId"] = json!("other");
        assert_ne!(format!("/Users/{}", door.post("/Users", &other).await.expect(201).id()), path);
        let back = json!([{"op": "replace", "path": "userName", "value": "ana@example.com"}]);
        door.patch(&path, back).await.refused(409, Some("uniqueness"));
    });
}

#[test]
fn a_deleted_persons_name_is_free_for_others() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let other = hub.second_door(&door, "okta").await;
        let ana = door.create("ana").await;
        other.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        door.delete(&ana).await.expect(204);
        // Another connection makes somebody of that name: another person, with a number of their own.
        let theirs = other.create("ana").await;
        assert_ne!(id_of(&ana), id_of(&theirs));
        let found = other.filter("userName eq \"ana@example.com\"").await;
        assert_eq!(found.names(), ["ana@example.com"]);
        // Now she cannot come back under it.
        let detail = door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        assert!(detail.contains("ana@example.com"), "{detail}");
        let mut body = person("ana");
        body["userName"] = json!("ana.novak@example.com");
        let back = door.post("/Users", &body).await.expect(201);
        assert_eq!(back.id(), id_of(&ana));
        // And the other way round: who comes back holds the name again.
        door.delete(&ana).await.expect(204);
        other.delete(&theirs).await.expect(204);
        assert_eq!(other.post("/Users", &person("ana")).await.expect(201).id(), id_of(&theirs));
        body["userName"] = json!("ANA@example.com");
        door.post("/Users", &body).await.refused(409, Some("uniqueness"));
        let detail = hub.employee(&door, &json!({"id": id_of(&ana)})).await;
        assert!(!detail.employee.status.is_active(), "a refusal leaves nothing");
    });
}

#[test]
fn of_several_deleted_people_of_a_name_the_last_one_comes_back() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let first = door.create("ana").await;
        door.delete(&first).await.expect(204);
        let policy = |coming_back| ConnectionPolicy { coming_back, ..ConnectionPolicy::default() };
        let (tenant, id) = (door.tenant(), door.connection);
        let set = async |coming_back| {
            let policy = policy(coming_back);
            let set = hub.app.set_connection_policy(tenant, Actor::System, id, policy).await;
            set.expect("the policy is set");
        };
        let named = |external_id: &str| {
            let mut body = person("ana");
            body["externalId"] = json!(external_id);
            body
        };
        set(ComingBack::ExternalId).await;
        hub.pass(60);
        let second = door.post("/Users", &named("second")).await.expect(201).id();
        assert_ne!(second, id_of(&first));
        door.delete(&format!("/Users/{second}")).await.expect(204);
        set(ComingBack::ExternalIdOrUserName).await;
        assert_eq!(door.post("/Users", &named("third")).await.expect(201).id(), second);
    });
}

#[test]
fn who_was_put_back_after_a_deletion_is_still_the_same_person() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        door.delete(&ana).await.expect(204);
        let id = id_of(&ana).parse().expect("an id");
        let put_back: Result<bool, rollcall_storage::StorageError> = hub
            .storage
            .write(door.tenant(), move |tx| {
                let person =
                    rollcall_storage::directory::employee::get(tx, id)?.expect("she is there");
                rollcall_storage::directory::employee::hold_user_name(tx, &person)
            })
            .await;
        assert!(put_back.expect("it is written"));
        let mut body = person("ana");
        body["externalId"] = json!("another");
        assert_eq!(door.post("/Users", &body).await.expect(201).id(), id_of(&ana));
    });
}

#[test]
fn moving_a_deleted_person_does_not_take_their_name_back() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        door.delete(&ana).await.expect(204);
        let unit = door.made.business_unit.id;
        let team = hub.app.create_team(door.tenant(), Actor::System, unit, "Sales").await;
        let id = id_of(&ana).parse().expect("an id");
        let team = team.expect("the team is made").id;
        let moved = hub.app.set_team(door.tenant(), Actor::System, id, team).await;
        moved.expect("she is moved");
        let other = hub.second_door(&door, "okta").await;
        other.create("ana").await;
        // Made local, she needs a name of her own to work here again.
        let removed =
            hub.app.remove_connection(door.tenant(), Actor::System, door.connection).await;
        removed.expect("it is removed");
        let active = rollcall_domain::employee::Status::Active;
        let refused = hub.app.set_status(door.tenant(), Actor::System, id, active).await;
        assert!(refused.expect_err("the name is taken").to_string().contains("taken"));
    });
}

#[test]
fn what_a_deleted_person_was_called_belongs_to_nobody_twice() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        door.delete(&ana).await.expect(204);
        let taken = json!([{"op": "replace", "path": "externalId", "value": "00u-ana"}]);
        door.patch(&ben, taken).await.refused(409, Some("uniqueness"));
        // One person's external id and another's name: nobody can say who is meant.
        let mut both = person("ana");
        both["userName"] = json!("ben@example.com");
        door.post("/Users", &both).await.refused(409, Some("uniqueness"));
        assert_eq!(
            format!("/Users/{}", door.post("/Users", &person("ana")).await.expect(201).id()),
            ana
        );
    });
}

#[test]
fn where_only_the_external_id_counts_a_name_brings_nobody_back() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let coming_back = ComingBack::ExternalId;
        let policy = ConnectionPolicy { coming_back, ..ConnectionPolicy::default() };
        let (tenant, id) = (door.tenant(), door.connection);
        let set = hub.app.set_connection_policy(tenant, Actor::System, id, policy).await;
        set.expect("the policy is set");
        let path = door.create("ana").await;
        door.delete(&path).await.expect(204);
        let mut other = person("ana");
        other["externalId"] = json!("another");
        let new = door.post("/Users", &other).await.expect(201);
        assert_ne!(format!("/Users/{}", new.id()), path);
        door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        door.delete(&format!("/Users/{}", new.id())).await.expect(204);
        let back = door.post("/Users", &person("ana")).await.expect(201);
        assert_eq!(format!("/Users/{}", back.id()), path);
    });
}

#[test]
fn whoever_a_removed_connection_managed_is_local_and_its_tokens_open_nothing() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let ana = door.create("ana").await;
        let sales = door.group("Sales", &[&ana]).await;
        let (tenant, id) = (door.tenant(), door.connection);
        let preview = hub.app.preview_removal(tenant, id).await.expect("it is told");
        assert_eq!((preview.people, preview.groups, preview.live_tokens), (1, 1, 1));
        door.get(&sales).await.expect(200);
        let people = hub.app.remove_connection(tenant, Actor::System, id).await;
        assert_eq!(people.expect("it is removed"), 1);
        door.get(&ana).await.refused(401, None);
        let detail = hub.employee(&door, &json!({"id": id_of(&ana)})).await;
        assert_eq!(detail.employee.managed_by, Source::Local);
        assert_eq!(detail.team.name, "Sales", "what was done stays");

        // Another connection of the same name does not take her back.
        let again = hub.second_door(&door, "okta").await;
        assert_eq!(again.get("/Users").await.json()["totalResults"], 0);
        again.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        again.group("Sales", &[]).await;
    });
}
