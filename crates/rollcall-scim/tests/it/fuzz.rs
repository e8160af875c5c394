//! The fuzz targets on the stable compiler: thousands of generated inputs, some of them nearly right.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{CORE, ENTERPRISE};

#[path = "../../fuzz/entry.rs"]
mod entry;

fn config() -> ProptestConfig {
    ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() }
}

/// Words of the filter language in any order, so that many inputs come far into the parser.
fn filter_soup() -> impl Strategy<Value = String> {
    let words = [
        "userName",
        "emails",
        "emails.value",
        "active",
        "name.givenName",
        "meta.created",
        "type",
        "value",
        "eq",
        "NE",
        "co",
        "gt",
        "pr",
        "and",
        "or",
        "not",
        "(",
        ")",
        "[",
        "]",
        ".value",
        "\"a\"",
        "\"",
        "\\",
        "true",
        "null",
        "1",
        "-0.5e3",
        "x'y",
        "é😀",
        "urn:",
        ENTERPRISE,
        ":manager",
        " ",
        "\"2026-01-01T00:00:00Z\"",
    ];
    let word = prop::sample::select(words.to_vec());
    let spaced = (word, prop::sample::select(vec![" ", " ", " ", "", "\t"]));
    vec(spaced, 0..24)
        .prop_map(|words| words.iter().map(|(word, space)| format!("{word}{space}")).collect())
}

/// Filters that are right, so that the whole of the printer is reached.
fn sound_filter() -> impl Strategy<Value = String> {
    let attribute =
        prop::sample::select(vec!["userName", "title", "emails.value", "name.givenName", "active"]);
    let operator = prop::sample::select(vec!["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]);
    let literal = prop_oneof![
        any::<String>().prop_map(|text| json!(text).to_string()),
        Just("true".to_owned()),
        any::<i32>().prop_map(|n| n.to_string())
    ];
    let leaf = prop_oneof![
        (attribute.clone(), operator, literal).prop_map(|(a, o, l)| format!("{a} {o} {l}")),
        attribute.prop_map(|name| format!("{name} pr")),
        Just(r#"emails[type eq "work" and not (primary eq true)]"#.to_owned()),
    ];
    leaf.prop_recursive(6, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|terms| format!("({})", terms.join(" and "))),
            vec(inner.clone(), 1..4).prop_map(|terms| format!("({})", terms.join(" or "))),
            inner.prop_map(|term| format!("not ({term})")),
        ]
    })
}

/// JSON made of SCIM's own names, right and wrong types mixed.
fn scim_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        prop::sample::select(vec!["", "a", "work", "True", "b@c", "2026-01-01T00:00:00Z"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    let names = [
        "userName",
        "USERNAME",
        "active",
        "title",
        "name",
        "givenName",
        "familyName",
        "emails",
        "value",
        "type",
        "primary",
        "$ref",
        "display",
        "roles",
        "password",
        "id",
        "meta",
        "groups",
        "schemas",
        "manager",
        "employeeNumber",
        "displayName",
        "externalId",
        "name.givenName",
        "emails[type eq \"work\"].value",
        "emails[type eq \"other\"]",
        "emails[value pr].primary",
        "roles.primary",
        "shoeSize",
        "x509Certificates",
        CORE,
        ENTERPRISE,
    ];
    let extended = [
        format!("{ENTERPRISE}:manager"),
        format!("{ENTERPRISE}:manager.value"),
        format!("{CORE}:title"),
    ];
    let all: Vec<String> = names.iter().map(|name| (*name).to_owned()).chain(extended).collect();
    prop::sample::select(all)
}

fn patch_body() -> impl Strategy<Value = String> {
    let op = prop::sample::select(vec!["add", "Replace", "remove"]);
    let operation =
        (op, prop::option::weighted(0.8, name()), prop::option::weighted(0.9, scim_json()));
    vec(operation, 0..5).prop_map(|operations| {
        let operations: Vec<Value> = operations
            .into_iter()
            .map(|(op, path, value)| {
                let mut operation = json!({"op": op});
                if let Some(path) = path {
                    operation["path"] = json!(path);
                }
                if let Some(value) = value {
                    operation["value"] = value;
                }
                operation
            })
            .collect();
        json!({"Operations": operations}).to_string()
    })
}

/// Operations that may refer to each other, to nothing, and to themselves.
fn bulk_operation() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![
        "POST",
        "delete",
        "a",
        "b",
        "/Users",
        "/Groups/bulkId:a",
        "bulkId:b",
        "bulkId:",
        "W/\"1\"",
    ]);
    let value = prop_oneof![text.prop_map(Value::from), scim_json()];
    let member = prop::sample::select(vec!["method", "bulkId", "PATH", "data", "version"]);
    let nested = (value.clone(), value.clone())
        .prop_map(|(one, other)| json!({"members": [{"value": one}], "manager": other}));
    vec((member, prop_oneof![2 => value, 1 => nested]), 0..6).prop_map(|members| {
        Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn filters_take_anything(text in prop_oneof![filter_soup(), sound_filter(), any::<String>()]) {
        entry::filter(text.as_bytes());
    }

    #[test]
    fn bulk_requests_take_anything(operations in vec(bulk_operation(), 0..6)) {
        entry::bulk(json!({"Operations": operations}).to_string().as_bytes());
    }

    #[test]
    fn cursors_take_anything(members in vec((prop::sample::select(vec!["q", "e", "k", "i", "x"]), scim_json()), 0..6)) {
        let cursor: serde_json::Map<String, Value> =
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        entry::cursor(Value::Object(cursor).to_string().as_bytes());
    }

    #[test]
    fn paths_take_anything(text in prop_oneof![filter_soup(), name(), any::<String>()]) {
        entry::path(text.as_bytes());
    }

    #[test]
    fn bodies_take_anything(bytes in vec(any::<u8>(), 0..200)) {
        entry::body(&bytes);
        entry::patch_apply(&bytes);
        entry::filter(&bytes);
        entry::path(&bytes);
        entry::bulk(&bytes);
        entry::cursor(&bytes);
    }

    #[test]
    fn bodies_become_canonical(members in vec((name(), scim_json()), 0..10)) {
        let mut body: serde_json::Map<String, Value> = members.into_iter().collect();
        body.insert("userName".to_owned(), json!("ada"));
        body.remove("USERNAME");
        entry::body(Value::Object(body).to_string().as_bytes());
    }

    #[test]
    fn patches_are_atomic_and_leave_canonical_form(body in patch_body()) {
        entry::patch_apply(body.as_bytes());
    }
}

/// Found by fuzzing: as JSON, this number was read back as its neighbour.
#[test]
fn a_number_stands_in_a_cursor_as_it_is() {
    let bits = 8_888_888_888_888_881_f64.to_bits();
    entry::cursor(json!({"q": "a", "e": 1, "k": [bits], "i": "1"}).to_string().as_bytes());
    entry::cursor(json!({"q": "a", "e": 1, "k": [u64::MAX], "i": "1"}).to_string().as_bytes());
}
