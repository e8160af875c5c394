//! PATCH by the letter of RFC 7644 §3.5.2.

use rollcall_scim::{Dialect, ErrorKind, Limits, PatchRequest, Schemas};
use serde_json::{Value, json};

use crate::support::{CORE, ENTERPRISE, after, apply, object, refused, user};

const RFC: Dialect = Dialect::RFC;

const EMAILS: &str = r#"{"emails": [
    {"type": "work", "value": "w", "primary": true}, {"type": "home", "value": "h"}]}"#;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the test is written in JSON")
}

fn emails() -> Value {
    json(EMAILS)
}

/// One operation, what the resource was, and what it becomes.
fn check(before: &str, operation: &str, expected: &str) {
    let found = after(&RFC, json(before), json!([json(operation)]));
    assert_eq!(found, json(expected), "{operation}");
}

#[test]
fn simple_values_are_set_and_removed() {
    let add = r#"{"op": "add", "path": "title", "value": "b"}"#;
    check(r#"{"title": "a"}"#, add, r#"{"title": "b"}"#);
    check("{}", add, r#"{"title": "b"}"#);
    check("{}", r#"{"op": "replace", "path": "title", "value": "b"}"#, r#"{"title": "b"}"#);
    check(r#"{"title": "a"}"#, r#"{"op": "remove", "path": "title"}"#, "{}");
    check("{}", r#"{"op": "remove", "path": "title"}"#, "{}");
}

#[test]
fn complex_values_are_merged() {
    let name = r#"{"name": {"givenName": "A", "familyName": "B"}}"#;
    let given = r#"{"name": {"givenName": "A"}}"#;
    check(given, r#"{"op": "add", "path": "name", "value": {"familyName": "B"}}"#, name);
    check(given, r#"{"op": "replace", "path": "name", "value": {"familyName": "B"}}"#, name);
    check(given, r#"{"op": "add", "path": "name.familyName", "value": "B"}"#, name);
    check(name, r#"{"op": "replace", "path": "name", "value": {"familyName": null}}"#, given);
    check(name, r#"{"op": "remove", "path": "name.familyName"}"#, given);
    check(given, r#"{"op": "remove", "path": "name.givenName"}"#, "{}");
    check(name, r#"{"op": "remove", "path": "name"}"#, "{}");
    let filtered = r#"{"op": "add", "path": "name[givenName eq \"a\"].familyName", "value": "B"}"#;
    check(given, filtered, name);
}

#[test]
fn lists_are_added_to_and_replaced() {
    let other = r#"{"op": "add", "path": "emails", "value": [{"type": "other", "value": "o"}]}"#;
    check("{}", other, r#"{"emails": [{"type": "other", "value": "o"}]}"#);
    let three = r#"{"emails": [{"type": "work", "value": "w", "primary": true},
        {"type": "home", "value": "h"}, {"type": "other", "value": "o"}]}"#;
    check(EMAILS, other, three);
    check(three, other, three);
    let primary = r#"{"op": "add", "path": "emails", "value": [{"value": "o", "primary": true}]}"#;
    let flipped = r#"{"emails": [{"type": "work", "value": "w", "primary": false},
        {"type": "home", "value": "h"}, {"value": "o", "primary": true}]}"#;
    check(EMAILS, primary, flipped);
    let display = r#"{"op": "add", "path": "emails.display", "value": "d"}"#;
    let displayed = r#"{"emails": [{"type": "work", "value": "w", "primary": true, "display": "d"},
        {"type": "home", "value": "h", "display": "d"}]}"#;
    check(EMAILS, display, displayed);
    check(displayed, r#"{"op": "remove", "path": "emails.display"}"#, EMAILS);
    let replace = r#"{"op": "replace", "path": "emails", "value": [{"value": "n"}]}"#;
    check(EMAILS, replace, r#"{"emails": [{"value": "n"}]}"#);
    check(EMAILS, r#"{"op": "remove", "path": "emails"}"#, "{}");
}

#[test]
fn selected_values_are_changed_and_the_others_stay() {
    let with_home = |home: &str| {
        format!(r#"{{"emails": [{{"type": "work", "value": "w", "primary": true}}, {home}]}}"#)
    };
    let replace =
        r#"{"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "n"}}"#;
    check(EMAILS, replace, &with_home(r#"{"value": "n"}"#));
    let add = r#"{"op": "add", "path": "emails[type eq \"home\"]", "value": {"display": "d"}}"#;
    check(EMAILS, add, &with_home(r#"{"type": "home", "value": "h", "display": "d"}"#));
    let part = r#"{"op": "replace", "path": "emails[value eq \"h\" or value eq \"x\"].type", "value": "t"}"#;
    check(EMAILS, part, &with_home(r#"{"type": "t", "value": "h"}"#));
    let remove_part = r#"{"op": "remove", "path": "emails[type eq \"home\"].type"}"#;
    check(EMAILS, remove_part, &with_home(r#"{"value": "h"}"#));
    let remove = r#"{"op": "remove", "path": "emails[not (type eq \"home\")]"}"#;
    check(EMAILS, remove, r#"{"emails": [{"type": "home", "value": "h"}]}"#);
    check(EMAILS, r#"{"op": "remove", "path": "emails[value pr]"}"#, "{}");
    let primary = r#"{"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}"#;
    let flipped = r#"{"emails": [{"type": "work", "value": "w", "primary": false},
        {"type": "home", "value": "h", "primary": true}]}"#;
    check(EMAILS, primary, flipped);
}

#[test]
fn the_resource_and_its_schemas_are_targets_too() {
    let no_path =
        r#"{"op": "add", "value": {"title": "T", "emails": [{"value": "x"}], "nickName": null}}"#;
    check(
        r#"{"nickName": "N"}"#,
        no_path,
        r#"{"nickName": "N", "title": "T", "emails": [{"value": "x"}]}"#,
    );
    let title = r#"{"title": "A"}"#;
    check("{}", &format!(r#"{{"op": "add", "path": "{CORE}:title", "value": "A"}}"#), title);
    check("{}", &format!(r#"{{"op": "add", "path": "{CORE}", "value": {title}}}"#), title);
    check("{}", &format!(r#"{{"op": "add", "value": {{"{CORE}": {title}}}}}"#), title);
    let extended = format!(r#"{{"{ENTERPRISE}": {{"division": "D"}}}}"#);
    check("{}", &format!(r#"{{"op": "add", "value": {extended}}}"#), &extended);
    check(&extended, &format!(r#"{{"op": "remove", "path": "{ENTERPRISE}"}}"#), "{}");
    check(
        &extended,
        &format!(r#"{{"op": "replace", "path": "{ENTERPRISE}", "value": null}}"#),
        "{}",
    );
}

#[test]
fn refused_paths_carry_the_scim_type_of_the_rfc() {
    let cases = [
        ("noTarget", json!({"op": "remove"})),
        ("noTarget", json!({"op": "remove", "path": "emails[type eq \"x\"]"})),
        ("noTarget", json!({"op": "replace", "path": "emails[type eq \"x\"].value", "value": "v"})),
        (
            "noTarget",
            json!({"op": "add", "path": "emails[type eq \"x\"]", "value": {"value": "v"}}),
        ),
        ("noTarget", json!({"op": "replace", "path": "ims.value", "value": "v"})),
        ("invalidPath", json!({"op": "add", "path": "shoeSize", "value": 1})),
        ("invalidPath", json!({"op": "add", "path": "name.petName", "value": 1})),
        ("invalidPath", json!({"op": "add", "path": "emails[", "value": 1})),
        ("invalidPath", json!({"op": "add", "path": "emails[type eq \"work\"", "value": 1})),
        ("invalidPath", json!({"op": "add", "path": "emails[type]", "value": 1})),
        ("invalidPath", json!({"op": "add", "path": "emails[petName eq \"x\"].value", "value": 1})),
        ("invalidPath", json!({"op": "add", "path": "emails[type eq \"work\"]value", "value": 1})),
        ("invalidPath", json!({"op": "add", "path": "emails.value[type eq \"work\"]", "value": 1})),
        ("invalidPath", json!({"op": "add", "path": "a.b.c", "value": 1})),
        ("invalidPath", json!({"op": "add", "path": 5, "value": 1})),
    ];
    for (scim_type, operation) in cases {
        let found = refused(&RFC, emails(), json!([operation]));
        assert_eq!(found, scim_type, "{operation}");
    }
}

#[test]
fn refused_values_carry_the_scim_type_of_the_rfc() {
    let cases = [
        ("mutability", json!({"op": "replace", "path": "id", "value": "x"})),
        ("mutability", json!({"op": "replace", "path": "meta.created", "value": "x"})),
        (
            "mutability",
            json!({"op": "add", "path": "groups[value eq \"x\"].display", "value": "x"}),
        ),
        ("mutability", json!({"op": "remove", "path": "userName"})),
        ("mutability", json!({"op": "replace", "path": "userName", "value": ""})),
        ("mutability", json!({"op": "replace", "value": {"userName": null}})),
        ("invalidValue", json!({"op": "add", "path": "title"})),
        ("invalidValue", json!({"op": "add", "path": "title", "value": 5})),
        ("invalidValue", json!({"op": "add", "value": "title"})),
        ("invalidValue", json!({"op": "add", "path": "emails", "value": [5]})),
        ("invalidValue", json!({"op": "replace", "path": "active", "value": "maybe"})),
        (
            "invalidValue",
            json!({"op": "add", "path": "emails", "value": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]}),
        ),
        ("invalidValue", json!({"op": "replace", "path": "emails.primary", "value": true})),
        ("invalidSyntax", json!({"op": "move", "path": "title", "value": "x"})),
        ("invalidSyntax", json!({"path": "title", "value": "x"})),
        ("invalidSyntax", json!("add")),
    ];
    for (scim_type, operation) in cases {
        let found = refused(&RFC, emails(), json!([operation]));
        assert_eq!(found, scim_type, "{operation}");
    }
}

#[test]
fn a_patch_is_applied_wholly_or_not_at_all() {
    let operations = json!([
        {"op": "replace", "path": "title", "value": "new"},
        {"op": "remove", "path": "emails"},
        {"op": "replace", "path": "active", "value": []},
        {"op": "add", "path": "locale", "value": 5},
    ]);
    assert_eq!(refused(&RFC, emails(), operations.clone()), "invalidValue");
    let mut resource = user(&json!({"userName": "ada"}));
    let error = apply(&RFC, &mut resource, operations).expect_err("refused");
    assert_eq!(error.detail, "Operations[3]: locale must be a string, but the number 5 came.");
}

#[test]
fn a_required_attribute_may_be_removed_if_it_comes_back() {
    let mut resource = user(&json!({"userName": "ada"}));
    let operations = json!([
        {"op": "remove", "path": "userName"},
        {"op": "add", "path": "userName", "value": "bob"},
    ]);
    apply(&RFC, &mut resource, operations).unwrap();
    assert_eq!(resource["userName"], json!("bob"));
}

#[test]
fn nothing_changes_if_nothing_differs() {
    let mut resource =
        user(&json!({"userName": "ada", "active": true, "emails": [{"value": "a"}]}));
    let same = [
        json!({"op": "replace", "path": "active", "value": "True"}),
        json!({"op": "replace", "value": {"userName": "ada", "active": true}}),
        json!({"op": "add", "path": "emails", "value": {"value": "a"}}),
        json!({"op": "add", "path": "title", "value": null}),
        json!({"op": "remove", "path": "title"}),
        json!({"op": "add", "path": ENTERPRISE, "value": {}}),
    ];
    for operation in same {
        let outcome = apply(&RFC, &mut resource, json!([operation])).unwrap();
        assert!(!outcome.changed, "{operation}");
    }
}

#[test]
fn what_the_server_keeps_beside_the_attributes_stays() {
    let mut resource = user(&json!({"userName": "ada"}));
    resource.insert("id".into(), "1".into());
    resource.insert("meta".into(), json!({"version": "W/\"1\""}));
    apply(&RFC, &mut resource, json!([{"op": "add", "value": {"id": "2", "title": "T"}}])).unwrap();
    assert_eq!(
        Value::Object(resource),
        json!({"schemas": [CORE], "id": "1", "meta": {"version": "W/\"1\""}, "userName": "ada", "title": "T"})
    );
}

#[test]
fn members_of_a_group_are_immutable() {
    let mut group = object(json!({"displayName": "G", "members": [{"value": "a"}]}));
    let change =
        |path: &str, value: Value| json!([{"op": "replace", "path": path, "value": value}]);
    for operations in [
        change("members[value eq \"a\"].value", json!("b")),
        change("members[value eq \"a\"]", json!({"value": "b"})),
    ] {
        let error = crate::support::apply_to(&Schemas::GROUP, &RFC, &mut group, operations);
        assert_eq!(error.expect_err("immutable").kind, ErrorKind::Mutability);
    }
}

#[test]
fn the_message_itself_is_checked() {
    let parse = |body: Value, dialect: &Dialect| {
        PatchRequest::parse(object(body), dialect, &Limits::default())
    };
    let operation = json!({"op": "add", "path": "title", "value": "T"});
    assert!(parse(json!({"operations": [operation]}), &RFC).is_ok());
    assert!(parse(json!({"schemas": [], "Operations": [operation]}), &RFC).is_ok());
    let bodies = [
        json!({}),
        json!({"Operations": operation}),
        json!({"Operations": [operation], "operations": []}),
        json!({"schemas": [CORE], "Operations": [operation]}),
    ];
    for body in bodies {
        let error = parse(body, &RFC).expect_err("refused");
        assert_eq!(error.kind, ErrorKind::InvalidSyntax);
    }
    let many = json!({"Operations": vec![operation.clone(); 1_001]});
    assert_eq!(parse(many, &RFC).expect_err("too many").kind, ErrorKind::PayloadTooLarge);
    let strict = Dialect { schemas_optional: false, ..RFC };
    assert!(parse(json!({"Operations": [operation]}), &strict).is_err());
}

#[test]
fn a_patch_cannot_grow_an_attribute_without_bound() {
    let many = |from: usize| -> Vec<Value> {
        (from..from + 600).map(|number| json!({"value": number.to_string()})).collect()
    };
    let operations = json!([
        {"op": "add", "path": "emails", "value": many(0)},
        {"op": "add", "path": "emails", "value": many(600)},
    ]);
    assert_eq!(refused(&RFC, json!({}), operations), "invalidValue");
}
