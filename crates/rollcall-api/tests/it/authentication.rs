//! Every route by which clients get tokens, asked by a stranger. A route that is missing from the table fails.

use serde_json::Value;

use crate::database::on_each_database;
use crate::door::Door;

/// Each route with a method: what a stranger with an empty body is answered.
const TABLE: &[(&str, &str, u16)] = &[
    (crate::access_key::PATH, "POST", 400),
    ("/oauth/token", "POST", 401),
    ("/oauth/revoke", "POST", 401),
    ("/.well-known/oauth-authorization-server", "GET", 200),
    ("/.well-known/jwks.json", "GET", 200),
];

#[test]
fn every_route_for_tokens_is_in_the_table_and_strangers_get_nothing() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let mut served: Vec<(&str, &str)> = Vec::new();
        for (path, methods) in rollcall_api::AUTHENTICATION_ROUTES {
            served.extend(methods.iter().map(|method| (*path, *method)));
        }
        let tabled: Vec<_> = TABLE.iter().map(|(path, method, _)| (*path, *method)).collect();
        assert_eq!(served, tabled);
        for (path, methods) in rollcall_api::AUTHENTICATION_ROUTES {
            for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
                let url = format!("http://{}{path}", hub.address);
                let parsed = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
                let answer = Door::send(door.http.request(parsed, url)).await;
                let row = TABLE.iter().find(|(known, its, _)| known == path && *its == method);
                assert_eq!(answer.status, row.map_or(405, |row| row.2), "{method} {path}");
                if row.is_none() {
                    assert_eq!(answer.header("allow"), methods.join(", "));
                }
                let is_error = answer.json()["error"] != Value::Null;
                assert_eq!(is_error, answer.status != 200, "{method} {path}");
            }
        }
        let nowhere = door.http.get(format!("http://{}/authentication/v2", hub.address));
        Door::send(nowhere).await.expect(404);
    });
}
