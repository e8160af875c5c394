//! A PATCH of a large group sees only the members that it names, and does what it would do with all.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use rollcall_scim::{Dialect, Limits, PatchRequest, Schemas, Scope, parse_object};
use serde_json::{Map, Value, json};

use crate::support::object;

const MEMBERS: [&str; 6] = ["m0", "m1", "m2", "m3", "m4", "m5"];

fn patch(dialect: &Dialect, operations: &Value) -> PatchRequest {
    let body = json!({"Operations": operations}).to_string();
    let body = parse_object(body.as_bytes(), &Limits::default()).expect("the body is sound");
    PatchRequest::parse(body, dialect, &Limits::default()).expect("the request is sound")
}

fn group(members: &BTreeSet<&str>) -> Map<String, Value> {
    let mut group = object(json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Sales",
    }));
    if !members.is_empty() {
        let members: Vec<_> = members.iter().map(|value| json!({"value": value})).collect();
        group.insert("members".into(), json!(members));
    }
    group
}

fn members(group: &Map<String, Value>) -> BTreeSet<&str> {
    let members = group.get("members").and_then(Value::as_array).into_iter().flatten();
    members.filter_map(|member| member.get("value")?.as_str()).collect()
}

fn operation() -> impl Strategy<Value = Value> {
    let some = || vec(prop::sample::select(MEMBERS.to_vec()), 0..4);
    let one = || prop::sample::select(MEMBERS.to_vec());
    let listed = |all: Vec<&str>| -> Value {
        all.into_iter().map(|value| json!({"value": value, "$ref": null})).collect()
    };
    let kind = prop::sample::select(vec!["add", "Remove", "replace"]);
    prop_oneof![
        (kind, some()).prop_map(move |(op, all)| {
            json!({"op": op, "path": "members", "value": listed(all)})
        }),
        (prop::sample::select(vec!["Add", "replace"]), some()).prop_map(move |(op, all)| {
            json!({"op": op, "value": {"Members": listed(all), "displayName": "Sales 2"}})
        }),
        one().prop_map(
            |one| json!({"op": "remove", "path": format!("members[value eq \"{one}\"]")})
        ),
        (one(), one()).prop_map(|(one, other)| {
            let filter = format!("members[value eq \"{one}\" or value eq \"{other}\"]");
            json!({"op": "remove", "path": filter})
        }),
        one().prop_map(
            |one| json!({"op": "remove", "path": format!("members[value sw \"{one}\"]")})
        ),
        Just(json!({"op": "remove", "path": "members"})),
        Just(json!({"op": "replace", "path": "members", "value": []})),
        Just(json!({"op": "replace", "path": "displayName", "value": "Sales 3"})),
        Just(json!({"op": "replace", "value": {"id": "g", "displayName": "Sales 4"}})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_not_named_is_left_alone(
        present in btree_set(prop::sample::select(MEMBERS.to_vec()), 0..6),
        operations in vec(operation(), 1..4),
        dialect in prop::sample::select(vec![Dialect::RFC, Dialect::OKTA, Dialect::ENTRA]),
    ) {
        let request = patch(&dialect, &json!(operations));
        let seen: BTreeSet<&str> = match request.scope("members", &dialect) {
            Scope::All => present.clone(),
            Scope::Named(named) => {
                present.iter().copied().filter(|one| named.iter().any(|name| name == one)).collect()
            }
        };
        let (mut whole, mut part) = (group(&present), group(&seen));
        let of_whole = request.apply(&mut whole, &Schemas::GROUP, &dialect);
        let of_part = request.apply(&mut part, &Schemas::GROUP, &dialect);
        prop_assert_eq!(of_whole.is_ok(), of_part.is_ok());
        if of_whole.is_ok() {
            let untouched = present.difference(&seen).copied();
            let expected: BTreeSet<&str> = members(&part).into_iter().chain(untouched).collect();
            prop_assert_eq!(members(&whole), expected);
            prop_assert_eq!(whole.get("displayName"), part.get("displayName"));
        }
    }
}

#[test]
fn one_member_is_all_that_one_member_needs() {
    let named = |operation: Value| {
        let scope = patch(&Dialect::ENTRA, &json!([operation])).scope("members", &Dialect::ENTRA);
        if let Scope::Named(named) = scope { Some(named) } else { None }
    };
    let one = Some(vec!["m1".to_owned()]);
    let value = json!([{"$ref": null, "value": "m1"}]);
    assert_eq!(named(json!({"op": "Add", "path": "members", "value": value})), one);
    assert_eq!(named(json!({"op": "Remove", "path": "members", "value": value})), one);
    assert_eq!(named(json!({"op": "remove", "path": "members[value eq \"m1\"]"})), one);
    let urn = "urn:ietf:params:scim:schemas:core:2.0:Group:members";
    assert_eq!(named(json!({"op": "Add", "path": urn, "value": value})), one);
    assert_eq!(named(json!({"op": "replace", "value": {"displayName": "x"}})), Some(vec![]));
    assert_eq!(named(json!({"op": "Replace", "path": "members", "value": value})), None);
    assert_eq!(named(json!({"op": "remove", "path": "members"})), None);
}
