//! Changes to single values: simple ones, complex ones and their parts.

use serde_json::{Map, Value};

use super::change::Change;
use super::request::OperationKind;
use crate::error::{ErrorKind, ScimError};
use crate::resource::Reader;
use crate::schema::{Mutability, Place};

/// Changes a value that is read as a whole.
pub(super) fn change_simple(
    reader: &mut Reader<'_>,
    place: Place,
    current: Option<&Value>,
    change: Change,
) -> Result<Option<Value>, ScimError> {
    let after = match change {
        Change::Add(value) => reader.read(place, value)?.or_else(|| current.cloned()),
        Change::Replace(value) => reader.read(place, value)?,
        Change::Remove(_) => None,
    };
    let is_immutable = place.leaf().mutability == Mutability::Immutable;
    if is_immutable && current.is_some() && current != after.as_ref() {
        return Err(immutable(place));
    }
    Ok(after)
}

/// Changes an object, or the part of it that the place names. Members that are not mentioned stay
/// (RFC 7644 §3.5.2.3).
pub(super) fn change_complex(
    reader: &mut Reader<'_>,
    place: Place,
    current: Option<Value>,
    change: Change,
) -> Result<Option<Value>, ScimError> {
    let mut object = match current {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    let kind = change.kind();
    match (place.sub, change) {
        (Some(_), change) => change_part(reader, &mut object, place, change)?,
        (None, Change::Add(value) | Change::Replace(value)) => {
            let members = reader.members(place, value)?;
            merge(reader, &mut object, place, members, kind)?;
        }
        (None, Change::Remove(_)) => return Ok(None),
    }
    Ok((!object.is_empty()).then_some(Value::Object(object)))
}

/// Changes each part of an object that the members mention.
pub(super) fn merge(
    reader: &mut Reader<'_>,
    object: &mut Map<String, Value>,
    place: Place,
    members: Map<String, Value>,
    kind: OperationKind,
) -> Result<(), ScimError> {
    // `value` first: it may clear `$ref`, which then is set anew.
    let (first, rest): (Vec<_>, Vec<_>) =
        members.into_iter().partition(|(name, _)| name.eq_ignore_ascii_case("value"));
    for (name, value) in first.into_iter().chain(rest) {
        let Some(sub) = place.attribute.sub_attribute(&name) else {
            reader.unknown(&format!("{place}.{name}"))?;
            continue;
        };
        if sub.is_read_only() {
            continue;
        }
        if let Some(change) = Change::new(kind, Some(value)) {
            change_part(reader, object, place.with_sub(sub), change)?;
        }
    }
    Ok(())
}

/// Changes one part of an object; the place names it.
pub(super) fn change_part(
    reader: &mut Reader<'_>,
    object: &mut Map<String, Value>,
    place: Place,
    change: Change,
) -> Result<(), ScimError> {
    let name = place.leaf().name;
    let current = object.remove(name);
    let after = change_simple(reader, place, current.as_ref(), change)?;
    if name == "value" && current.is_some() && current != after {
        // The reference belongs to the old value; a manager that changes must not keep the old link.
        object.remove("$ref");
    }
    if let Some(after) = after {
        object.insert(name.to_owned(), after);
    }
    Ok(())
}

/// Refuses a change of something that is written once.
pub(super) fn immutable(place: Place) -> ScimError {
    let detail =
        format!("{place} cannot be changed once it is set; remove the value and add another.");
    ScimError::new(ErrorKind::Mutability, detail)
}
