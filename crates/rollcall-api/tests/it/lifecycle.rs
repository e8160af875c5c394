//! A person's life: created, read, changed, replaced, deleted. Each test ends with everything that left the
//! building.

use serde_json::json;

use crate::database::on_each_database;
use crate::door::{USER, person};

#[test]
fn a_creation_is_answered_recorded_and_due() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let before = door.trace().await;
        let created = door.post("/Users", &person("ana")).await;
        let left = door.left(&before, &created).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(left, @r#"
        201
        content-type: application/scim+json
        etag: W/"1"
        location: http://host/scim/v2/Users/<1>
          active = true
          emails = [{"primary":true,"type":"work","value":"ana@example.com"}]
          externalId = "00u-ana"
          id = "<1>"
          meta = {"created":"2026-11-21T09:00:00.000Z","lastModified":"2026-11-21T09:00:00.000Z","location":"http://host/scim/v2/Users/<1>","resourceType":"User","version":"W/\"1\""}
          name = {"familyName":"ana","givenName":"Ana"}
          schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
          userName = "ana@example.com"
        audit: employee.created of Ana ana by scim:<2>
          after agentNumber = 100001
          after email = "ana@example.com"
          after externalId = "00u-ana"
          after firstName = "Ana"
          after lastName = "ana"
          after managedBy = "scim:<2>"
          after primaryRole = "<3>"
          after status = "active"
          after team = "<4>"
          after userName = "ana@example.com"
        due: <1>, generation 1
        "#);
        }
        let path = created.header("location").strip_prefix(&door.base_url).expect("it is here");
        let read = door.get(path).await.expect(200);
        assert_eq!(read.text, created.text);
        assert_eq!(read.header("etag"), "W/\"1\"");
        assert_eq!(door.get("/Users").await.names(), ["ana@example.com"]);
    });
}

#[test]
fn a_change_records_what_it_changed_and_nothing_else() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        hub.pass(60);
        let before = door.trace().await;
        let changed = door
            .patch(
                &path,
                json!([
                    {"op": "replace", "path": "name.familyName", "value": "Novak"},
                    {"op": "add", "path": "title", "value": "Team lead"},
                    {"op": "replace", "path": "active", "value": false},
                ]),
            )
            .await;
        let left = door.left(&before, &changed).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(left, @r#"
        200
        content-type: application/scim+json
        etag: W/"2"
          active = false
          emails = [{"primary":true,"type":"work","value":"ana@example.com"}]
          externalId = "00u-ana"
          id = "<1>"
          meta = {"created":"2026-11-21T09:00:00.000Z","lastModified":"2026-11-21T09:01:00.000Z","location":"http://host/scim/v2/Users/<1>","resourceType":"User","version":"W/\"2\""}
          name = {"familyName":"Novak","givenName":"Ana"}
          schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
          title = "Team lead"
          userName = "ana@example.com"
        audit: employee.changed_by_provider of Ana Novak by scim:<2>
          before lastName = "ana"
          before scim.name = {"familyName":"ana","givenName":"Ana"}
          before scim.title = null
          before status = "active"
          after lastName = "Novak"
          after scim.name = {"familyName":"Novak","givenName":"Ana"}
          after scim.title = "Team lead"
          after status = "inactive"
        due: <1>, generation 2
        "#);
        }
        assert_eq!(door.get(&path).await.text, changed.text);
    });
}

#[test]
fn a_change_of_what_only_the_client_keeps_is_recorded_too() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let before = door.trace().await;
        let changed =
            door.patch(&path, json!([{"op": "add", "path": "locale", "value": "en-GB"}])).await;
        let left = door.left(&before, &changed).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(left, @r#"
        200
        content-type: application/scim+json
        etag: W/"2"
          active = true
          emails = [{"primary":true,"type":"work","value":"ana@example.com"}]
          externalId = "00u-ana"
          id = "<1>"
          locale = "en-GB"
          meta = {"created":"2026-11-21T09:00:00.000Z","lastModified":"2026-11-21T09:00:00.000Z","location":"http://host/scim/v2/Users/<1>","resourceType":"User","version":"W/\"2\""}
          name = {"familyName":"ana","givenName":"Ana"}
          schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
          userName = "ana@example.com"
        audit: employee.changed_by_provider of Ana ana by scim:<2>
          before scim.locale = null
          after scim.locale = "en-GB"
        due: <1>, generation 2
        "#);
        }
    });
}

