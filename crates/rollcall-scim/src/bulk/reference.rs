//! `bulkId:x` stands for the id of what the operation named `x` makes (RFC 7644 §3.7.2).

use serde_json::{Map, Value};

use crate::bulk::BulkIds;
use crate::error::{ErrorKind, ScimError};

const PREFIX: &str = "bulkId:";

/// Whether a value refers to other operations.
pub(super) fn refers(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with(PREFIX),
        Value::Array(elements) => elements.iter().any(refers),
        Value::Object(members) => members.values().any(refers),
        _ => false,
    }
}

/// Puts ids in the place of all references.
pub(super) fn resolve_members(
    members: &mut Map<String, Value>,
    ids: &BulkIds,
) -> Result<(), ScimError> {
    members.values_mut().try_for_each(|one| resolve(one, ids))
}

fn resolve(value: &mut Value, ids: &BulkIds) -> Result<(), ScimError> {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(PREFIX) {
                *text = id(name, ids)?;
            }
            Ok(())
        }
        Value::Array(elements) => elements.iter_mut().try_for_each(|one| resolve(one, ids)),
        Value::Object(members) => members.values_mut().try_for_each(|one| resolve(one, ids)),
        _ => Ok(()),
    }
}

/// The id that a part of a path names.
pub(super) fn of_path(text: &str, ids: &BulkIds) -> Result<String, ScimError> {
    match text.strip_prefix(PREFIX) {
        Some(name) => id(name, ids),
        None => Ok(text.to_owned()),
    }
}

/// Whether a part of a path refers to another operation.
pub(super) fn is_reference(text: &str) -> bool {
    text.starts_with(PREFIX)
}

fn id(name: &str, ids: &BulkIds) -> Result<String, ScimError> {
    ids.get(name).cloned().ok_or_else(|| {
        let detail = format!("bulkId:{name} names no operation of this request.");
        ScimError::new(ErrorKind::InvalidValue, detail)
    })
}
