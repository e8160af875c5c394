//! Security events: written with the change, given to who asks, kept until they are acknowledged.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use rollcall_app::security_event::{EVENT_URIS, NewDelivery, NewStream};
use rollcall_domain::EventStreamId;
use rollcall_domain::source::Actor;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::database::on_each_database;
use crate::door::{Door, id_of, member, person};
use crate::hub::Hub;

const EVENT: &str = "urn:ietf:params:scim:event:";

/// A receiver that asks.
struct Receiver {
    id: EventStreamId,
    door: Door,
}

impl Hub {
    async fn receiver(&self, door: &Door, events: &[&str]) -> Receiver {
        let new = NewStream {
            name: "Audit".into(),
            delivery: NewDelivery::Poll,
            audience: "https://audit.example.com".into(),
            issuer: "https://hub.example.com/scim/v2".into(),
            events: events.iter().map(|name| format!("{EVENT}{name}")).collect(),
        };
        let made = self.app.create_event_stream(door.tenant(), Actor::System, new).await;
        let made = made.expect("the receiver is made");
        let token = made.token.expect("it has a token").expose_secret().to_owned();
        Receiver { id: made.stream.id, door: Door { token, ..door.clone() } }
    }
}

impl Receiver {
    async fn poll(&self, body: &Value) -> Answer {
        let request = self.door.ask(Method::POST, &format!("/Events/{}", self.id));
        Door::send(request.body(body.to_string())).await
    }

    /// The claims of all events that wait, in order, which are acknowledged.
    async fn all(&self) -> Vec<Value> {
        let polled = self.poll(&json!({"returnImmediately": true})).await.expect(200).json();
        let sets = polled["sets"].as_object().expect("an object").clone();
        let ids: Vec<&String> = sets.keys().collect();
        let done = self.poll(&json!({"returnImmediately": true, "ack": ids})).await.expect(200);
        assert_eq!(done.json(), json!({"sets": {}}));
        sets.values().map(|set| claims(set.as_str().expect("a text"))).collect()
    }
}

fn claims(set: &str) -> Value {
    let part = set.split('.').nth(1).expect("it has claims");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
}

/// The one event of some claims, with its name.
fn events(claims: &Value) -> Vec<(&str, &Value)> {
    let events = claims["events"].as_object().expect("an object");
    let named = events.iter().map(|(uri, payload)| (uri.strip_prefix(EVENT).unwrap(), payload));
    named.collect()
}

fn names(claims: &[Value]) -> Vec<Vec<&str>> {
    claims.iter().map(|one| events(one).into_iter().map(|(name, _)| name).collect()).collect()
}

#[test]
fn what_happens_to_a_person_is_told_in_order_and_in_whole() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let before = door.create("early").await;
        let all: Vec<&str> =
            EVENT_URIS.iter().map(|uri| uri.strip_prefix(EVENT).expect("a prefix")).collect();
        let receiver = hub.receiver(&door, &all).await;
        let path = door.create("ana").await;
        let title = json!([{"op": "add", "path": "title", "value": "Lead"}]);
        door.patch(&path, title.clone()).await.expect(200);
        door.patch(&path, title).await.expect(200);
        let off = json!([{"op": "replace", "path": "active", "value": false}]);
        door.patch(&path, off).await.expect(200);
        door.delete(&path).await.expect(204);
        door.post("/Users", &person("ana")).await.expect(201);
        door.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
        let told = receiver.all().await;
        assert_eq!(
            names(&told),
            [
                vec!["prov:activate", "prov:create:full"],
                vec!["prov:patch:full"],
                vec!["prov:deactivate", "prov:patch:full"],
                vec!["prov:delete"],
                vec!["feed:add", "prov:activate", "prov:create:full"],
            ]
        );
        let first = &told[0];
        assert_eq!(first["iss"], "https://hub.example.com/scim/v2");
        assert_eq!(first["aud"], "https://audit.example.com");
        assert_eq!(first["iat"], 1_795_251_600);
        assert!(first["jti"].is_string() && first["txn"].is_string() && first.get("sub").is_none());
        assert_eq!(
            first["sub_id"],
            json!({"format": "scim", "uri": path, "externalId": "00u-ana"})
        );
        let created = events(first)[1].1;
        assert_eq!(created["version"], "W/\"1\"");
        assert_eq!(
            (&created["data"]["id"], &created["data"]["userName"]),
            (&json!(id_of(&path)), &json!("ana@example.com"))
        );
        let changed = events(&told[1])[0].1;
        let operations = &changed["data"]["Operations"];
        assert_eq!(*operations, json!([{"op": "replace", "path": "title", "value": "Lead"}]));
        assert!(!told.iter().any(|one| one["sub_id"]["uri"] == before), "nothing of before");
    });
}

