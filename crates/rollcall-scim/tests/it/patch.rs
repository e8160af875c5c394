//! PATCH by the letter of RFC 7644 §3.5.2.

use rollcall_scim::{Dialect, ErrorKind, Limits, PatchRequest, Schemas};
use serde_json::{Value, json};

use crate::support::{CORE, ENTERPRISE, after, apply, object, refused, user};

const RFC: Dialect = Dialect::RFC;

fn emails() -> Value {
    json!({"emails": [
        {"type": "work", "value": "w", "primary": true},
        {"type": "home", "value": "h"},
    ]})
}

#[test]
fn each_operation_does_what_the_rfc_says() {
    let work = json!({"type": "work", "value": "w", "primary": true});
    let home = json!({"type": "home", "value": "h"});
    let cases = [
        (
            "add a simple value",
            json!({"title": "a"}),
            json!({"op": "add", "path": "title", "value": "b"}),
            json!({"title": "b"}),
        ),
        (
            "add merges a complex value",
            json!({"name": {"givenName": "A"}}),
            json!({"op": "add", "path": "name", "value": {"familyName": "B"}}),
            json!({"name": {"givenName": "A", "familyName": "B"}}),
        ),
        (
            "replace merges a complex value",
            json!({"name": {"givenName": "A", "familyName": "B"}}),
            json!({"op": "replace", "path": "name", "value": {"familyName": "C"}}),
            json!({"name": {"givenName": "A", "familyName": "C"}}),
        ),
        (
            "replace by null parts",
            json!({"name": {"givenName": "A", "familyName": "B"}}),
            json!({"op": "replace", "path": "name", "value": {"familyName": null}}),
            json!({"name": {"givenName": "A"}}),
        ),
        (
            "remove a part",
            json!({"name": {"givenName": "A"}}),
            json!({"op": "remove", "path": "name.givenName"}),
            json!({}),
        ),
        (
            "add appends",
            emails(),
            json!({"op": "add", "path": "emails", "value": [{"type": "other", "value": "o"}]}),
            json!({"emails": [work, home, {"type": "other", "value": "o"}]}),
        ),
        (
            "add what is there",
            emails(),
            json!({"op": "add", "path": "emails", "value": [{"type": "home", "value": "h"}]}),
            emails(),
        ),
        (
            "add a new primary",
            emails(),
            json!({"op": "add", "path": "emails", "value": [{"value": "o", "primary": true}]}),
            json!({"emails": [{"type": "work", "value": "w", "primary": false}, home, {"value": "o", "primary": true}]}),
        ),
        (
            "add a part to all",
            emails(),
            json!({"op": "add", "path": "emails.display", "value": "d"}),
            json!({"emails": [{"type": "work", "value": "w", "primary": true, "display": "d"}, {"type": "home", "value": "h", "display": "d"}]}),
        ),
        (
            "replace all values",
            emails(),
            json!({"op": "replace", "path": "emails", "value": [{"value": "n"}]}),
            json!({"emails": [{"value": "n"}]}),
        ),
        (
            "replace a selected value",
            emails(),
            json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "n"}}),
            json!({"emails": [work, {"value": "n"}]}),
        ),
        (
            "add to a selected value",
            emails(),
            json!({"op": "add", "path": "emails[type eq \"home\"]", "value": {"display": "d"}}),
            json!({"emails": [work, {"type": "home", "value": "h", "display": "d"}]}),
        ),
        (
            "replace a part of a selected value",
            emails(),
            json!({"op": "replace", "path": "emails[value eq \"h\" or value eq \"x\"].type", "value": "other"}),
            json!({"emails": [work, {"type": "other", "value": "h"}]}),
        ),
        (
            "make a selected value primary",
            emails(),
            json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}),
            json!({"emails": [{"type": "work", "value": "w", "primary": false}, {"type": "home", "value": "h", "primary": true}]}),
        ),
        ("remove all values", emails(), json!({"op": "remove", "path": "emails"}), json!({})),
        (
            "remove a selected value",
            emails(),
            json!({"op": "remove", "path": "emails[type eq \"work\"]"}),
            json!({"emails": [home]}),
        ),
        (
            "remove every selected value",
            emails(),
            json!({"op": "remove", "path": "emails[value pr]"}),
            json!({}),
        ),
        (
            "remove a part of a selected value",
            emails(),
            json!({"op": "remove", "path": "emails[type eq \"home\"].type"}),
            json!({"emails": [work, {"value": "h"}]}),
        ),
        (
            "no path",
            json!({}),
            json!({"op": "add", "value": {"title": "T", "emails": [{"value": "x"}], "nickName": null}}),
            json!({"title": "T", "emails": [{"value": "x"}]}),
        ),
        (
            "the core schema in front",
            json!({}),
            json!({"op": "add", "path": format!("{CORE}:name.givenName"), "value": "A"}),
            json!({"name": {"givenName": "A"}}),
        ),
        (
            "the core schema as the path",
            json!({}),
            json!({"op": "add", "path": CORE, "value": {"title": "A"}}),
            json!({"title": "A"}),
        ),
        (
            "the core schema as a key",
            json!({}),
            json!({"op": "add", "value": {CORE: {"title": "A"}}}),
            json!({"title": "A"}),
        ),
        (
            "an extension as a key",
            json!({}),
            json!({"op": "add", "value": {ENTERPRISE: {"division": "D"}}}),
            json!({ENTERPRISE: {"division": "D"}}),
        ),
        (
            "remove an extension",
            json!({ENTERPRISE: {"division": "D"}}),
            json!({"op": "remove", "path": ENTERPRISE}),
            json!({}),
        ),
        (
            "replace an extension by null",
            json!({ENTERPRISE: {"division": "D"}}),
            json!({"op": "replace", "path": ENTERPRISE, "value": null}),
            json!({}),
        ),
        (
            "remove what is not there",
            json!({}),
            json!({"op": "remove", "path": "title"}),
            json!({}),
        ),
        (
            "a filter on a single complex value",
            json!({"name": {"givenName": "A"}}),
            json!({"op": "replace", "path": "name[givenName eq \"a\"].familyName", "value": "B"}),
            json!({"name": {"givenName": "A", "familyName": "B"}}),
        ),
    ];
    for (what, before, operation, expected) in cases {
        assert_eq!(after(&RFC, before, json!([operation])), expected, "{what}");
    }
}

#[test]
fn refusals_carry_the_scim_type_of_the_rfc() {
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
