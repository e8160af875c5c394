//! Attributes and parts that a resource cannot be without, in POST, PUT and PATCH.

use rollcall_scim::{
    Attribute, Dialect, ErrorKind, Kind, Limits, PatchRequest, Schema, Schemas, ScimError,
    normalise,
};
use serde_json::{Map, Value, json};

const PERSON: Schema = Schema {
    id: "urn:example:Person",
    name: "Person",
    description: "A person.",
    attributes: &[
        Attribute::complex(
            "name",
            &[Attribute::string("first", "").required(), Attribute::string("middle", "")],
            "",
        )
        .required(),
        Attribute::complex(
            "emails",
            &[Attribute::string("value", "").required(), Attribute::string("type", "")],
            "",
        )
        .multi_valued()
        .required(),
        Attribute::complex(
            "seat",
            &[Attribute::string("room", "").required(), Attribute::string("desk", "")],
            "",
        ),
        Attribute::new("active", Kind::Boolean, "").required().supplied(),
    ],
};
const SCHEMAS: Schemas = Schemas { core: &PERSON, extensions: &[] };

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

fn read(body: Value) -> Result<Map<String, Value>, (ErrorKind, String)> {
    let read = normalise(object(body), &SCHEMAS, &Dialect::OKTA);
    read.map(|read| read.attributes).map_err(|error| (error.kind, error.detail))
}

fn whole() -> Value {
    json!({"name": {"first": "Ada", "middle": "K"}, "emails": [{"value": "a@b", "type": "work"}], "active": true})
}

fn patched(operation: &Value) -> Result<Value, (ErrorKind, String)> {
    let mut resource = read(whole()).expect("the resource is whole");
    let limits = Limits::default();
    let patch =
        PatchRequest::parse(object(json!({"Operations": [operation]})), &Dialect::OKTA, &limits);
    let applied = patch.and_then(|patch| patch.apply(&mut resource, &SCHEMAS, &Dialect::OKTA));
    applied.map(|_| Value::Object(resource)).map_err(|ScimError { kind, detail }| (kind, detail))
}

#[test]
fn a_body_must_bring_what_is_required() {
    for (missing, without) in [
        ("name", json!({"emails": [{"value": "a"}]})),
        ("name.first", json!({"name": {"middle": "K"}, "emails": [{"value": "a"}]})),
        ("name.first", json!({"name": {"first": "", "middle": "K"}, "emails": [{"value": "a"}]})),
        ("emails", json!({"name": {"first": "Ada"}})),
        ("emails", json!({"name": {"first": "Ada"}, "emails": [{"type": "work", "value": ""}]})),
        (
            "seat.room",
            json!({"name": {"first": "Ada"}, "emails": [{"value": "a"}], "seat": {"desk": "1"}}),
        ),
    ] {
        let expected = format!("{missing} is required and must not be empty.");
        assert_eq!(read(without), Err((ErrorKind::InvalidValue, expected)));
    }
}

#[test]
fn what_the_server_supplies_may_be_left_out_but_not_taken_away() {
    assert!(read(json!({"name": {"first": "Ada"}, "emails": [{"value": "a"}]})).is_ok());
    for value in [
        json!({"op": "remove", "path": "active"}),
        json!({"op": "replace", "value": {"active": null}}),
    ] {
        let (kind, detail) = patched(&value).expect_err("it cannot be taken away");
        assert_eq!(
            (kind, detail.as_str()),
            (ErrorKind::Mutability, "active is required and cannot be taken away.")
        );
    }
}

#[test]
fn one_of_several_values_without_its_required_part_is_no_value() {
    let body = json!({"name": {"first": "Ada"}, "emails": [{"type": "home", "value": ""}, {"value": "a"}]});
    assert_eq!(read(body).expect("one is left")["emails"], json!([{"value": "a"}]));
    let added = patched(&json!({"op": "add", "path": "emails", "value": [{"type": "home"}]}));
    assert_eq!(added.expect("nothing is added")["emails"], whole()["emails"]);
}

#[test]
fn a_patch_cannot_take_a_required_part_away() {
    for (place, operation) in [
        ("name", json!({"op": "remove", "path": "name"})),
        ("name.first", json!({"op": "remove", "path": "name.first"})),
        ("name.first", json!({"op": "replace", "path": "name.first", "value": ""})),
        ("emails", json!({"op": "remove", "path": "emails"})),
        ("emails", json!({"op": "replace", "path": "emails", "value": []})),
        ("emails", json!({"op": "remove", "path": "emails[type eq \"work\"]"})),
        ("emails", json!({"op": "remove", "path": "emails[type eq \"work\"].value"})),
        ("emails", json!({"op": "remove", "path": "emails.value"})),
    ] {
        let (kind, detail) = patched(&operation).expect_err("it cannot be taken away");
        let expected = format!("{place} is required and cannot be taken away.");
        assert_eq!((kind, detail), (ErrorKind::Mutability, expected), "{operation}");
    }
    assert!(patched(&json!({"op": "remove", "path": "name.middle"})).is_ok());
}