#[test]
fn a_receiver_is_told_by_name_only_if_it_wants_no_more() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let receiver = hub.receiver(&door, &["prov:patch:notice", "prov:deactivate"]).await;
        let path = door.create("ana").await;
        let change = json!([
            {"op": "add", "path": "title", "value": "Lead"},
            {"op": "replace", "path": "active", "value": false},
        ]);
        door.patch(&path, change).await.expect(200);
        let told = receiver.all().await;
        assert_eq!(names(&told), [vec!["prov:deactivate", "prov:patch:notice"]]);
        let notice = events(&told[0])[1].1;
        let mut attributes = notice["attributes"].as_array().expect("a list").clone();
        attributes.sort_by_key(ToString::to_string);
        assert_eq!(attributes, [json!("active"), json!("title")]);
        assert_eq!(notice.get("data"), None);
    });
}

#[test]
fn groups_tell_who_comes_and_goes() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        let receiver =
            hub.receiver(&door, &["prov:create:full", "prov:patch:full", "prov:delete"]).await;
        let path = door.group("Sales", &[&ana]).await;
        let gone = format!("members[value eq \"{}\"]", id_of(&ana));
        let operations = json!([
            {"op": "remove", "path": gone},
            {"op": "add", "path": "members", "value": [member(&ben)]},
        ]);
        door.patch(&path, operations.clone()).await.expect(200);
        door.delete(&path).await.expect(204);
        let told = receiver.all().await;
        assert_eq!(
            names(&told),
            [vec!["prov:create:full"], vec!["prov:patch:full"], vec!["prov:delete"]]
        );
        let created = &events(&told[0])[0].1["data"];
        assert_eq!(
            (&created["displayName"], &created["members"]),
            (&json!("Sales"), &json!([member(&ana)]))
        );
        assert_eq!(events(&told[1])[0].1["data"]["Operations"], operations);
        assert!(told.iter().all(|one| one["sub_id"]["uri"] == path), "{told:?}");
    });
}

#[test]
fn events_wait_until_they_are_acknowledged() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let receiver = hub.receiver(&door, &["prov:create:notice"]).await;
        for name in ["ana", "ben", "cyd"] {
            door.create(name).await;
        }
        let ask = json!({"returnImmediately": true, "maxEvents": 2});
        let first = receiver.poll(&ask).await.expect(200);
        assert_eq!(first.header("content-type"), "application/json");
        let polled = first.json();
        assert_eq!(
            (polled["sets"].as_object().map(|sets| sets.len()), &polled["moreAvailable"]),
            (Some(2), &json!(true))
        );
        assert_eq!(
            receiver.poll(&ask).await.json()["sets"].as_object().map(|sets| sets.len()),
            Some(2),
            "not yet"
        );
        let ids: Vec<&String> = polled["sets"].as_object().expect("an object").keys().collect();
        let more = json!({
            "returnImmediately": true, "ack": [ids[0], "none"],
            "setErrs": {(ids[1].as_str()): {"err": "invalid_audience", "description": "no"}},
        });
        let rest = receiver.poll(&more).await.expect(200).json();
        assert_eq!(rest["sets"].as_object().map(|sets| sets.len()), Some(1));
        assert_eq!(rest.get("moreAvailable"), None);
        let only = json!({"maxEvents": 0, "ack": rest["sets"].as_object().unwrap().keys().collect::<Vec<_>>()});
        assert_eq!(receiver.poll(&only).await.expect(200).json(), json!({"sets": {}}));
        for wrong in [
            json!({"ack": 1}),
            json!({"maxEvents": "x"}),
            json!({"setErrs": []}),
            json!({"returnImmediately": 1}),
        ] {
            receiver.poll(&wrong).await.refused(400, Some("invalidSyntax"));
        }
    });
}

#[test]
fn who_waits_hears_at_once() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let receiver = hub.receiver(&door, &["prov:create:notice"]).await;
        let ask = json!({});
        let (heard, _) = tokio::join!(receiver.poll(&ask), async { door.create("ana").await });
        assert_eq!(heard.expect(200).json()["sets"].as_object().map(|sets| sets.len()), Some(1));
    });
}

