//! The journal of a connection: what each request did, and why one was refused.

use reqwest::Method;
use rollcall_app::journal::{RequestEntry, Ring};
use rollcall_domain::source::Actor;
use serde_json::json;

use crate::database::on_each_database;
use crate::door::{Door, person};
use crate::hub::Hub;

fn told(entries: &[RequestEntry]) -> Vec<String> {
    let line = |entry: &RequestEntry| {
        let (status, detail) = (entry.status, entry.detail.clone().unwrap_or_default());
        format!("{} {} {status} {} {detail}", entry.method, entry.target, entry.effect)
            .trim_end()
            .to_owned()
    };
    entries.iter().map(line).collect()
}

#[test]
fn each_request_tells_what_it_did() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.create("ana").await;
        let off = json!([{"op": "replace", "value": {"active": false}}]);
        door.patch(&path, off.clone()).await.expect(200);
        door.patch(&path, off).await.expect(200);
        door.filter("userName eq \"ana@example.com\"").await.expect(200);
        door.delete(&path).await.expect(204);
        door.post("/Users", &person("ana")).await.expect(201);
        let entries = hub.journal(&door, Ring::All).await.entries;
        assert_eq!(
            told(&entries),
            [
                "POST /Users 201 restored".to_owned(),
                format!("DELETE {path} 204 deleted"),
                "GET /Users?filter=userName+eq+%22ana%40example.com%22 200 found 1".to_owned(),
                format!("PATCH {path} 200 unchanged"),
                format!("PATCH {path} 200 deactivated"),
                "POST /Users 201 created".to_owned(),
            ]
        );
        let made = entries.last().unwrap();
        assert_eq!(format!("/Users/{}", made.resource.as_deref().unwrap()), path);
        assert!(made.sent.as_ref().unwrap().contains("ana@example.com"));
        hub.app.write_journal().await.unwrap();
        assert_eq!(hub.journal(&door, Ring::All).await.entries, entries, "written down, the same");
    });
}

#[test]
fn a_refusal_tells_why_and_stays_when_many_succeed() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        door.create("ana").await;
        let mut other = person("ana");
        other["externalId"] = json!("other");
        door.post("/Users", &other).await.expect(409);
        for _ in 0..3 {
            hub.app.write_journal().await.unwrap();
            for _ in 0..100 {
                door.get("/Users?count=0").await.expect(200);
            }
        }
        hub.app.write_journal().await.unwrap();
        let all = hub.journal(&door, Ring::All).await.entries;
        assert!(all.iter().all(|entry| entry.method == "GET"), "the ring went round");
        let refused = hub.journal(&door, Ring::Refused).await.entries;
        assert_eq!(
            told(&refused),
            ["POST /Users 409 refused Another user has the userName \"ana@example.com\"."]
        );
        assert_eq!(refused.first().unwrap().refusal.as_deref(), Some("uniqueness"));
    });
}

#[test]
fn secrets_are_not_in_it() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let mut body = person("ana");
        body["password"] = json!("1mz050nq");
        door.post("/Users", &body).await.expect(201);
        let broken = "{\"password\": \"1mz050nq\", ";
        Door::send(door.ask(Method::POST, "/Users").body(broken)).await.expect(400);
        let journal = format!("{:?}", hub.journal(&door, Ring::All).await);
        assert!(!journal.contains("1mz050nq"), "{journal}");
        hub.app.write_journal().await.unwrap();
        let journal = hub.journal(&door, Ring::All).await;
        let shown = format!("{journal:?}");
        assert!(!shown.contains("1mz050nq") && !shown.contains(&door.token), "{shown}");
        assert_eq!(journal.ignored, [("password".to_owned(), 1)]);
    });
}

#[test]
fn what_is_sent_in_vain_is_counted_also_after_a_restart() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut body = person("ana");
        body["shoeSize"] = json!(43);
        let operation = json!({"method": "POST", "path": "/Users", "bulkId": "a", "data": body});
        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [operation],
        });
        door.post("/Bulk", &bulk).await.expect(200);
        hub.app.write_journal().await.unwrap();
        body["userName"] = json!("ben@example.com");
        body["externalId"] = json!("ben");
        door.post("/Users", &body).await.expect(201);
        let journal = hub.journal(&door, Ring::All).await;
        assert_eq!(journal.ignored, [("shoeSize".to_owned(), 2)]);
        assert_eq!(journal.entries[1].effect, "1 operations done, 0 refused");
    });
}

#[test]
fn a_token_that_no_longer_works_is_told_to_its_tenant_only() {
    on_each_database(async |hub| {
        let (door, stranger) = (hub.door("okta").await, hub.door("okta").await);
        let detail = hub.app.connection(door.tenant(), door.connection).await.unwrap();
        let token = detail.tokens[0].id;
        let actor = Actor::System;
        hub.app.revoke_token(door.tenant(), actor, door.connection, token).await.unwrap();
        let revoked = door.get("/Users").await.expect(401);
        let nobody = Door { token: "rct_nobody".into(), ..door.clone() }.get("/Users").await;
        assert_eq!(revoked.text, nobody.text, "who presents it is told nothing more");
        assert_eq!(
            told(&hub.journal(&door, Ring::Refused).await.entries),
            ["GET /Users 401 refused The token was revoked at 2026-11-21T09:00:00.000Z."]
        );
        assert_eq!(hub.journal(&stranger, Ring::All).await.entries, []);
        let removed = hub.app.remove_connection(door.tenant(), actor, door.connection).await;
        assert_eq!(removed.unwrap(), 0);
        hub.app.write_journal().await.unwrap();
        let gone = hub.app.requests(door.tenant(), door.connection, Ring::All, 9).await;
        assert!(gone.is_err(), "{gone:?}");
    });
}

impl Hub {
    pub(crate) async fn journal(&self, door: &Door, ring: Ring) -> rollcall_app::journal::Requests {
        self.app.requests(door.tenant(), door.connection, ring, 1_000).await.unwrap()
    }
}

#[test]
fn members_whom_nobody_knows_are_told() {
    on_each_database(async |hub| {
        let door = hub.door("entra").await;
        let ana = door.create("ana").await;
        let nobody = "/Users/019ab0c1-d2e3-7000-8000-ffffffffffff";
        door.group("Agents", &[&ana, nobody]).await;
        let entries = hub.journal(&door, Ring::All).await.entries;
        assert_eq!(
            told(&entries)[0],
            "POST /Groups 201 created 1 of its members are not known here and wait until they are: \
             019ab0c1-d2e3-7000-8000-ffffffffffff."
        );
        assert_eq!(hub.journal(&door, Ring::Refused).await.entries, []);
    });
}

#[test]
fn a_character_that_cannot_be_kept_costs_nobody_their_journal() {
    on_each_database(async |hub| {
        let (door, other) = (hub.door("rfc").await, hub.door("okta").await);
        door.filter("userName eq \"a\0b\"").await.expect(400);
        door.create("ana").await;
        other.create("ben").await;
        hub.app.write_journal().await.unwrap();
        let written = hub.journal(&other, Ring::All).await.entries;
        assert_eq!(told(&written), ["POST /Users 201 created"]);
        let written = told(&hub.journal(&door, Ring::All).await.entries);
        assert_eq!(written.len(), 2);
        assert!(written[1].contains("a\u{fffd}b") && !written[1].contains('\0'), "{written:?}");
    });
}
