//! `/Me`: the owner of an access key, and nobody for every other token.

use reqwest::Method;
use serde_json::json;

use crate::database::on_each_database;
use crate::door::{Door, person};

#[test]
fn a_connections_token_stands_for_nobody() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let before = door.trace().await;
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for path in ["/Me", "/Me/", "/Me?attributes=userName"] {
                let request = door.ask(method.clone(), path).body(person("ana").to_string());
                let detail = Door::send(request).await.refused(501, None);
                assert!(detail.contains("/Users"), "{detail}");
            }
        }
        assert_eq!(door.trace().await, before);
    });
}

#[test]
fn a_keys_token_stands_for_its_owner() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        let key = hub.key(&door, "ana@example.com").await;
        let mine = hub.by_key(&door, &key).await;
        let me = mine.get("/Me").await.expect(200);
        assert_eq!(me.text, door.get(&path).await.text);
        let title = json!([{"op": "add", "path": "title", "value": "Lead"}]);
        assert_eq!(mine.patch("/Me", title).await.expect(200).json()["title"], "Lead");
        let put = mine.put("/Me", &person("ana")).await.expect(200).json();
        assert_eq!(put.get("title"), None);
        mine.post("/Me", &person("ben")).await.refused(501, None);
        mine.delete("/Me").await.expect(204);
        door.get(&path).await.refused(404, None);
        mine.get("/Me").await.refused(401, None);
    });
}

#[test]
fn an_owner_whom_the_connection_does_not_see_is_not_told() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        door.create("ana").await;
        let other = hub.second_door(&door, "rfc").await;
        let key = hub.key(&other, "ana@example.com").await;
        let answer = hub.by_key(&other, &key).await.get("/Me").await;
        let detail = answer.refused(404, None);
        assert!(!detail.contains("ana"), "{detail}");
    });
}
