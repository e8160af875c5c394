//! Filters over HTTP: what is answered is exact, and what is not served is refused.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rollcall_scim::{Filter, Limits, Schemas};
use serde_json::{Map, Value, json};

use crate::database::on_each_database;
use crate::door::{Door, ENTERPRISE, person};

/// The first letters of the users that a filter finds.
async fn found(door: &Door, filter: &str) -> String {
    let answer = door.filter(filter).await;
    assert_eq!(answer.status, 200, "{filter}: {}", answer.text);
    let names = answer.names();
    assert_eq!(answer.json()["totalResults"], names.len(), "{filter}");
    names.iter().filter_map(|name| name.chars().next()).collect()
}

#[test]
fn answers_are_exact() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut id = String::new();
        for name in ["ana", "ben", "carl", "dora"] {
            let mut body = person(name);
            body["active"] = json!(name != "ben");
            body["emails"] = json!([
                {"value": format!("{name}@example.com"), "type": "work", "primary": true},
                {"value": format!("{name}@Home.example"), "type": "home"},
                {"value": "Shared@example.com", "type": "other"},
            ]);
            if name == "dora" {
                body.as_object_mut().expect("an object").remove("externalId");
                body["emails"] = json!([{"value": "dora@example.com"}]);
            }
            id = door.post("/Users", &body).await.expect(201).id();
        }
        let with_id = format!("id eq \"{id}\"");
        for (filter, expected) in [
            ("userName eq \"ana@example.com\"", "a"),
            ("userName eq \"ANA@EXAMPLE.COM\"", "a"),
            ("USERNAME EQ \"ana@example.com\"", "a"),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ana@example.com\"", "a"),
            ("userName eq \"ana\"", ""),
            ("userName eq \"\"", ""),
            ("userName eq \"%\"", ""),
            ("userName eq \"ana_example.com\"", ""),
            ("externalId eq \"00u-ana\"", "a"),
            ("externalId eq \"00U-ANA\"", ""),
            (with_id.as_str(), "d"),
            ("id eq \"1\"", ""),
            ("emails eq \"ben@example.com\"", "b"),
            ("emails.value eq \"BEN@home.EXAMPLE\"", "b"),
            ("emails[value eq \"ben@home.example\"]", "b"),
            ("emails[type eq \"home\"].value eq \"ben@home.example\"", "b"),
            ("emails[type eq \"work\"].value eq \"ben@home.example\"", ""),
            ("emails[primary eq true and value eq \"ben@example.com\"]", "b"),
            ("emails[primary eq true and value eq \"ben@home.example\"]", ""),
            ("emails.value eq \"shared@example.com\"", "abc"),
            ("emails.value eq \"shared@example.com\" and active eq true", "ac"),
            ("active eq true", "acd"),
            ("active eq false", "b"),
            ("active eq \"False\"", "b"),
            ("active eq true and active eq true", "acd"),
            ("active eq true and active eq false", ""),
            ("userName pr", "abcd"),
            ("id pr and emails pr and active pr and emails.value pr", "abcd"),
            ("externalId pr", "abc"),
            ("externalId pr and active eq true", "ac"),
            ("userName eq \"ana@example.com\" and active eq true", "a"),
            ("userName eq \"ana@example.com\" and active eq false", ""),
            ("userName eq \"dora@example.com\" and externalId pr", ""),
            ("userName eq \"ana@example.com\" and userName eq \"ben@example.com\"", ""),
            ("(userName eq \"ana@example.com\") and (active eq true)", "a"),
            ("emails.value eq \"shared@example.com\" and userName eq \"ben@example.com\"", "b"),
        ] {
            assert_eq!(found(&door, filter).await, expected, "{filter}");
        }
        let upper = format!("id eq \"{}\"", id.to_uppercase());
        assert_eq!(found(&door, &upper).await, "", "ids are case-exact (RFC 7643 §3.1)");
    });
}

