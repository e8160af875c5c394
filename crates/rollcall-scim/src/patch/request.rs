//! The PatchOp message (RFC 7644 §3.5.2): which operations it holds. What they mean for a resource is not
//! decided here.

use serde_json::{Map, Value};

use crate::body::describe;
use crate::dialect::Dialect;
use crate::error::{ErrorKind, ScimError};
use crate::limit::Limits;
use crate::path::Path;

const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A PATCH request that has been read.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchRequest {
    /// The operations, in order.
    pub operations: Vec<Operation>,
    /// The limits under which it was read bound what it may make of a resource too.
    pub(super) limits: Limits,
}

/// One operation of a PATCH.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What is done.
    pub kind: OperationKind,
    /// Where it is done; `None` means the resource itself.
    pub path: Option<Path>,
    /// With what; `Some(Value::Null)` if the client said so.
    pub value: Option<Value>,
}

/// The three operations of RFC 7644 §3.5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// Adds values.
    Add,
    /// Puts values in the place of others.
    Replace,
    /// Takes values away.
    Remove,
}

impl PatchRequest {
    /// Reads the message. Names and operations may be written in any case (Entra sends `Replace`).
    pub fn parse(
        body: Map<String, Value>,
        dialect: &Dialect,
        limits: &Limits,
    ) -> Result<Self, ScimError> {
        let mut schemas = None;
        let mut operations = None;
        for (name, value) in body {
            if name.eq_ignore_ascii_case("schemas") {
                set_once(&mut schemas, "schemas", value)?;
            } else if name.eq_ignore_ascii_case("Operations") {
                set_once(&mut operations, "Operations", value)?;
            }
        }
        check_schemas(schemas.as_ref(), dialect)?;
        let operations = match operations {
            Some(Value::Array(operations)) => operations,
            Some(other) => {
                return Err(syntax(format!(
                    "`Operations` must be an array, but {} came.",
                    describe(&other)
                )));
            }
            None => return Err(syntax("`Operations` is missing; a PATCH lists them.".to_owned())),
        };
        if operations.is_empty() && !dialect.empty_operations {
            return Err(syntax("`Operations` is empty; a PATCH has at least one.".to_owned()));
        }
        if operations.len() > limits.operations {
            let detail = format!(
                "The PATCH has {} operations; at most {} are accepted. Send several requests.",
                operations.len(),
                limits.operations
            );
            return Err(ScimError::new(ErrorKind::PayloadTooLarge, detail));
        }
        let operations = operations.into_iter().enumerate().map(|(index, operation)| {
            Operation::parse(operation, limits).map_err(|error| {
                let detail = format!("Operations[{index}]: {}", error.detail);
                ScimError { detail, ..error }
            })
        });
        Ok(Self { operations: operations.collect::<Result<_, _>>()?, limits: *limits })
    }
}

impl Operation {
    fn parse(value: Value, limits: &Limits) -> Result<Self, ScimError> {
        let Value::Object(members) = value else {
            return Err(syntax(format!(
                "An operation must be an object, but {} came.",
                describe(&value)
            )));
        };
        let (mut kind, mut path, mut value) = (None, None, None);
        for (name, member) in members {
            if name.eq_ignore_ascii_case("op") {
                set_once(&mut kind, "op", member)?;
            } else if name.eq_ignore_ascii_case("path") {
                set_once(&mut path, "path", member)?;
            } else if name.eq_ignore_ascii_case("value") {
                set_once(&mut value, "value", member)?;
            }
        }
        let kind = match kind {
            Some(Value::String(word)) => OperationKind::parse(&word)?,
            _ => return Err(syntax("`op` is missing; it is add, replace or remove.".to_owned())),
        };
        let path = match path {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if text.trim().is_empty() => None,
            Some(Value::String(text)) => Some(Path::parse(&text, limits)?),
            Some(other) => {
                let detail = format!("`path` must be a string, but {} came.", describe(&other));
                return Err(ScimError::new(ErrorKind::InvalidPath, detail));
            }
        };
        if value.is_none() && kind != OperationKind::Remove {
            let detail = "`value` is missing; add and replace need one.";
            return Err(ScimError::new(ErrorKind::InvalidValue, detail));
        }
        Ok(Self { kind, path, value })
    }
}

impl OperationKind {
    fn parse(word: &str) -> Result<Self, ScimError> {
        let kinds = [("add", Self::Add), ("replace", Self::Replace), ("remove", Self::Remove)];
        let found = kinds.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        found
            .map(|(_, kind)| kind)
            .ok_or_else(|| syntax(format!("`op` is {word:?}; it must be add, replace or remove.")))
    }
}

fn check_schemas(schemas: Option<&Value>, dialect: &Dialect) -> Result<(), ScimError> {
    let urns = match schemas {
        None | Some(Value::Null) => &[],
        Some(Value::Array(urns)) => urns.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let is_named = urns
        .iter()
        .any(|urn| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(PATCH_SCHEMA)));
    if is_named || (urns.is_empty() && dialect.schemas_optional) {
        return Ok(());
    }
    Err(syntax(format!("`schemas` must name {PATCH_SCHEMA}.")))
}

fn set_once(slot: &mut Option<Value>, name: &str, value: Value) -> Result<(), ScimError> {
    if slot.replace(value).is_some() {
        return Err(syntax(format!(
            "`{name}` is given twice, in different spellings; send it once."
        )));
    }
    Ok(())
}

fn syntax(detail: String) -> ScimError {
    ScimError::new(ErrorKind::InvalidSyntax, detail)
}
