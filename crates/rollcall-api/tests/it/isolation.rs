//! Two tenants, and two connections of one tenant, with equal data: nobody sees anything of another, not
//! even that it is there.

use std::time::{Duration, Instant};

use reqwest::Method;
use rollcall_app::journal::Ring;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::database::on_each_database;
use crate::door::{Door, patch, person};
use crate::hub::Hub;

/// A life of three people, with every kind of request; what was answered, in a form without ids.
async fn transcript(door: &Door) -> Vec<(u16, String)> {
    let mut said = Vec::new();
    let mut paths = Vec::new();
    for name in ["ana", "ben", "carl"] {
        let created = door.post("/Users", &person(name)).await;
        paths.push(format!("/Users/{}", created.id()));
        said.push(created);
    }
    let title = json!([{"op": "add", "path": "title", "value": "Agent"}]);
    said.push(door.patch(&paths[0], title).await);
    said.push(door.put(&paths[1], &person("ben2")).await);
    said.push(door.delete(&paths[2]).await);
    said.push(door.post("/Users", &person("ana")).await);
    for query in [
        "",
        "?startIndex=2&count=1",
        "?count=0",
        "?filter=active+eq+true",
        "?filter=externalId+eq+%2200u-ana%22",
        "?filter=userName+eq+%22ana@example.com%22",
        "?filter=emails+eq+%22ana@example.com%22",
        "?filter=userName+eq+%22carl@example.com%22",
    ] {
        said.push(door.get(&format!("/Users{query}")).await);
    }
    for path in &paths {
        said.push(door.get(path).await);
    }
    let ids: Vec<&str> = paths.iter().filter_map(|path| path.rsplit('/').next()).collect();
    let plain = |answer: Answer| {
        let text = ids
            .iter()
            .enumerate()
            .fold(answer.text, |text, (number, id)| text.replace(id, &format!("<{number}>")));
        (answer.status, text)
    };
    said.into_iter().map(plain).collect()
}

#[test]
fn a_tenant_hears_the_same_whoever_else_is_there() {
    on_each_database(async |hub| {
        let (first, second) = (hub.door("rfc").await, hub.door("rfc").await);
        let alone = transcript(&first).await;
        assert_eq!(transcript(&second).await, alone);
    });
}

/// Every request that names another's person, and what it is answered.
async fn asked_about(door: &Door, path: &str, name: &str) -> Vec<(String, u16, String)> {
    let mut said = Vec::new();
    let body = person("x").to_string();
    let operations =
        patch(&json!([{"op": "replace", "path": "active", "value": false}])).to_string();
    for (method, body) in [
        (Method::GET, None),
        (Method::PUT, Some(body)),
        (Method::PATCH, Some(operations)),
        (Method::DELETE, None),
    ] {
        for header in ["", "if-match", "if-none-match"] {
            let mut request = door.ask(method.clone(), path);
            if !header.is_empty() {
                request = request.header(header, "W/\"1\"");
            }
            if let Some(body) = &body {
                request = request.body(body.clone());
            }
            let answer = Door::send(request).await;
            said.push((format!("{method} {header}"), answer.status, answer.text));
        }
    }
    let id = path.rsplit('/').next().expect("a path has parts");
    for filter in [
        format!("id eq \"{id}\""),
        format!("userName eq \"{name}@example.com\""),
        format!("externalId eq \"00u-{name}\""),
        format!("emails.value eq \"{name}@example.com\""),
        "active eq true".to_owned(),
        "externalId pr".to_owned(),
    ] {
        let answer = door.filter(&filter).await;
        said.push(("filter".to_owned(), answer.status, answer.text));
    }
    let list = door.get("/Users").await;
    said.push(("list".to_owned(), list.status, list.text));
    said
}

async fn check_stranger(hub: &Hub, owner: &Door, stranger: &Door) {
    let path = owner.create("ana").await;
    let untouched = owner.get(&path).await;
    let before = owner.trace().await;
    let about_somebody = asked_about(stranger, &path, "ana").await;
    let about_nobody =
        asked_about(stranger, "/Users/019ab0c1-d2e3-7000-8000-ffffffffffff", "nobody").await;
    assert_eq!(about_somebody, about_nobody);
    assert_eq!(owner.get(&path).await.text, untouched.text);
    assert_eq!(owner.trace().await, before);
    let journal = hub.journal(owner, Ring::All).await;
    assert!(journal.entries.iter().all(|entry| entry.status < 300), "{journal:?}");
}