#[test]
fn a_change_that_changes_nothing_leaves_nothing() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let created = door.get(&path).await;
        hub.pass(60);
        let before = door.trace().await;
        let same = json!([
            {"op": "replace", "path": "active", "value": true},
            {"op": "replace", "path": "name.givenName", "value": "Ana"},
            {"op": "remove", "path": "title"},
        ]);
        let patched = door.patch(&path, same).await.expect(200);
        let put = door.put(&path, &person("ana")).await.expect(200);
        for answer in [patched, put] {
            assert_eq!(answer.text, created.text);
            assert_eq!(answer.header("etag"), "W/\"1\"");
        }
        assert_eq!(door.trace().await, before);
    });
}

#[test]
fn a_replacement_puts_one_resource_in_the_place_of_another() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut first = person("ana");
        first["title"] = json!("Agent");
        let path = format!("/Users/{}", door.post("/Users", &first).await.expect(201).id());
        let mut second = person("ana");
        second["nickName"] = json!("Annie");
        let replaced = door.put(&path, &second).await.expect(200).json();
        assert_eq!(replaced.get("title"), None);
        assert_eq!(replaced["nickName"], "Annie");
        assert_eq!(replaced["meta"]["version"], "W/\"2\"");
        assert_eq!(replaced["schemas"], json!([USER]));
    });
}

#[test]
fn a_replacement_that_does_not_say_leaves_people_as_active_as_they_are() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let mut silent = person("ana");
        silent.as_object_mut().expect("it is an object").remove("active");
        assert_eq!(door.put(&path, &silent).await.expect(200).json()["active"], true);
        let off = json!([{"op": "replace", "path": "active", "value": false}]);
        door.patch(&path, off).await.expect(200);
        silent["title"] = json!("Agent");
        assert_eq!(door.put(&path, &silent).await.expect(200).json()["active"], false);
        silent["active"] = json!(null);
        assert_eq!(door.put(&path, &silent).await.expect(200).json()["active"], false);
    });
}

#[test]
fn a_creation_may_say_that_a_person_is_inactive() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut body = person("ana");
        body["active"] = json!(false);
        assert_eq!(door.post("/Users", &body).await.expect(201).json()["active"], false);
        body = person("ben");
        body.as_object_mut().expect("it is an object").remove("active");
        assert_eq!(door.post("/Users", &body).await.expect(201).json()["active"], true);
    });
}

#[test]
fn an_id_never_changes() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let mut body = door.get(&ben).await.json();
        door.put(&ana, &body).await.refused(400, Some("mutability"));
        body = door.get(&ana).await.json();
        body["title"] = json!("Agent");
        door.put(&ana, &body).await.expect(200);
        let renamed = json!([{"op": "replace", "value": {"id": "1", "meta": {"created": "1999-01-01T00:00:00Z"}}}]);
        let same = door.patch(&ana, renamed).await.expect(200).json();
        assert_eq!(format!("/Users/{}", same["id"].as_str().expect("an id")), ana);
        assert_eq!(same["meta"]["created"], body["meta"]["created"]);
    });
}

#[test]
fn a_deletion_deactivates_and_hides() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        hub.pass(60);
        let before = door.trace().await;
        let deleted = door.delete(&path).await;
        let left = door.left(&before, &deleted).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(left, @r#"
        204
        audit: employee.deleted_by_provider of Ana ana by scim:<1>
          before status = "active"
          after status = "inactive"
        due: <2>, generation 2
        "#);
        }

        let gone = door.get(&path).await;
        gone.refused(404, None);
        let on = json!([{"op": "replace", "path": "active", "value": true}]);
        for answer in [
            door.put(&path, &person("ana")).await,
            door.patch(&path, on).await,
            door.delete(&path).await,
            door.get("/Users/019ab0c1-d2e3-7000-8000-ffffffffffff").await,
            door.get("/Users/nobody").await,
            door.get("/Users/%FF").await,
            door.get("/Users/%00").await,
        ] {
            assert_eq!((answer.status, &answer.text), (404, &gone.text));
        }
        for filter in
            ["userName eq \"ana@example.com\"", "externalId eq \"00u-ana\"", "active eq false"]
        {
            assert_eq!(door.filter(filter).await.expect(200).json()["totalResults"], 0, "{filter}");
        }
        assert_eq!(door.get("/Users").await.json()["totalResults"], 0);
    });
}
