//! Changes to the values of a multi-valued attribute as a whole: add, replace, remove all or those listed.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

use super::change::Change;
use super::request::OperationKind;
use super::single::{change_part, merge};
use crate::error::{ErrorKind, ScimError};
use crate::resource::{Reader, clear_primary, is_primary, is_whole};
use crate::schema::Place;

/// Changes the whole list.
pub(super) fn change_list(
    reader: &mut Reader<'_>,
    place: Place,
    current: Option<Value>,
    change: Change,
) -> Result<Option<Value>, ScimError> {
    match change {
        Change::Replace(value) => reader.read(place, value),
        Change::Add(value) => {
            let added = into_elements(reader.read(place, value)?);
            let mut elements = into_elements(current);
            let touched = add_elements(reader, place, &mut elements, added)?;
            settle_primary(reader, place, &mut elements, &touched)?;
            Ok(from_elements(place, elements))
        }
        Change::Remove(Some(listed)) if reader.dialect.remove_listed_values => {
            let listed = into_elements(reader.read(place, listed)?);
            let index = Index::new(&listed);
            let mut elements = into_elements(current);
            elements.retain(|element| index.find(&listed, element).is_none());
            Ok(from_elements(place, elements))
        }
        Change::Remove(_) => Ok(None),
    }
}

/// Changes the same part of every value: `emails.display`.
pub(super) fn change_each(
    reader: &mut Reader<'_>,
    place: Place,
    current: Option<Value>,
    change: &Change,
) -> Result<Option<Value>, ScimError> {
    let mut elements = into_elements(current);
    if elements.is_empty() {
        match change.kind() {
            OperationKind::Remove => return Ok(None),
            OperationKind::Replace if !reader.dialect.create_missing_element => {
                let detail = format!("{place} cannot be replaced: there is no value yet.");
                return Err(ScimError::new(ErrorKind::NoTarget, detail));
            }
            _ => elements.push(Value::Object(serde_json::Map::new())),
        }
    }
    for element in &mut elements {
        if let Value::Object(object) = element {
            change_part(reader, object, place, change.clone())?;
        }
    }
    let touched: Vec<usize> = (0..elements.len()).collect();
    settle_primary(reader, place, &mut elements, &touched)?;
    Ok(from_elements(place, elements))
}

/// RFC 7644 §3.5.2: a value that becomes primary takes the mark from all others.
pub(super) fn settle_primary(
    reader: &Reader<'_>,
    place: Place,
    elements: &mut [Value],
    touched: &[usize],
) -> Result<(), ScimError> {
    let mut marked = touched.iter().filter(|index| elements.get(**index).is_some_and(is_primary));
    let Some(chosen) = marked.next().copied() else {
        return Ok(());
    };
    if marked.next().is_some() && !reader.dialect.keep_first_primary {
        let detail =
            format!("Several values of {} would be primary; mark one.", place.attribute.name);
        return Err(ScimError::new(ErrorKind::InvalidValue, detail));
    }
    for (index, element) in elements.iter_mut().enumerate() {
        if index != chosen && is_primary(element) {
            clear_primary(element);
        }
    }
    Ok(())
}

/// The values of an attribute; one value that stands alone counts as a list of one.
pub(super) fn into_elements(value: Option<Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(elements)) => elements,
        Some(single) => vec![single],
    }
}

/// The list without values that are none: empty objects, and those that lack a required part. `None` if
/// nothing is left.
pub(super) fn from_elements(place: Place, mut elements: Vec<Value>) -> Option<Value> {
    let whole = Place { sub: None, ..place };
    elements.retain(|element| {
        element.as_object().is_none_or(|object| !object.is_empty()) && is_whole(whole, element)
    });
    (!elements.is_empty()).then_some(Value::Array(elements))
}

/// Adds what is not there yet (RFC 7644 §3.5.2.1). Returns the positions that were added or merged into.
fn add_elements(
    reader: &mut Reader<'_>,
    place: Place,
    elements: &mut Vec<Value>,
    added: Vec<Value>,
) -> Result<Vec<usize>, ScimError> {
    let mut index = Index::new(elements);
    let mut touched = Vec::with_capacity(added.len());
    for new in added {
        match index.find(elements, &new) {
            Some(position) => {
                if let (Some(Value::Object(object)), Value::Object(members)) =
                    (elements.get_mut(position), new)
                {
                    merge(reader, object, place, members, OperationKind::Add)?;
                }
                touched.push(position);
            }
            None => {
                index.insert(elements.len(), &new);
                touched.push(elements.len());
                elements.push(new);
            }
        }
    }
    Ok(touched)
}

/// Finds equal elements without comparing each with each, so that a thousand members added to a thousand
/// others cost two thousand steps.
struct Index {
    hasher: RandomState,
    positions: HashMap<u64, Vec<usize>>,
}

impl Index {
    fn new(elements: &[Value]) -> Self {
        let mut index = Self { hasher: RandomState::new(), positions: HashMap::new() };
        for (position, element) in elements.iter().enumerate() {
            index.insert(position, element);
        }
        index
    }

    fn insert(&mut self, position: usize, element: &Value) {
        self.positions.entry(self.hash(element)).or_default().push(position);
    }

    fn find(&self, elements: &[Value], wanted: &Value) -> Option<usize> {
        let candidates = self.positions.get(&self.hash(wanted))?;
        let is_same = |position: &&usize| {
            elements.get(**position).is_some_and(|element| is_same(element, wanted))
        };
        candidates.iter().find(is_same).copied()
    }

    fn hash(&self, element: &Value) -> u64 {
        match element.get("value").unwrap_or(element) {
            Value::String(text) => self.hasher.hash_one(text),
            other => self.hasher.hash_one(other.to_string()),
        }
    }
}

/// Whether two elements are the same value. RFC 7643 §2.4: `value` and `type` together tell them apart; a
/// client that leaves the type out (Entra E13: only `value`) means the value alone.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left.get("value"), right.get("value")) {
        (Some(left_value), Some(right_value)) => {
            left_value == right_value && types_agree(left.get("type"), right.get("type"))
        }
        _ => left == right,
    }
}

fn types_agree(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left.and_then(Value::as_str), right.and_then(Value::as_str)) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => true,
    }
}