#[test]
fn values_may_hold_what_people_write() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        for (number, name) in [
            "o'neil+tag@example.com",
            "jürgen@exämple.de",
            "quote\"back\\slash",
            "名前@example.jp",
            "emoji😀@example.com",
            "per%cent_under@example.com",
            "İstanbul@example.com",
        ]
        .into_iter()
        .enumerate()
        {
            let mut body = person(&format!("p{number}"));
            body["userName"] = json!(name);
            body["externalId"] = json!(name);
            door.post("/Users", &body).await.expect(201);
            for attribute in ["userName", "externalId"] {
                // A quoted value is a JSON string (RFC 7644 §3.4.2.2).
                let found =
                    door.filter(&format!("{attribute} eq {}", json!(name))).await.expect(200);
                assert_eq!(found.names(), [name], "{attribute}");
            }
        }
        let encoded =
            door.get("/Users?filter=userName%20eq%20%22o%27neil%2Btag@example.com%22").await;
        assert_eq!(encoded.names(), ["o'neil+tag@example.com"]);
    });
}

#[test]
fn what_cannot_be_meant_is_refused() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        door.create("ana").await;
        for filter in [
            "active gt true",
            "active eq \"maybe\"",
            "name eq \"x\"",
            "meta.lastModified gt \"yesterday\"",
            "unknown eq \"x\"",
            "password eq \"x\"",
            "userName eq",
            "userName",
            "eq \"a\"",
            "userName eq 'ana@example.com'",
            "userName eq \"ana",
            "",
            " ",
            "((userName eq \"a\")",
            "userName eq \"a\" and",
            "userName eq \"a\\u0000\"",
        ] {
            let detail = door.filter(filter).await.refused(400, Some("invalidFilter"));
            assert!(!detail.is_empty(), "{filter}");
        }
        let twice = door.get("/Users?filter=active+eq+true&Filter=active+eq+false").await;
        twice.refused(400, Some("invalidValue"));
    });
}

/// People who differ in everything that filters ask for.
async fn crowd(door: &Door) -> Vec<Map<String, Value>> {
    for number in 0..24_usize {
        let mut body = person(&format!("p{number}"));
        let mut set = |name: &str, value: Value| {
            body.as_object_mut().expect("a resource").insert(name.to_owned(), value);
        };
        let pick = |all: &[&str]| all.get(number % all.len()).map_or(Value::Null, |it| json!(it));
        set("title", pick(&["Agent", "agent", "", "Größe", "Team \"lead\""]));
        set("nickName", pick(&["a", "ab", "B", "ä"]));
        set("active", json!(number % 3 != 0));
        if number % 2 == 0 {
            set("externalId", json!(null));
        }
        let address = format!("p{number}@example.com");
        set(
            "emails",
            json!([
                {"value": address, "type": if number % 2 == 0 { "work" } else { "home" }},
                {"value": format!("second{}@example.org", number % 4), "type": "other"},
            ]),
        );
        set(
            ENTERPRISE,
            json!({"department": pick(&["Sales", "Care"]), "manager": {"value": format!("m{}", number % 3)}}),
        );
        door.post("/Users", &body).await.expect(201);
    }
    let all = door.get("/Users?count=1000").await.expect(200).json();
    let all = all["Resources"].as_array().expect("a list").clone();
    all.into_iter().map(|one| one.as_object().expect("a resource").clone()).collect()
}

fn filters() -> impl Strategy<Value = String> {
    let names = [
        "userName",
        "externalId",
        "title",
        "nickName",
        "emails",
        "emails.value",
        "emails.type",
        "name.familyName",
        "meta.created",
        "id",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "manager",
    ];
    let values = [
        "p3@example.com",
        "P4@EXAMPLE.COM",
        "agent",
        "a",
        "ä",
        "B",
        "Sales",
        "m1",
        "work",
        "00u-p5",
        "second1@example.org",
        "größe",
        "2026-11-21T09:00:00Z",
        "",
    ];
    let operators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
    let compare = (select(names.to_vec()), select(operators.to_vec()), select(values.to_vec()))
        .prop_map(|(name, operator, value)| {
            let value = if name == "meta.created" { "2026-11-21T09:00:00Z" } else { value };
            format!("{name} {operator} \"{value}\"")
        });
    let leaf = prop_oneof![
        6 => compare,
        1 => select(names.to_vec()).prop_map(|name| format!("{name} pr")),
        1 => select(vec!["active eq true", "active eq \"False\"", "active ne true"])
            .prop_map(str::to_owned),
        1 => select(values.to_vec())
            .prop_map(|value| format!("emails[type eq \"work\" and value eq \"{value}\"]")),
        1 => select(values.to_vec()).prop_map(|value| format!("emails[type eq \"home\"].value sw \"{value}\"")),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("{left} and {right}")),
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| format!("({left}) or ({right})")),
            inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

