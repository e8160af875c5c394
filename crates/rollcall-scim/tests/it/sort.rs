//! The order of a list, by the rules of RFC 7644 §3.4.2.3.

use rollcall_scim::{ErrorKind, Schemas, Sort, SortKey};
use serde_json::{Value, json};

use crate::support::{ENTERPRISE, user};

fn sort(by: &str, order: &str) -> Result<Option<Sort>, ErrorKind> {
    Sort::parse(Some(by), Some(order), &Schemas::USER).map_err(|error| error.kind)
}

/// The user names in the order that is asked for.
fn ordered(by: &str, order: &str, people: &[Value]) -> Vec<String> {
    let sort = sort(by, order).expect("the order is sound").expect("there is one");
    let mut keyed: Vec<(SortKey, String)> = people
        .iter()
        .map(user)
        .map(|person| (sort.key(&person), person["userName"].as_str().unwrap().to_owned()))
        .collect();
    keyed.sort_by(|left, right| sort.compare(&left.0, &right.0));
    keyed.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn texts_are_ordered_without_case_and_the_missing_come_last() {
    let people = [
        json!({"userName": "1", "title": "beta"}),
        json!({"userName": "2"}),
        json!({"userName": "3", "title": "Alpha"}),
        json!({"userName": "4", "title": "Ämter"}),
    ];
    assert_eq!(ordered("title", "ascending", &people), ["3", "1", "4", "2"]);
    assert_eq!(ordered("TITLE", "Descending", &people), ["2", "4", "1", "3"]);
    assert_eq!(ordered("title", "", &people), ["3", "1", "4", "2"]);
}

#[test]
fn of_several_values_the_primary_one_counts_else_the_first() {
    let people = [
        json!({"userName": "1", "emails": [{"value": "c@x"}, {"value": "a@x", "primary": true}]}),
        json!({"userName": "2", "emails": [{"value": "b@x"}, {"value": "0@x"}]}),
    ];
    for by in ["emails", "emails.value"] {
        assert_eq!(ordered(by, "ascending", &people), ["1", "2"]);
    }
    let path = format!("{ENTERPRISE}:manager");
    let people = [
        json!({"userName": "1", ENTERPRISE: {"manager": {"value": "b"}}}),
        json!({"userName": "2", ENTERPRISE: {"manager": {"value": "B"}}}),
    ];
    assert_eq!(ordered(&path, "ascending", &people), ["2", "1"], "ids are case-exact");
}

#[test]
fn booleans_have_an_order_and_what_has_none_is_refused() {
    let people =
        [json!({"userName": "1", "active": true}), json!({"userName": "2", "active": false})];
    assert_eq!(ordered("active", "ascending", &people), ["2", "1"]);
    assert_eq!(Sort::parse(None, Some("descending"), &Schemas::USER), Ok(None));
    assert_eq!(Sort::parse(Some(""), None, &Schemas::USER), Ok(None));
    for (by, order) in [
        ("shoeSize", ""),
        ("name", ""),
        ("userName", "upwards"),
        ("x509Certificates", ""),
        ("a b", ""),
    ] {
        assert_eq!(sort(by, order), Err(ErrorKind::InvalidValue), "{by} {order}");
    }
    assert_eq!(sort("password", ""), Err(ErrorKind::Sensitive));
}

#[test]
fn a_key_survives_the_way_through_a_cursor() {
    for key in [
        SortKey::Missing,
        SortKey::Bool(true),
        SortKey::Number(1_763_716_442_417.0),
        SortKey::Text("ämter".into()),
    ] {
        assert_eq!(SortKey::from_json(&key.to_json()), key);
    }
}
