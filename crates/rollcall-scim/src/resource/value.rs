//! Reads one value against its definition: repairs what the dialect repairs, refuses what does not fit.
//! It never changes a value that fits.

use serde_json::{Map, Value};

use crate::body::describe;
use crate::dialect::Dialect;
use crate::error::{ErrorKind, ScimError};
use crate::filter::text_boolean;
use crate::schema::{Kind, Place};

/// Reads the values of one request and keeps account of what it left out.
pub(crate) struct Reader<'a> {
    pub(crate) dialect: &'a Dialect,
    pub(crate) ignored: Ignored,
    pub(crate) withheld: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(dialect: &'a Dialect) -> Self {
        Self { dialect, ignored: Ignored::default(), withheld: Vec::new() }
    }

    /// Reads the value of a place. `None` means that the value is no value: `null`, `""`, `[]`, an object
    /// without any known member, or something that is never kept.
    pub(crate) fn read(&mut self, place: Place, value: Value) -> Result<Option<Value>, ScimError> {
        if place.is_list() {
            self.read_list(place, value)
        } else {
            let value = self.unwrap_single(place, value)?;
            self.read_one(place, value)
        }
    }

    /// Reads one element of a multi-valued attribute.
    pub(crate) fn read_element(
        &mut self,
        place: Place,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        self.read_one(place, value)
    }

    /// The members of a complex value, not yet read. A bare string stands for the `value` among them.
    pub(crate) fn members(
        &self,
        place: Place,
        value: Value,
    ) -> Result<Map<String, Value>, ScimError> {
        let value = if place.is_list() { value } else { self.unwrap_single(place, value)? };
        match value {
            Value::Object(members) => Ok(members),
            Value::Null => Ok(Map::new()),
            Value::String(text) if text.is_empty() => Ok(Map::new()),
            Value::String(text)
                if self.dialect.bare_values && place.leaf().sub_attribute("value").is_some() =>
            {
                Ok(Map::from_iter([("value".to_owned(), Value::String(text))]))
            }
            other => Err(wrong_type(place, "an object", &other)),
        }
    }

    /// Notes a name that no schema knows, or refuses it.
    pub(crate) fn unknown(&mut self, name: &str) -> Result<(), ScimError> {
        if self.dialect.ignore_unknown_attributes {
            self.ignored.push(name);
            return Ok(());
        }
        let detail = format!("{name} is not known here, and this connection ignores nothing.");
        Err(ScimError::new(ErrorKind::InvalidSyntax, detail))
    }

    fn read_list(&mut self, place: Place, value: Value) -> Result<Option<Value>, ScimError> {
        let elements = match value {
            Value::Array(elements) => elements,
            Value::Null => return Ok(None),
            Value::String(text) if text.is_empty() => return Ok(None),
            single if self.dialect.single_for_list => vec![single],
            other => return Err(wrong_type(place, "an array", &other)),
        };
        let mut kept = Vec::with_capacity(elements.len());
        for element in elements {
            kept.extend(self.read_one(place, element)?.filter(|value| is_whole(place, value)));
        }
        if kept.is_empty() {
            return Ok(None);
        }
        self.settle_primary(place, &mut kept)?;
        Ok(Some(Value::Array(kept)))
    }

    /// RFC 7643 §2.4: `primary` is true for at most one value.
    fn settle_primary(&self, place: Place, elements: &mut [Value]) -> Result<(), ScimError> {
        let mut primaries =
            elements.iter_mut().filter(|element| is_primary(element)).skip(1).peekable();
        if primaries.peek().is_some() && !self.dialect.keep_first_primary {
            let detail = format!("Several values of {place} are marked primary; mark one.");
            return Err(ScimError::new(ErrorKind::InvalidValue, detail));
        }
        primaries.for_each(clear_primary);
        Ok(())
    }

    fn unwrap_single(&self, place: Place, value: Value) -> Result<Value, ScimError> {
        match value {
            Value::Array(elements) if elements.is_empty() => Ok(Value::Null),
            Value::Array(mut elements) if elements.len() == 1 && self.dialect.list_for_single => {
                Ok(elements.pop().unwrap_or(Value::Null))
            }
            other => {
                if other.is_array() {
                    return Err(wrong_type(place, expected(place), &other));
                }
                Ok(other)
            }
        }
    }

    fn read_one(&mut self, place: Place, value: Value) -> Result<Option<Value>, ScimError> {
        let leaf = place.leaf();
        let fits = match (&value, leaf.kind) {
            (Value::Null, _) => return Ok(None),
            (Value::String(text), kind) if text.is_empty() && kind != Kind::Complex => {
                return Ok(None);
            }
            (_, Kind::Complex) => return self.read_complex(place, value),
            (Value::String(text), Kind::Boolean) if self.dialect.text_booleans => {
                match text_boolean(text) {
                    Some(boolean) => return Ok(Some(Value::Bool(boolean))),
                    None => false,
                }
            }
            (Value::String(text), Kind::DateTime) => text.parse::<jiff::Timestamp>().is_ok(),
            (Value::String(_), Kind::String | Kind::Reference | Kind::Binary) => true,
            (Value::Bool(_), Kind::Boolean) | (Value::Number(_), Kind::Decimal) => true,
            (Value::Number(number), Kind::Integer) => number.is_i64() || number.is_u64(),
            _ => false,
        };
        if !fits {
            return Err(wrong_type(place, expected(place), &value));
        }
        if leaf.is_secret() {
            if !self.withheld.contains(&leaf.name) {
                self.withheld.push(leaf.name);
            }
            return Ok(None);
        }
        Ok(Some(value))
    }

    fn read_complex(&mut self, place: Place, value: Value) -> Result<Option<Value>, ScimError> {
        let mut kept = Map::new();
        for (name, value) in self.members(place, value)? {
            let Some(sub) = place.attribute.sub_attribute(&name) else {
                self.unknown(&format!("{place}.{name}"))?;
                continue;
            };
            if sub.is_read_only() {
                continue;
            }
            let place = place.with_sub(sub);
            if kept.contains_key(sub.name) {
                let detail =
                    format!("{place} is given twice, in different spellings; send it once.");
                return Err(ScimError::new(ErrorKind::InvalidSyntax, detail));
            }
            if let Some(value) = self.read(place, value)? {
                kept.insert(sub.name.to_owned(), value);
            }
        }
        Ok((!kept.is_empty()).then_some(Value::Object(kept)))
    }
}