#[test]
fn the_database_answers_as_the_language_does() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let people = crowd(&door).await;
        let mut runner = TestRunner::deterministic();
        let (mut some, mut none) = (0, 0);
        for _ in 0..400 {
            let filter = filters().new_tree(&mut runner).expect("a filter").current();
            let bound = Filter::parse(&filter, &Limits::default())
                .and_then(|parsed| parsed.bind(&Schemas::USER))
                .expect("the filter is sound");
            let expected: Vec<&str> = people
                .iter()
                .filter(|person| bound.matches(person))
                .filter_map(|person| person.get("userName")?.as_str())
                .collect();
            let list = door.list(&[("filter", &filter), ("count", "1000")]).await.expect(200);
            assert_eq!(list.names(), expected, "{filter}");
            if expected.is_empty() { none += 1 } else { some += 1 }
        }
        assert!(some > 100 && none > 20, "the filters say little: {some} and {none}");
    });
}

#[test]
fn a_value_that_too_many_share_is_refused() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let mut work = tokio::task::JoinSet::new();
        for number in 0..1_000 {
            let door = door.clone();
            work.spawn(async move {
                let mut body = person(&format!("p{number}"));
                body["emails"] = json!([{"value": "team@example.com"}]);
                door.post("/Users", &body).await.expect(201);
            });
            if work.len() == 16 {
                work.join_next().await.expect("one is at work").expect("it is created");
            }
        }
        work.join_all().await;
        door.filter("emails eq \"team@example.com\"").await.refused(400, Some("tooMany"));
        let one = "emails eq \"team@example.com\" and userName eq \"p7@example.com\"";
        door.filter(one).await.refused(400, Some("tooMany"));
        let one = "userName eq \"p7@example.com\" and emails eq \"team@example.com\"";
        assert_eq!(door.filter(one).await.names(), ["p7@example.com"]);
    });
}

#[test]
fn an_address_is_found_until_it_is_changed() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let path = door.create("ana").await;
        let second = "emails.value eq \"second@example.com\"";
        let add = json!([{"op": "add", "path": "emails", "value": [{"value": "Second@example.com", "type": "home"}]}]);
        door.patch(&path, add).await.expect(200);
        assert_eq!(found(&door, second).await, "a");
        let away = json!([{"op": "remove", "path": "emails[type eq \"home\"]"}]);
        door.patch(&path, away).await.expect(200);
        assert_eq!(found(&door, second).await, "");
        let own = json!([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "second@example.com"}]);
        door.patch(&path, own).await.expect(200);
        assert_eq!(found(&door, second).await, "a");
        assert_eq!(found(&door, "emails.value eq \"ana@example.com\"").await, "");
        door.delete(&path).await.expect(204);
        assert_eq!(found(&door, second).await, "");
    });
}

#[test]
fn attributes_are_chosen_in_every_answer() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let created = door.post("/Users?attributes=userName", &person("ana")).await.expect(201);
        let path = format!("/Users/{}", created.id());
        let off = json!([{"op": "replace", "path": "title", "value": "x"}]);
        let chosen = [
            created,
            door.get(&format!("{path}?attributes=USERNAME")).await,
            door.put(&format!("{path}?attributes=userName"), &person("ana")).await,
            door.patch(&format!("{path}?attributes=userName"), off).await,
        ];
        for answer in chosen {
            let body = answer.body().expect("there is a body");
            let names: Vec<&String> = body.keys().collect();
            assert_eq!(names, ["id", "schemas", "userName"], "{}", answer.text);
        }
        let listed = door.get("/Users?excludedAttributes=emails,name.familyName,id").await.json();
        let user = &listed["Resources"][0];
        assert_eq!((user.get("emails"), &user["name"]), (None, &json!({"givenName": "Ana"})));
        assert!(user["id"].is_string(), "what is always returned cannot be excluded");
        let both = door.get("/Users?attributes=userName&excludedAttributes=emails").await;
        both.refused(400, Some("invalidValue"));
    });
}
