//! Whether a resource, or one value of an attribute, fulfils a bound filter. Cannot fail: what could not be
//! compared was refused when the filter was bound.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::{BoundFilter, Literal, Operator};
use crate::schema::{Attribute, Kind, Place};

/// Whether the resource fulfils the filter.
pub(super) fn resource_matches(filter: &BoundFilter, resource: &Map<String, Value>) -> bool {
    evaluate(filter, &Scope::Resource(resource))
}

/// Whether one value of a multi-valued attribute fulfils the filter in brackets.
pub(crate) fn element_matches(filter: &BoundFilter, element: &Value) -> bool {
    evaluate(filter, &Scope::Element(element))
}

enum Scope<'a> {
    Resource(&'a Map<String, Value>),
    Element(&'a Value),
}

fn evaluate(filter: &BoundFilter, scope: &Scope<'_>) -> bool {
    match filter {
        BoundFilter::And(terms) => terms.iter().all(|term| evaluate(term, scope)),
        BoundFilter::Or(terms) => terms.iter().any(|term| evaluate(term, scope)),
        BoundFilter::Not(filter) => !evaluate(filter, scope),
        BoundFilter::Present(place) => scope.values(place).any(is_present),
        BoundFilter::Compare(place, operator, literal) => {
            compares(scope, place, *operator, literal)
        }
        BoundFilter::Element(place, filter) => {
            scope.values(place).any(|element| element_matches(filter, element))
        }
    }
}

impl<'a> Scope<'a> {
    /// The values at a place: none, one, or one for each element of an array.
    fn values(&self, place: &Place) -> impl Iterator<Item = &'a Value> + use<'a> {
        let (root, sub) = match self {
            Self::Resource(resource) => (place.find(resource), place.sub),
            Self::Element(element) => (Some(*element), place.sub),
        };
        let elements = match root {
            None => &[],
            Some(Value::Array(elements)) => elements.as_slice(),
            Some(single) => std::slice::from_ref(single),
        };
        elements.iter().filter_map(move |element| match sub {
            None => Some(element),
            Some(sub) => element.get(sub.name),
        })
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn compares(scope: &Scope<'_>, place: &Place, operator: Operator, literal: &Literal) -> bool {
    let leaf = place.leaf();
    let mut values = scope.values(place).filter(|value| !value.is_null()).peekable();
    if values.peek().is_none() {
        // No value is what `null` stands for, and it differs from every other literal.
        return (operator == Operator::Eq) == (*literal == Literal::Null)
            && matches!(operator, Operator::Eq | Operator::Ne);
    }
    values.any(|value| compare(leaf, operator, value, literal))
}

fn compare(leaf: &Attribute, operator: Operator, value: &Value, literal: &Literal) -> bool {
    match literal {
        Literal::Null => operator == Operator::Ne,
        Literal::Bool(expected) => match operator {
            Operator::Eq => value.as_bool() == Some(*expected),
            Operator::Ne => value.as_bool() != Some(*expected),
            _ => false,
        },
        Literal::Number(text) => {
            let order = value.as_f64().zip(text.parse().ok()).and_then(|(a, b)| a.partial_cmp(&b));
            holds(operator, order)
        }
        Literal::String(text) => {
            value.as_str().is_some_and(|value| text_compares(leaf, operator, value, text))
        }
    }
}

fn text_compares(leaf: &Attribute, operator: Operator, value: &str, literal: &str) -> bool {
    if leaf.kind == Kind::DateTime
        && !matches!(operator, Operator::Co | Operator::Sw | Operator::Ew)
    {
        let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
        return holds(operator, time(value).zip(time(literal)).map(|(a, b)| a.cmp(&b)));
    }
    let (value, literal) = (fold(leaf, value), fold(leaf, literal));
    match operator {
        Operator::Co => value.contains(literal.as_ref()),
        Operator::Sw => value.starts_with(literal.as_ref()),
        Operator::Ew => value.ends_with(literal.as_ref()),
        _ => holds(operator, Some(value.cmp(&literal))),
    }
}

fn holds(operator: Operator, order: Option<Ordering>) -> bool {
    match (operator, order) {
        (Operator::Ne, None) => true,
        (_, None) => false,
        (Operator::Eq, Some(order)) => order.is_eq(),
        (Operator::Ne, Some(order)) => order.is_ne(),
        (Operator::Gt, Some(order)) => order.is_gt(),
        (Operator::Ge, Some(order)) => order.is_ge(),
        (Operator::Lt, Some(order)) => order.is_lt(),
        (Operator::Le, Some(order)) => order.is_le(),
        (Operator::Co | Operator::Sw | Operator::Ew, Some(_)) => false,
    }
}

/// The text in the form in which it is compared.
fn fold<'a>(leaf: &Attribute, text: &'a str) -> Cow<'a, str> {
    if leaf.case_exact { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}
