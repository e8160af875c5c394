//! Changes to the values that a filter in brackets selects (RFC 7644 §3.5.2), and to parts of these.

use serde_json::{Map, Value};

use super::change::Change;
use super::list::{from_elements, into_elements, settle_primary};
use super::request::OperationKind;
use super::single::{change_part, immutable, merge};
use crate::error::{ErrorKind, ScimError};
use crate::filter::{BoundFilter, Literal, Operator, element_matches};
use crate::resource::Reader;
use crate::schema::{Mutability, Place};

/// Changes the values of an attribute that fulfil the filter.
pub(super) fn change_selected(
    reader: &mut Reader<'_>,
    place: Place,
    filter: &BoundFilter,
    current: Option<Value>,
    change: Change,
) -> Result<Option<Value>, ScimError> {
    let mut elements = into_elements(current);
    let matching = |(_, element): &(usize, &Value)| element_matches(filter, element);
    let mut selected: Vec<usize> =
        elements.iter().enumerate().filter(matching).map(|(index, _)| index).collect();
    match change {
        Change::Remove(_) if selected.is_empty() => {
            if !reader.dialect.removal_is_idempotent {
                return Err(no_target(place));
            }
        }
        Change::Remove(_) if place.sub.is_none() => {
            elements = keep_unselected(elements, &selected);
            selected.clear();
        }
        change if selected.is_empty() => {
            let is_taken = !place.attribute.multi_valued && !elements.is_empty();
            if is_taken || !reader.dialect.create_missing_element {
                return Err(no_target(place));
            }
            if let Some(element) = create(reader, place, filter, change)? {
                selected.push(elements.len());
                elements.push(element);
            }
        }
        change => {
            for index in &selected {
                if let Some(Value::Object(object)) = elements.get_mut(*index) {
                    change_one(reader, place, filter, object, change.clone())?;
                }
            }
        }
    }
    settle_primary(reader, place, &mut elements, &selected)?;
    if place.attribute.multi_valued {
        return Ok(from_elements(place, elements));
    }
    Ok(elements.pop().filter(|element| element.as_object().is_none_or(|object| !object.is_empty())))
}

fn change_one(
    reader: &mut Reader<'_>,
    place: Place,
    filter: &BoundFilter,
    object: &mut Map<String, Value>,
    change: Change,
) -> Result<(), ScimError> {
    match (place.sub, change) {
        (Some(_), change) => change_part(reader, object, place, change),
        (None, Change::Add(value)) => {
            let members = reader.members(place, value)?;
            merge(reader, object, place, members, OperationKind::Add)
        }
        (None, Change::Replace(value)) => replace(reader, place, filter, object, value),
        (None, Change::Remove(_)) => Ok(()),
    }
}

/// RFC 7644 §3.5.2.3: the selected value is replaced as a whole.
fn replace(
    reader: &mut Reader<'_>,
    place: Place,
    filter: &BoundFilter,
    object: &mut Map<String, Value>,
    value: Value,
) -> Result<(), ScimError> {
    let Some(Value::Object(mut after)) = reader.read_element(place, value)? else {
        return Ok(());
    };
    if reader.dialect.keep_selector {
        for (name, value) in equalities(filter).unwrap_or_default() {
            after.entry(name).or_insert(value);
        }
    }
    for sub in place.attribute.sub_attributes {
        let is_changed =
            object.get(sub.name).is_some_and(|value| after.get(sub.name) != Some(value));
        if sub.mutability == Mutability::Immutable && is_changed {
            return Err(immutable(place.with_sub(sub)));
        }
    }
    *object = after;
    Ok(())
}

/// Entra E5: no value fulfils the filter, so one is made that does.
fn create(
    reader: &mut Reader<'_>,
    place: Place,
    filter: &BoundFilter,
    change: Change,
) -> Result<Option<Value>, ScimError> {
    let Some(mut object) = equalities(filter) else {
        return Err(no_target(place));
    };
    let before = object.clone();
    match (place.sub, change) {
        (Some(_), change) => change_part(reader, &mut object, place, change)?,
        (None, Change::Add(value) | Change::Replace(value)) => {
            let members = reader.members(place, value)?;
            merge(reader, &mut object, place, members, OperationKind::Add)?;
        }
        (None, Change::Remove(_)) => return Ok(None),
    }
    // A type without a value would be no value.
    let has_content = object != before || object.contains_key("value");
    Ok(has_content.then_some(Value::Object(object)))
}

/// What an element must hold to fulfil the filter, if the filter is made of equalities only.
fn equalities(filter: &BoundFilter) -> Option<Map<String, Value>> {
    let terms = match filter {
        BoundFilter::And(terms) => terms.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut members = Map::new();
    for term in terms {
        let BoundFilter::Compare(place, Operator::Eq, literal) = term else {
            return None;
        };
        let value = match literal {
            _ if place.is_read_only() => return None,
            Literal::String(text) => Value::String(text.clone()),
            Literal::Bool(value) => Value::Bool(*value),
            Literal::Number(text) => serde_json::from_str(text).ok()?,
            Literal::Null => return None,
        };
        if members.insert(place.leaf().name.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(members)
}

fn keep_unselected(elements: Vec<Value>, selected: &[usize]) -> Vec<Value> {
    let mut selected = selected.iter().copied().peekable();
    let is_kept = |(index, _): &(usize, Value)| selected.next_if_eq(index).is_none();
    elements.into_iter().enumerate().filter(is_kept).map(|(_, element)| element).collect()
}

fn no_target(place: Place) -> ScimError {
    let detail = format!("No value of {} fulfils the filter of the path.", place.attribute.name);
    ScimError::new(ErrorKind::NoTarget, detail)
}
