//! Versions: ETag, If-Match, If-None-Match (RFC 7644 §3.14).

use reqwest::Method;
use serde_json::json;

use crate::database::on_each_database;
use crate::door::{Door, patch, person};

#[test]
fn each_change_is_a_version() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        for version in 2..5 {
            let title = json!([{"op": "replace", "path": "title", "value": format!("T{version}")}]);
            let changed = door.patch(&path, title).await.expect(200);
            let tag = format!("W/\"{version}\"");
            assert_eq!(changed.header("etag"), tag);
            assert_eq!(changed.json()["meta"]["version"], tag);
            assert_eq!(door.get(&path).await.header("etag"), tag);
        }
    });
}

#[test]
fn a_change_of_an_old_version_is_refused() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let title = json!([{"op": "replace", "path": "title", "value": "First"}]);
        door.patch(&path, title).await.expect(200);
        let before = door.trace().await;
        let second = patch(&json!([{"op": "replace", "path": "title", "value": "Second"}]));
        for tag in ["W/\"1\"", "\"1\"", "W/\"3\"", "W/\"9\", W/\"1\"", "nonsense", "", "W/\"02\""] {
            for request in [
                door.ask(Method::PATCH, &path).body(second.to_string()),
                door.ask(Method::PUT, &path).body(person("ben").to_string()),
                door.ask(Method::DELETE, &path),
            ] {
                let answer = Door::send(request.header("if-match", tag)).await;
                let detail = answer.refused(412, None);
                assert!(detail.contains("W/\"2\""), "{detail}");
            }
        }
        assert_eq!(door.trace().await, before);
        for (version, tag) in [(3, "W/\"2\""), (4, "W/\"1\", W/\"3\""), (5, "*"), (6, "\"5\"")] {
            let title = json!([{"op": "replace", "path": "title", "value": tag}]);
            let request = door.ask(Method::PATCH, &path).body(patch(&title).to_string());
            let answer = Door::send(request.header("if-match", tag)).await.expect(200);
            assert_eq!(answer.header("etag"), format!("W/\"{version}\""));
        }
        let request = door.ask(Method::DELETE, &path).header("if-match", "W/\"6\"");
        Door::send(request).await.expect(204);
        let request = door.ask(Method::DELETE, &path).header("if-match", "*");
        Door::send(request).await.refused(404, None);
    });
}

#[test]
fn who_has_the_version_gets_no_body() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        for (tag, status) in
            [("W/\"1\"", 304), ("*", 304), ("W/\"7\", W/\"1\"", 304), ("W/\"2\"", 200), ("x", 200)]
        {
            let request = door.ask(Method::GET, &path).header("if-none-match", tag);
            let answer = Door::send(request).await.expect(status);
            assert_eq!(answer.header("etag"), "W/\"1\"");
            assert_eq!(answer.text.is_empty(), status == 304, "{tag}");
        }
    });
}
