//! Every route, asked by every kind of caller. A route that is missing from the table fails.

use jiff::SignedDuration;
use reqwest::Method;
use rollcall_api::ROUTES;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::database::{execute, on_each_database};
use crate::door::{Door, USER, patch, person};
use crate::hub::Hub;

/// A route with a method, what its owner is answered, and what the owner of another connection is: nothing
/// of what belongs to the first may show.
const TABLE: &[(&str, &str, u16, u16)] = &[
    ("/scim/v2/Users", "GET", 200, 200),
    ("/scim/v2/Users", "POST", 201, 201),
    ("/scim/v2/Users/{id}", "GET", 200, 404),
    ("/scim/v2/Users/{id}", "PUT", 200, 404),
    ("/scim/v2/Users/{id}", "PATCH", 200, 404),
    ("/scim/v2/Users/{id}", "DELETE", 204, 404),
    ("/scim/v2/Users/.search", "POST", 200, 200),
    ("/scim/v2/Groups", "GET", 200, 200),
    ("/scim/v2/Groups", "POST", 201, 201),
    ("/scim/v2/Groups/{id}", "GET", 200, 404),
    ("/scim/v2/Groups/{id}", "PUT", 200, 404),
    ("/scim/v2/Groups/{id}", "PATCH", 200, 404),
    ("/scim/v2/Groups/{id}", "DELETE", 204, 404),
    ("/scim/v2/Groups/.search", "POST", 200, 200),
    // Only where the connection's dialect is Okta's; see `okta.rs`.
    ("/scim/v2/Roles", "GET", 404, 404),
    ("/scim/v2/Roles/{id}", "GET", 404, 404),
    ("/scim/v2/Entitlements", "GET", 404, 404),
    ("/scim/v2/Entitlements/{id}", "GET", 404, 404),
    ("/scim/v2/.search", "POST", 200, 200),
    ("/scim/v2", "GET", 200, 200),
    ("/scim/v2/Bulk", "POST", 200, 200),
    ("/scim/v2/Bulk/{id}", "GET", 202, 404),
    // Receivers of events have tokens of their own; see `events.rs`.
    ("/scim/v2/Events/{id}", "POST", 401, 401),
    ("/scim/v2/Me", "GET", 501, 501),
    ("/scim/v2/Me", "POST", 501, 501),
    ("/scim/v2/Me", "PUT", 501, 501),
    ("/scim/v2/Me", "PATCH", 501, 501),
    ("/scim/v2/Me", "DELETE", 501, 501),
    ("/scim/v2/ServiceProviderConfig", "GET", 200, 200),
    ("/scim/v2/ResourceTypes", "GET", 200, 200),
    ("/scim/v2/ResourceTypes/{id}", "GET", 200, 200),
    ("/scim/v2/Schemas", "GET", 200, 200),
    ("/scim/v2/Schemas/{id}", "GET", 200, 200),
];

/// A request of the table: the path below the base, and a body where one belongs.
async fn sample(owner: &Door, route: &str, method: &str, number: usize) -> (String, Option<Value>) {
    let path = match route {
        "/scim/v2/Users/{id}" => owner.create(&format!("p{number}")).await,
        "/scim/v2/Groups/{id}" => owner.group(&format!("p{number}"), &[]).await,
        "/scim/v2/Bulk/{id}" => {
            let body = json!({"Operations": []}).to_string();
            let request = owner.ask(Method::POST, "/Bulk").header("prefer", "respond-async");
            let taken = Door::send(request.body(body)).await.expect(202);
            let location = taken.header("location").to_owned();
            location.strip_prefix(&owner.base_url).expect("it is here").to_owned()
        }
        "/scim/v2/Events/{id}" => "/Events/1".to_owned(),
        "/scim/v2/Roles/{id}" => "/Roles/1".to_owned(),
        "/scim/v2/Entitlements/{id}" => format!("/Entitlements/{}", owner.made.team.id),
        "/scim/v2/ResourceTypes/{id}" => "/ResourceTypes/User".to_owned(),
        "/scim/v2/Schemas/{id}" => format!("/Schemas/{USER}"),
        whole => whole.strip_prefix("/scim/v2").expect("every route stands there").to_owned(),
    };
    let body = match (route, method) {
        ("/scim/v2/Users", "POST") => Some(person(&format!("n{number}"))),
        ("/scim/v2/Groups", "POST") => Some(json!({"displayName": format!("n{number}")})),
        ("/scim/v2/Bulk", "POST") => Some(json!({"Operations": []})),
        (_, "POST") => Some(json!({"count": 1})),
        ("/scim/v2/Groups/{id}", "PUT") => Some(json!({"displayName": format!("p{number}")})),
        ("/scim/v2/Groups/{id}", "PATCH") => {
            Some(patch(&json!([{"op": "add", "path": "externalId", "value": "x"}])))
        }
        (_, "PUT") => Some(person(&format!("p{number}"))),
        (_, "PATCH") => Some(patch(&json!([{"op": "add", "path": "title", "value": "x"}]))),
        _ => None,
    };
    (path, body)
}

async fn ask(door: &Door, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let request = door.ask(method, path);
    Door::send(match body {
        Some(body) => request.body(body.to_string()),
        None => request,
    })
    .await
}

#[test]
fn every_route_stands_in_the_table() {
    let mut served: Vec<(&str, &str)> = Vec::new();
    for (path, methods) in ROUTES {
        served.extend(methods.iter().map(|method| (*path, *method)));
    }
    let tabled: Vec<(&str, &str)> =
        TABLE.iter().map(|(path, method, ..)| (*path, *method)).collect();
    assert_eq!(served, tabled);
}