#[test]
fn another_tenants_people_are_nobody() {
    on_each_database(async |hub| {
        let (owner, stranger) = (hub.door("rfc").await, hub.door("rfc").await);
        check_stranger(hub, &owner, &stranger).await;
        // The same names are free, and mean somebody else.
        let theirs = stranger.create("ana").await;
        stranger.delete(&theirs).await.expect(204);
        assert_eq!(owner.get("/Users").await.names(), ["ana@example.com"]);
    });
}

#[test]
fn another_connections_people_are_nobody() {
    on_each_database(async |hub| {
        let owner = hub.door("rfc").await;
        let stranger = hub.second_door(&owner, "rfc").await;
        check_stranger(hub, &owner, &stranger).await;
    });
}

#[test]
fn connections_of_a_tenant_share_its_user_names_and_not_their_external_ids() {
    on_each_database(async |hub| {
        let okta = hub.door("okta").await;
        let entra = hub.second_door(&okta, "entra").await;
        let path = okta.create("ana").await;
        let mut body = person("ana");
        entra.post("/Users", &body).await.refused(409, Some("uniqueness"));
        body["userName"] = json!("ana.entra@example.com");
        entra.post("/Users", &body).await.expect(201);
        let found = |answer: Answer| answer.json()["Resources"][0]["userName"].clone();
        let filter = "externalId eq \"00u-ana\"";
        assert_eq!(found(okta.filter(filter).await), "ana@example.com");
        assert_eq!(found(entra.filter(filter).await), "ana.entra@example.com");
        // A person whom one connection deleted does not come back through another.
        okta.delete(&path).await.expect(204);
        body = person("ana");
        body["externalId"] = Value::Null;
        let new = entra.post("/Users", &body).await.expect(201);
        assert_ne!(format!("/Users/{}", new.id()), path, "the name is free, the person is another");
        okta.post("/Users", &person("ana")).await.refused(409, Some("uniqueness"));
    });
}

/// As many lookups of each kind make a round.
const LOOKUPS: usize = 100;
/// A round is quiet if the medians differ by less than this. Noise makes single rounds loud; what leaks is
/// loud in all of them.
const QUIET: f64 = 1.25;
const ROUNDS_MAX: usize = 8;

async fn time_of(door: &Door, path: &str) -> Duration {
    let begun = Instant::now();
    door.get(path).await;
    begun.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// How much longer one kind of lookup takes than the other, the two in turns.
async fn difference(door: &Door, one: &str, other: &str) -> f64 {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..LOOKUPS {
        ones.push(time_of(door, one).await);
        others.push(time_of(door, other).await);
    }
    let (one, other) = (median(ones), median(others));
    (one / other).max(other / one)
}

#[test]
fn the_time_of_a_lookup_does_not_tell_whether_another_tenant_has_somebody() {
    on_each_database(async |hub| {
        let (owner, stranger) = (hub.door("rfc").await, hub.door("rfc").await);
        let theirs = owner.create("ana").await;
        // Both tenants have as many people: lists may take as long as one's own are.
        stranger.create("ben").await;
        let nobody = "/Users/019ab0c1-d2e3-7000-8000-ffffffffffff";
        let name = |name: &str| format!("/Users?filter=userName%20eq%20%22{name}%40example.com%22");
        let mail = |name: &str| format!("/Users?filter=emails%20eq%20%22{name}%40example.com%22");
        for (one, other) in
            [(theirs, nobody.to_owned()), (name("ana"), name("eve")), (mail("ana"), mail("eve"))]
        {
            let mut seen = Vec::new();
            while seen.iter().all(|difference| *difference > QUIET) {
                assert!(seen.len() < ROUNDS_MAX, "{one} and {other} differ: {seen:?}");
                seen.push(difference(&stranger, &one, &other).await);
            }
        }
    });
}
