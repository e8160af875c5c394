//! What the tests share: short ways to say a resource, a PATCH and what is expected of it.

use rollcall_scim::{
    Dialect, Limits, Normalised, Outcome, PatchRequest, Schemas, ScimError, normalise, parse_object,
};
use serde_json::{Map, Value, json};

pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

/// A body through the whole way in: bytes, JSON, canonical form.
pub(crate) fn read(dialect: &Dialect, body: &Value) -> Result<Normalised, ScimError> {
    let map = parse_object(body.to_string().as_bytes(), &Limits::default())?;
    normalise(map, &Schemas::USER, dialect)
}

/// The canonical form of a body that is sound.
pub(crate) fn user(body: &Value) -> Map<String, Value> {
    read(&Dialect::RFC, body).expect("the body is sound").attributes
}

pub(crate) fn apply_to(
    schemas: &Schemas,
    dialect: &Dialect,
    resource: &mut Map<String, Value>,
    operations: Value,
) -> Result<Outcome, ScimError> {
    let mut body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]});
    body["Operations"] = operations;
    let map = parse_object(body.to_string().as_bytes(), &Limits::default())?;
    PatchRequest::parse(map, dialect, &Limits::default())?.apply(resource, schemas, dialect)
}

pub(crate) fn apply(
    dialect: &Dialect,
    resource: &mut Map<String, Value>,
    operations: Value,
) -> Result<Outcome, ScimError> {
    apply_to(&Schemas::USER, dialect, resource, operations)
}

/// Applies the operations to `{userName: "ada", …}` and gives what became of it, without `schemas` and `userName`.
pub(crate) fn after(dialect: &Dialect, before: Value, operations: Value) -> Value {
    let mut body = object(before);
    body.insert("userName".into(), "ada".into());
    let mut resource = user(&Value::Object(body));
    apply(dialect, &mut resource, operations).expect("the PATCH is sound");
    resource.remove("schemas");
    resource.remove("userName");
    Value::Object(resource)
}

/// The `scimType` with which the operations are refused; the resource must not have changed.
pub(crate) fn refused(dialect: &Dialect, before: Value, operations: Value) -> &'static str {
    let mut body = object(before);
    body.insert("userName".into(), "ada".into());
    let mut resource = user(&Value::Object(body));
    let unchanged = resource.clone();
    let error = apply(dialect, &mut resource, operations).expect_err("the PATCH is refused");
    assert_eq!(resource, unchanged, "a refused PATCH changes nothing");
    error.scim_type().expect("a PATCH error has a scimType")
}