#[test]
fn owners_get_what_is_theirs_and_strangers_nothing_of_it() {
    on_each_database(async |hub| {
        let owner = hub.door("rfc").await;
        let colleague = hub.second_door(&owner, "rfc").await;
        let foreigner = hub.door("rfc").await;
        for (number, (route, method, own, foreign)) in TABLE.iter().enumerate() {
            let (path, body) = sample(&owner, route, method, number).await;
            for stranger in [&colleague, &foreigner] {
                let theirs = match &body {
                    // Their creation is theirs, of a name that is free in their tenant.
                    Some(_) if *own == 201 && route.ends_with("Groups") => {
                        Some(json!({"displayName": format!("n{number}-{}", stranger.connection)}))
                    }
                    Some(_) if *own == 201 => {
                        Some(person(&format!("n{number}-{}", stranger.connection)))
                    }
                    other => other.clone(),
                };
                let answer = ask(stranger, method, &path, theirs.as_ref()).await;
                assert_eq!(answer.status, *foreign, "{method} {route}: {}", answer.text);
                assert!(!answer.text.contains("p2@example.com"), "{method} {route}");
            }
            let answer = ask(&owner, method, &path, body.as_ref()).await;
            assert_eq!(answer.status, *own, "{method} {route}: {}", answer.text);
        }
    });
}

/// Doors that open nothing, by the reason.
async fn closed_doors(hub: &Hub, owner: &Door) -> Vec<(&'static str, Door)> {
    let with = |token: &str| Door { token: token.to_owned(), ..owner.clone() };
    let revoked = hub.token(owner, None).await;
    revoked.get("/Users").await.expect(200);
    hub.revoke(&revoked).await;
    let expired = hub.token(owner, Some(SignedDuration::from_secs(60))).await;
    expired.get("/Users").await.expect(200);
    hub.pass(60);
    let removed = hub.second_door(owner, "rfc").await;
    let statement = format!(
        "update scim_connection set removed_at = '2026-11-21T09:00:00.000Z' where id = '{}'",
        removed.connection
    );
    execute(&hub.database, &statement).await;
    let mut other = owner.token.clone();
    other.pop();
    vec![
        ("unknown", with("rct_0000000000000000000000000000000000000000000")),
        ("cut short", with(&other)),
        ("with a tail", with(&format!("{}x", owner.token))),
        ("in other letters", with(&owner.token.to_uppercase())),
        ("empty", with("")),
        ("of spaces", with("   ")),
        ("very long", with(&"x".repeat(5_000))),
        ("two", with(&format!("{0} {0}", owner.token))),
        ("of another's hash", with(&rollcall_app::secret::hash(&owner.token))),
        ("revoked", revoked),
        ("expired", expired),
        ("of a removed connection", removed),
    ]
}

#[test]
fn who_has_no_valid_token_hears_the_same_everywhere() {
    on_each_database(async |hub| {
        let owner = hub.door("rfc").await;
        let closed = closed_doors(hub, &owner).await;
        let before = owner.trace().await;
        let mut answers = Vec::new();
        let paths =
            ["/Users/019ab0c1-d2e3-7000-8000-ffffffffffff", "/Nothing", "", "/", "/Users/%FF"];
        let unknown = paths.map(|path| ("GET", path.to_owned(), None));
        let mut requests = Vec::from(unknown);
        for (number, (route, method, ..)) in TABLE.iter().enumerate() {
            let (path, body) = sample(&owner, route, method, 1_000 + number).await;
            requests.push((*method, path.clone(), body));
            requests.push(("OPTIONS", path, None));
        }
        let created = owner.trace().await;
        for (method, path, body) in &requests {
            for (reason, door) in &closed {
                let answer = ask(door, method, path, body.as_ref()).await;
                answers.push((format!("{method} {path} with a token {reason}"), answer));
            }
            for header in ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Token x"] {
                let method = Method::from_bytes(method.as_bytes()).expect("a method");
                let mut request = owner.http.request(method, format!("{}{path}", owner.base_url));
                if !header.is_empty() {
                    request = request.header("authorization", header);
                }
                let answer = Door::send(request).await;
                answers.push((format!("{path} with the header {header:?}"), answer));
            }
        }
        let first = answers[0].1.text.clone();
        for (what, answer) in answers {
            answer.refused(401, None);
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"scim\"", "{what}");
            assert_eq!(answer.text, first, "{what}");
        }
        assert_eq!(owner.trace().await, created);
        assert_ne!(created, before, "the samples themselves are there");
        owner.get("/Users").await.expect(200);
    });
}

#[test]
fn two_tokens_live_side_by_side_and_one_outlives_the_other() {
    on_each_database(async |hub| {
        let old = hub.door("rfc").await;
        let new = hub.token(&old, None).await;
        let path = old.create("ana").await;
        assert_eq!(new.get(&path).await.expect(200).text, old.get(&path).await.text);
        hub.revoke(&old).await;
        old.get(&path).await.refused(401, None);
        new.get(&path).await.expect(200);
    });
}

#[test]
fn the_scheme_is_read_in_any_letters() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let request = door.http.get(format!("{}/Users", door.base_url));
            let header = format!("{scheme} {}", door.token);
            Door::send(request.header("authorization", header)).await.expect(200);
        }
    });
}
