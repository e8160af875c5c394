//! How a POST or PUT body becomes a resource.

use rollcall_scim::{Dialect, DialectName, ErrorKind};
use serde_json::{Value, json};

use crate::support::{CORE, ENTERPRISE, read};

fn kept(body: Value) -> Value {
    let mut body = body;
    body["userName"] = json!("ada");
    let mut attributes = read(&Dialect::RFC, &body).expect("the body is sound").attributes;
    attributes.remove("schemas");
    attributes.remove("userName");
    Value::Object(attributes)
}

fn refused(body: Value) -> String {
    let mut body = body;
    body["userName"] = json!("ada");
    let error = read(&Dialect::RFC, &body).expect_err("the body is refused");
    assert_eq!(error.kind, ErrorKind::InvalidValue);
    error.detail
}

#[test]
fn names_are_case_insensitive_and_become_canonical() {
    let upper = ENTERPRISE.to_uppercase();
    assert_eq!(
        kept(json!({
            "DISPLAYNAME": "D",
            "Emails": [{"VALUE": "a@b", "Primary": true}],
            upper: {"EmployeeNumber": "1"},
        })),
        json!({
            "displayName": "D",
            "emails": [{"value": "a@b", "primary": true}],
            ENTERPRISE: {"employeeNumber": "1"},
        })
    );
}

#[test]
fn two_spellings_of_one_name_are_ambiguous() {
    for body in [
        json!({"userName": "a", "active": true, "Active": false}),
        json!({"userName": "a", "name": {"givenName": "x", "GIVENNAME": "y"}}),
        json!({"userName": "a", ENTERPRISE: {"division": "x"}, ENTERPRISE.to_uppercase(): {"division": "y"}}),
    ] {
        let error = read(&Dialect::RFC, &body).expect_err("ambiguous");
        assert_eq!(error.kind, ErrorKind::InvalidSyntax);
    }
}

#[test]
fn empty_values_are_no_values() {
    assert_eq!(
        kept(json!({
            "title": null,
            "nickName": "",
            "roles": [],
            "emails": [null, {}, {"value": ""}],
            "name": {"givenName": null},
            "profileUrl": [],
            "active": null,
            ENTERPRISE: {"department": ""},
        })),
        json!({})
    );
}

#[test]
fn required_attributes_must_be_there() {
    for body in [json!({}), json!({"userName": ""}), json!({"userName": null})] {
        let error = read(&Dialect::RFC, &body).expect_err("userName is missing");
        assert_eq!(error.kind, ErrorKind::InvalidValue);
        assert_eq!(error.detail, "userName is required and must not be empty.");
    }
}

#[test]
fn unknown_names_are_ignored_and_listed() {
    let body = json!({
        "schemas": [CORE, "urn:x:y"],
        "userName": "ada",
        "shoeSize": 42,
        "name": {"petName": "A"},
        "emails": [{"value": "a", "spam": 1}, {"value": "b", "spam": 2}],
        ENTERPRISE: {"badge": 1},
    });
    let normalised = read(&Dialect::RFC, &body).unwrap();
    assert_eq!(
        normalised.ignored,
        ["emails.spam", "name.petName", "urn:x:y", "shoeSize", &format!("{ENTERPRISE}:badge")]
    );
    let strict = Dialect { ignore_unknown_attributes: false, ..Dialect::RFC };
    assert_eq!(read(&strict, &body).expect_err("strict").kind, ErrorKind::InvalidSyntax);
}

#[test]
fn the_list_of_ignored_names_stays_short() {
    let mut body = json!({"userName": "ada"});
    for number in 0..400 {
        body[format!("x{number}")] = json!(1);
    }
    assert_eq!(read(&Dialect::RFC, &body).unwrap().ignored.len(), 64);
}

