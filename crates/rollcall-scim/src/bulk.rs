//! Bulk requests (RFC 7644 §3.7): the message, its operations, and what they say of each other.

mod reference;

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::dialect::Dialect;
use crate::discovery::BulkBounds;
use crate::error::{ErrorKind, ScimError};

const REQUEST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// The ids of what operations made, or are going to make, by the client's name for the operation.
pub type BulkIds = HashMap<String, String>;

/// A bulk request, before its operations are looked into.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// The operations, as they came.
    pub operations: Vec<Value>,
    /// After so many refusals the rest is not tried (`failOnErrors`).
    pub errors_max: usize,
}

/// One operation that is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RequestedOperation {
    /// `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// The client's name for what a POST makes.
    pub bulk_id: Option<String>,
    /// `/Users/…` or `/Groups/…`, without a slash at the end and without parameters.
    pub path: String,
    /// What a request of its own would have as body.
    pub data: Option<Map<String, Value>>,
    /// The version that is to be changed.
    pub version: Option<String>,
}

impl BulkRequest {
    /// Reads the message.
    ///
    /// # Errors
    /// `invalidSyntax` when it is none, or names an operation twice; 413 when it holds more operations than
    /// `bounds` allows.
    pub fn parse(
        body: Map<String, Value>,
        dialect: &Dialect,
        bounds: BulkBounds,
    ) -> Result<Self, ScimError> {
        let (mut operations, mut errors_max, mut named) =
            (None, usize::MAX, dialect.schemas_optional);
        for (name, value) in body {
            if name.eq_ignore_ascii_case("schemas") {
                named = names_request(&value);
            } else if name.eq_ignore_ascii_case("failOnErrors") {
                errors_max = match value.as_u64() {
                    // RFC 7643 §2.5: null is as good as nothing.
                    None if value.is_null() => usize::MAX,
                    Some(most) if most > 0 => usize::try_from(most).unwrap_or(usize::MAX),
                    _ => return Err(syntax("`failOnErrors` must be a whole number above zero.")),
                };
            } else if name.eq_ignore_ascii_case("Operations") {
                operations = Some(value);
            }
        }
        if !named {
            return Err(syntax(&format!("`schemas` must name {REQUEST_SCHEMA}.")));
        }
        let Some(Value::Array(operations)) = operations else {
            return Err(syntax("`Operations` must be an array."));
        };
        let most = usize::try_from(bounds.max_operations).unwrap_or(usize::MAX);
        if operations.len() > most {
            let detail = format!(
                "The request has {} operations; at most {most} are accepted. Send several requests.",
                operations.len()
            );
            return Err(ScimError::new(ErrorKind::PayloadTooLarge, detail));
        }
        check_bulk_ids(&operations)?;
        Ok(Self { operations, errors_max })
    }
}

fn names_request(schemas: &Value) -> bool {
    let names =
        |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(REQUEST_SCHEMA));
    schemas.as_array().is_some_and(|urns| urns.iter().any(names))
}

/// A name that two operations had would lead to the wrong one.
fn check_bulk_ids(operations: &[Value]) -> Result<(), ScimError> {
    let mut ids: Vec<&str> = operations.iter().filter_map(bulk_id).collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair.first() == pair.last()).and_then(<[_]>::first) {
        Some(twice) => Err(syntax(&format!("The bulkId {twice:?} is given twice."))),
        None => Ok(()),
    }
}

fn bulk_id(operation: &Value) -> Option<&str> {
    let mut members = operation.as_object()?.iter();
    members.find(|(name, _)| name.eq_ignore_ascii_case("bulkId"))?.1.as_str()
}

impl RequestedOperation {
    /// Reads an operation: as much of it as can be read, which the answer tells, and why it cannot be carried
    /// out, if so.
    #[must_use]
    pub fn read(operation: Value) -> (Self, Option<ScimError>) {
        let Value::Object(members) = operation else {
            return (Self::default(), Some(syntax("An operation must be an object.")));
        };
        let mut read = Self::default();
        let text =
            |value: Value| if let Value::String(text) = value { text } else { String::new() };
        for (name, value) in members {
            match name.to_ascii_lowercase().as_str() {
                "method" => read.method = text(value).to_ascii_uppercase(),
                "bulkid" => read.bulk_id = value.as_str().map(str::to_owned),
                "path" => read.path = path(&text(value)),
                "version" => read.version = value.as_str().map(str::to_owned),
                "data" => read.data = object(value),
                _ => {}
            }
        }
        let needs_data = ["POST", "PUT", "PATCH"].contains(&read.method.as_str());
        let refusal = if read.method == "POST" && read.bulk_id.is_none() {
            Some("A POST needs a `bulkId`, by which the answer tells what it made.")
        } else if needs_data && read.data.is_none() {
            Some("`data` is missing; it holds what a request of its own would have as body.")
        } else {
            None
        };
        (read, refusal.map(syntax))
    }

    /// Whether it refers to what other operations make.
    #[must_use]
    pub fn refers(&self) -> bool {
        self.path.split('/').any(reference::is_reference)
            || self.data.iter().flat_map(Map::values).any(reference::refers)
    }

    /// Takes its data out and answers with them and the parts of its path, with ids in the place of all references.
    ///
    /// # Errors
    /// `invalidValue` for a name that no operation of the request has.
    pub fn resolve(
        &mut self,
        ids: &BulkIds,
    ) -> Result<(Map<String, Value>, Vec<String>), ScimError> {
        let mut data = self.data.take().unwrap_or_default();
        reference::resolve_members(&mut data, ids)?;
        let parts = self.path.trim_start_matches('/').split('/');
        let parts: Result<Vec<String>, ScimError> =
            parts.map(|part| reference::of_path(part, ids)).collect();
        Ok((data, parts?))
    }
}

fn object(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(members) = value { Some(members) } else { None }
}

/// The path without a parameter, and with one slash before it.
fn path(text: &str) -> String {
    let plain = text.split('?').next().unwrap_or_default().trim().trim_matches('/');
    format!("/{plain}")
}

fn syntax(detail: &str) -> ScimError {
    ScimError::new(ErrorKind::InvalidSyntax, detail)
}