#[test]
fn a_receivers_token_opens_its_stream_and_nothing_else() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let (one, two) = (
            hub.receiver(&door, &["prov:delete"]).await,
            hub.receiver(&door, &["prov:delete"]).await,
        );
        let ask = json!({"returnImmediately": true});
        one.door.get("/Users").await.refused(401, None);
        let other = Receiver { id: two.id, door: one.door.clone() };
        other.poll(&ask).await.refused(404, None);
        let stranger = Receiver { id: one.id, door: door.clone() };
        stranger.poll(&ask).await.refused(401, None);
        one.poll(&ask).await.expect(200);
        let ended = hub.app.end_event_stream(door.tenant(), Actor::System, one.id).await;
        ended.expect("it is ended");
        one.poll(&ask).await.refused(401, None);
        two.poll(&ask).await.expect(200);
    });
}

#[test]
fn each_operation_that_is_done_later_is_told() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let receiver = hub.receiver(&door, &["misc:asyncresp"]).await;
        hub.begin_work();
        let operations = json!([
            {"method": "POST", "path": "/Users", "bulkId": "ana", "data": person("ana")},
            {"method": "DELETE", "path": "/Users/none"},
        ]);
        let request = door.ask(Method::POST, "/Bulk").header("prefer", "respond-async, wait=30");
        let body = json!({"Operations": operations}).to_string();
        let done = Door::send(request.body(body)).await.expect(200).json();
        let told = receiver.all().await;
        assert_eq!(names(&told), [vec!["misc:asyncresp"], vec!["misc:asyncresp"]]);
        let transactions: Vec<&str> = told.iter().map(|one| one["txn"].as_str().unwrap()).collect();
        let request = transactions[0].strip_suffix(":0").expect("the first operation");
        assert_eq!(transactions[1], format!("{request}:1"));
        let made = done["Operations"][0]["location"].as_str().expect("it was made");
        assert!(made.ends_with(told[0]["sub_id"]["uri"].as_str().expect("a path")));
        assert_eq!(
            *events(&told[0])[0].1,
            json!({"method": "POST", "bulkId": "ana", "version": "W/\"1\"", "status": "201"})
        );
        let refused = events(&told[1])[0].1;
        assert_eq!(
            (&refused["status"], &refused["response"]["status"]),
            (&json!("404"), &json!("404"))
        );
    });
}

#[test]
fn a_receiver_that_falls_behind_is_paused_and_told_so() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let receiver = hub.receiver(&door, &["prov:create:notice"]).await;
        door.create("ana").await;
        hub.app.check_event_streams().await.expect("it is checked");
        hub.pass(8 * 24 * 3_600);
        hub.app.check_event_streams().await.expect("it is checked");
        let paused = hub.app.event_streams(door.tenant()).await.expect("they are listed");
        let (_, reason) = paused[0].stream.paused.clone().expect("it is paused");
        assert!(reason.contains("7 days"), "{reason}");
        door.create("ben").await;
        let polled = receiver.poll(&json!({"returnImmediately": true})).await.expect(200).json();
        let sets: Vec<Value> = polled["sets"]
            .as_object()
            .unwrap()
            .values()
            .map(|set| claims(set.as_str().unwrap()))
            .collect();
        assert_eq!(sets.len(), 2, "ana, and that it is paused; not ben");
        let told =
            &sets[1]["events"]["https://schemas.openid.net/secevent/ssf/event-type/stream-updated"];
        assert_eq!(told["status"], "paused");
        let resumed = hub.app.resume_event_stream(door.tenant(), Actor::System, receiver.id).await;
        resumed.expect("it goes on");
        door.create("cyd").await;
        let all = receiver.all().await;
        assert_eq!(all.len(), 2, "that it goes on, and cyd");
        assert_eq!(all[0]["events"][STREAM_UPDATED]["status"], "enabled");
    });
}

const STREAM_UPDATED: &str = "https://schemas.openid.net/secevent/ssf/event-type/stream-updated";