/// The names that were ignored: each once, and so few that a hostile body cannot make the list long.
#[derive(Debug, Default)]
pub(crate) struct Ignored(Vec<String>);

impl Ignored {
    const MOST: usize = 64;

    pub(crate) fn push(&mut self, name: &str) {
        if self.0.len() < Self::MOST && !self.0.iter().any(|known| known == name) {
            self.0.push(name.to_owned());
        }
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        self.0
    }
}

/// Whether an element has every part that its attribute requires. One that has not says nothing: template-
/// driven clients send `{"type": "work", "value": ""}` for an address that a person does not have (L4).
pub(crate) fn is_whole(place: Place, element: &Value) -> bool {
    place.leaf().required_parts().all(|part| element.get(part.name).is_some())
}

/// Whether an element is marked primary.
pub(crate) fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// Takes the mark from an element.
pub(crate) fn clear_primary(element: &mut Value) {
    if let Some(mark) = element.get_mut("primary") {
        *mark = Value::Bool(false);
    }
}

fn expected(place: Place) -> &'static str {
    match place.leaf().kind {
        Kind::String => "a string",
        Kind::Boolean => "true or false",
        Kind::Decimal => "a number",
        Kind::Integer => "a whole number",
        Kind::DateTime => "a string with a date and time such as 2026-01-31T08:00:00Z",
        Kind::Reference => "a string with a URI",
        Kind::Binary => "a string in base64",
        Kind::Complex => "an object",
    }
}

fn wrong_type(place: Place, expected: &str, came: &Value) -> ScimError {
    let is_secret = place.leaf().is_secret();
    let came = match came {
        secret if is_secret => describe(secret).to_owned(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.len() <= 40 => format!("the string {text:?}"),
        other => describe(other).to_owned(),
    };
    ScimError::new(ErrorKind::InvalidValue, format!("{place} must be {expected}, but {came} came."))
}
