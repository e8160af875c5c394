//! `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3): what a list is ordered by, and how two resources compare.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::attribute_path::AttributePath;
use crate::error::{ErrorKind, ScimError};
use crate::schema::{Kind, Place, Returned, Schemas};

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    place: Place,
    descending: bool,
}

/// The value by which a resource is ordered. Values of one place are of one kind.
#[derive(Debug, Clone, PartialEq)]
pub enum SortKey {
    /// The resource has no value there.
    Missing,
    /// `false` stands before `true`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, in the form in which it is compared.
    Text(String),
}

impl Sort {
    /// Reads the parameters; `None` when the list is not to be ordered by anything.
    ///
    /// # Errors
    /// `invalidValue` for an attribute that no schema knows or that has no order, and for another order
    /// than `ascending` and `descending`; `sensitive` for a secret.
    pub fn parse(
        sort_by: Option<&str>,
        sort_order: Option<&str>,
        schemas: &Schemas,
    ) -> Result<Option<Self>, ScimError> {
        let descending = match sort_order.map(str::trim).filter(|order| !order.is_empty()) {
            None => false,
            Some(order) if order.eq_ignore_ascii_case("ascending") => false,
            Some(order) if order.eq_ignore_ascii_case("descending") => true,
            Some(order) => {
                return Err(invalid(format!(
                    "sortOrder is {order:?}; it must be ascending or descending."
                )));
            }
        };
        let Some(name) = sort_by.map(str::trim).filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        let place =
            AttributePath::parse(name).ok().and_then(|path| schemas.resolve_in_filter(&path));
        let place = place.ok_or_else(|| {
            invalid(format!("sortBy names {name:?}, which is no attribute here."))
        })?;
        let place = match place.leaf().kind {
            Kind::Complex => {
                let value = place.attribute.sub_attribute("value");
                value.map(|value| place.with_sub(value)).ok_or_else(|| {
                    invalid(format!(
                        "{place} has several parts; name one of them, as in {place}.x."
                    ))
                })?
            }
            _ => place,
        };
        if place.leaf().kind == Kind::Binary {
            return Err(invalid(format!("{place} has no order.")));
        }
        if place.leaf().returned == Returned::Never {
            let detail = format!("{place} is secret and cannot be sorted by.");
            return Err(ScimError::new(ErrorKind::Sensitive, detail));
        }
        Ok(Some(Self { place, descending }))
    }

    /// The value by which a resource in canonical form is ordered: of several, that of the primary one, else
    /// of the first.
    #[must_use]
    pub fn key(&self, resource: &Map<String, Value>) -> SortKey {
        let found = match self.place.find(resource) {
            Some(Value::Array(elements)) => {
                let is_primary =
                    |element: &&Value| element.get("primary") == Some(&Value::Bool(true));
                elements.iter().find(is_primary).or_else(|| elements.first())
            }
            single => single,
        };
        let value = match self.place.sub {
            Some(sub) => found.and_then(|found| found.get(sub.name)),
            None => found,
        };
        let leaf = self.place.leaf();
        match value {
            Some(Value::Bool(flag)) => SortKey::Bool(*flag),
            Some(Value::Number(number)) => {
                number.as_f64().map_or(SortKey::Missing, SortKey::Number)
            }
            Some(Value::String(text)) if text.is_empty() => SortKey::Missing,
            Some(Value::String(text)) if leaf.kind == Kind::DateTime => {
                let moment = text.parse::<jiff::Timestamp>();
                // Milliseconds of our time are whole numbers that a float holds.
                moment.map_or(SortKey::Missing, |at| SortKey::Number(at.as_millisecond() as f64))
            }
            Some(Value::String(text)) if leaf.case_exact => SortKey::Text(text.clone()),
            Some(Value::String(text)) => SortKey::Text(text.to_lowercase()),
            _ => SortKey::Missing,
        }
    }

    /// How two resources stand to each other. One without a value is last in ascending order and first in
    /// descending (RFC 7644 §3.4.2.3).
    #[must_use]
    pub fn compare(&self, left: &SortKey, right: &SortKey) -> Ordering {
        let ascending = match (left, right) {
            (SortKey::Missing, SortKey::Missing) => Ordering::Equal,
            (SortKey::Missing, _) => Ordering::Greater,
            (_, SortKey::Missing) => Ordering::Less,
            (SortKey::Bool(left), SortKey::Bool(right)) => left.cmp(right),
            (SortKey::Number(left), SortKey::Number(right)) => left.total_cmp(right),
            (SortKey::Text(left), SortKey::Text(right)) => left.cmp(right),
            (SortKey::Bool(_), _) | (SortKey::Number(_), SortKey::Text(_)) => Ordering::Less,
            (_, SortKey::Bool(_)) | (SortKey::Text(_), SortKey::Number(_)) => Ordering::Greater,
        };
        if self.descending { ascending.reverse() } else { ascending }
    }
}

impl SortKey {
    /// The memory that it takes beside itself, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        if let Self::Text(text) = self { text.len() } else { 0 }
    }

    /// What is no number has no place among them.
    fn number(number: f64) -> Self {
        if number.is_nan() { Self::Missing } else { Self::Number(number) }
    }

    /// As it stands in a cursor.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Missing => Value::Null,
            Self::Bool(flag) => Value::from(*flag),
            // By its bits: a number with a point is not always read from JSON as it was written, and a place
            // a hair away would skip a resource or show it twice.
            Self::Number(number) => Value::from(vec![number.to_bits()]),
            Self::Text(text) => Value::from(text.as_str()),
        }
    }

    /// From what stood in a cursor.
    #[must_use]
    pub fn from_json(value: &Value) -> Self {
        match value {
            Value::Bool(flag) => Self::Bool(*flag),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(bits) => match bits.as_slice() {
                [bits] => bits.as_u64().map(f64::from_bits).map_or(Self::Missing, Self::number),
                _ => Self::Missing,
            },
            _ => Self::Missing,
        }
    }
}

fn invalid(detail: String) -> ScimError {
    ScimError::new(ErrorKind::InvalidValue, detail)
}