/// RFC 8936 has no way to ask for what was dropped; a receiver can only be told that it was.
#[test]
fn a_receiver_that_was_off_is_told_from_when_to_when() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let receiver = hub.receiver(&door, &["prov:create:notice"]).await;
        let (tenant, id) = (door.tenant(), receiver.id);
        let missed = async || {
            let detail = hub.app.event_stream(tenant, id).await.expect("it is there");
            detail.stream.missed.map(|missed| (missed.from, missed.until))
        };
        door.create("ana").await;
        hub.pass(60);
        let resume = async || hub.app.resume_event_stream(tenant, Actor::System, id).await;
        resume().await.expect("it is on");
        assert_eq!((missed().await, receiver.all().await.len()), (None, 1), "nothing is dropped");
        let again = hub.app.now();
        door.create("ben").await;
        hub.pass(60);
        hub.app.switch_off_event_stream(tenant, Actor::System, id).await.expect("it is off");
        assert_eq!(missed().await, Some((again, None)), "what waited counts");
        door.create("cyd").await;
        hub.pass(60);
        resume().await.expect("it goes on");
        let now = hub.app.now();
        assert_eq!(missed().await, Some((again, Some(now))));
        door.create("dan").await;
        let told = receiver.all().await;
        assert_eq!(told.len(), 2, "that it lacks something comes first");
        let reason = told[0]["events"][STREAM_UPDATED]["reason"].as_str().expect("a reason");
        let (from, until) =
            (rollcall_domain::time::to_text(again), rollcall_domain::time::to_text(now));
        assert!(reason.contains(&from) && reason.contains(&until), "{reason}");
        assert_eq!(names(&told[1..]), [vec!["prov:create:notice"]]);
    });
}

#[test]
fn people_of_a_removed_connection_leave_the_feed() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let (ana, ben) = (door.create("ana").await, door.create("ben").await);
        door.delete(&ben).await.expect(204);
        let receiver = hub.receiver(&door, &["feed:remove"]).await;
        let removed = hub.app.remove_connection(door.tenant(), Actor::System, door.connection);
        removed.await.expect("it is removed");
        let told = receiver.all().await;
        assert_eq!(names(&told), [vec!["feed:remove"]]);
        assert_eq!(told[0]["sub_id"]["uri"], ana);
    });
}

#[test]
fn one_tenants_events_are_not_anothers() {
    on_each_database(async |hub| {
        let (door, other) = (hub.door("rfc").await, hub.door("rfc").await);
        let receiver = hub.receiver(&door, &["prov:create:notice"]).await;
        let theirs = hub.receiver(&other, &["prov:create:notice"]).await;
        door.create("ana").await;
        assert_eq!(theirs.all().await.len(), 0);
        assert_eq!(receiver.all().await.len(), 1);
    });
}

#[test]
fn what_cannot_be_a_receiver_is_refused() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let sound = NewStream {
            name: "Audit".into(),
            delivery: NewDelivery::Poll,
            audience: "a".into(),
            issuer: "https://hub.example.com/scim/v2".into(),
            events: vec![format!("{EVENT}prov:delete")],
        };
        let push = |endpoint: &str| NewDelivery::Push { endpoint: endpoint.into(), token: None };
        for wrong in [
            NewStream { name: " ".into(), ..sound.clone() },
            NewStream { audience: "x".repeat(1_001), ..sound.clone() },
            NewStream { issuer: "hub".into(), ..sound.clone() },
            NewStream { events: vec![], ..sound.clone() },
            NewStream { events: vec![format!("{EVENT}prov:put:full")], ..sound.clone() },
            NewStream { delivery: push("ftp://x"), ..sound.clone() },
        ] {
            let made = hub.app.create_event_stream(door.tenant(), Actor::System, wrong).await;
            made.expect_err("it is refused");
        }
        for _ in 0..10 {
            let made =
                hub.app.create_event_stream(door.tenant(), Actor::System, sound.clone()).await;
            made.expect("it is made");
        }
        let made = hub.app.create_event_stream(door.tenant(), Actor::System, sound).await;
        made.expect_err("there are enough");
    });
}

#[test]
fn the_configuration_tells_of_events_once_somebody_subscribed() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let config = async || door.get("/ServiceProviderConfig").await.expect(200).json();
        assert_eq!(
            config().await.get("securityEvents"),
            None,
            "older clients refuse what they do not know"
        );
        hub.receiver(&door, &["prov:delete"]).await;
        let told = json!({"asyncRequest": "request", "eventUris": EVENT_URIS});
        assert_eq!(config().await["securityEvents"], told);
    });
}