#[test]
fn wrong_types_are_named() {
    let cases = [
        (json!({"active": 1}), "active must be true or false, but the number 1 came."),
        (json!({"active": "yes"}), "active must be true or false, but the string \"yes\" came."),
        (json!({"displayName": {}}), "displayName must be a string, but an object came."),
        (json!({"displayName": 7}), "displayName must be a string, but the number 7 came."),
        (json!({"displayName": ["a", "b"]}), "displayName must be a string, but an array came."),
        (json!({"password": 7}), "password must be a string, but a number came."),
        (json!({"name": "Ada"}), "name must be an object, but the string \"Ada\" came."),
        (json!({"emails": 5}), "emails must be an object, but the number 5 came."),
        (
            json!({"emails": [{"value": true}]}),
            "emails.value must be a string, but a boolean came.",
        ),
        (
            json!({ENTERPRISE: {"employeeNumber": 5}}),
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber must be a string, but the number 5 came.",
        ),
        (
            json!({ENTERPRISE: "x"}),
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User must be an object, but a string came.",
        ),
    ];
    for (body, detail) in cases {
        assert_eq!(refused(body), detail);
    }
}

#[test]
fn one_value_stands_for_a_list_and_a_list_for_one_value() {
    assert_eq!(
        kept(
            json!({"emails": {"value": "a@b"}, "phoneNumbers": "123", "name": [{"givenName": "A"}]})
        ),
        json!({"emails": [{"value": "a@b"}], "phoneNumbers": [{"value": "123"}], "name": {"givenName": "A"}})
    );
    let strict = Dialect {
        single_for_list: false,
        bare_values: false,
        list_for_single: false,
        ..Dialect::RFC
    };
    for body in [
        json!({"userName": "ada", "emails": {"value": "a@b"}}),
        json!({"userName": "ada", "emails": ["a@b"]}),
        json!({"userName": "ada", "name": [{"givenName": "A"}]}),
    ] {
        assert_eq!(read(&strict, &body).expect_err("strict").kind, ErrorKind::InvalidValue);
    }
}

#[test]
fn at_most_one_value_is_primary() {
    let emails = json!([{"value": "a", "primary": true}, {"value": "b", "primary": "True"}]);
    assert_eq!(
        refused(json!({"emails": emails})),
        "Several values of emails are marked primary; mark one."
    );
    let body = json!({"userName": "ada", "emails": emails});
    let kept = read(&Dialect::OKTA, &body).unwrap().attributes;
    assert_eq!(
        kept["emails"],
        json!([{"value": "a", "primary": true}, {"value": "b", "primary": false}])
    );
}

#[test]
fn schemas_are_understood_and_corrected() {
    let old = json!({"schemas": ["urn:scim:schemas:core:1.0"], "userName": "ada"});
    let normalised = read(&Dialect::RFC, &old).unwrap();
    assert_eq!(normalised.attributes["schemas"], json!([CORE]));
    assert!(normalised.ignored.is_empty());
    let bare = json!({"userName": "ada", ENTERPRISE: {"division": "D"}});
    assert_eq!(
        read(&Dialect::RFC, &bare).unwrap().attributes["schemas"],
        json!([CORE, ENTERPRISE])
    );
    let strict = Dialect { schemas_optional: false, ..Dialect::RFC };
    assert_eq!(read(&strict, &bare).expect_err("strict").kind, ErrorKind::InvalidSyntax);
    let wrong = json!({"schemas": 5, "userName": "ada"});
    assert_eq!(read(&Dialect::RFC, &wrong).expect_err("wrong").kind, ErrorKind::InvalidSyntax);
}

#[test]
fn dialects_are_known_by_name() {
    for name in DialectName::ALL {
        assert_eq!(name.as_str().parse(), Ok(name));
        assert_eq!(name.dialect().name, name);
    }
    let error = "workday".parse::<DialectName>().expect_err("unknown");
    assert!(error.to_string().starts_with("\"workday\" is no SCIM dialect; rfc, okta, entra"));
}
