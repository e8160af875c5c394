//! From the bytes of a request to a JSON object, in one pass that is bounded in length, depth and
//! breadth. It knows JSON only; what the members mean is decided elsewhere.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{ErrorKind, ScimError};
use crate::limit::Limits;

/// Reads a request body. Refuses what is too long, too deep or too broad, what is not JSON, what is not
/// an object, and an object that says the same name twice: RFC 8259 §4 leaves open which of the two
/// counts, so a check before us may have seen the other one.
///
/// The depth is counted before each descent, so no input can exhaust the stack.
pub fn parse_object(bytes: &[u8], limits: &Limits) -> Result<Map<String, Value>, ScimError> {
    if bytes.len() > limits.body_bytes {
        let detail = format!(
            "The body has {} bytes; at most {} are accepted. Send less at once.",
            bytes.len(),
            limits.body_bytes
        );
        return Err(ScimError::new(ErrorKind::PayloadTooLarge, detail));
    }
    let (refusal, values) = (RefCell::new(None), Cell::new(0));
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let seed = Guard { limits, depth: 0, values: &values, refusal: &refusal };
    let parsed = seed.deserialize(&mut deserializer).and_then(|value| {
        deserializer.end()?;
        Ok(value)
    });
    match parsed {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => {
            let detail = format!("The body is {}; a JSON object is expected.", describe(&other));
            Err(ScimError::new(ErrorKind::InvalidSyntax, detail))
        }
        Err(error) => Err(refusal.into_inner().unwrap_or_else(|| not_json(bytes, &error))),
    }
}

/// What kind of JSON value this is, for error messages.
pub(crate) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn not_json(bytes: &[u8], error: &serde_json::Error) -> ScimError {
    let detail = if bytes.iter().all(u8::is_ascii_whitespace) {
        "The body is empty; a JSON object is expected.".to_owned()
    } else {
        format!("The body is not valid JSON: {error}.")
    };
    ScimError::new(ErrorKind::InvalidSyntax, detail)
}

/// Builds a `Value` and counts while doing so. The refusal is kept aside because serde's errors carry
/// nothing but text.
#[derive(Clone, Copy)]
struct Guard<'a> {
    limits: &'a Limits,
    depth: usize,
    values: &'a Cell<usize>,
    refusal: &'a RefCell<Option<ScimError>>,
}

impl Guard<'_> {
    fn refuse<E: serde::de::Error>(&self, kind: ErrorKind, detail: String) -> E {
        self.refusal.replace(Some(ScimError::new(kind, detail)));
        E::custom("refused")
    }

    fn count<E: serde::de::Error>(self) -> Result<(), E> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > self.limits.values {
            let detail = format!(
                "The body has more than {} values. Send fewer at once.",
                self.limits.values
            );
            return Err(self.refuse(ErrorKind::PayloadTooLarge, detail));
        }
        Ok(())
    }

    fn descend<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= self.limits.depth {
            let detail = format!("The body nests deeper than {} levels.", self.limits.depth);
            return Err(self.refuse(ErrorKind::InvalidSyntax, detail));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    /// U+0000 is legal JSON, but stands for nothing in a directory and cannot be kept by PostgreSQL.
    fn check_text<E: serde::de::Error>(&self, text: &str) -> Result<(), E> {
        if text.as_bytes().contains(&0) {
            let detail =
                "A string holds the character U+0000, which no attribute can keep.".to_owned();
            return Err(self.refuse(ErrorKind::InvalidValue, detail));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Guard<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Guard<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.check_text(value)?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.check_text(&value)?;
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let guard = self.descend()?;
        let mut elements = Vec::new();
        while let Some(element) = access.next_element_seed(guard)? {
            if elements.len() >= self.limits.array_elements {
                let most = self.limits.array_elements;
                let detail = format!("An array has more than {most} elements. Send fewer at once.");
                return Err(self.refuse(ErrorKind::InvalidValue, detail));
            }
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let guard = self.descend()?;
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            self.check_text(&name)?;
            if members.len() >= self.limits.object_members {
                let most = self.limits.object_members;
                let detail = format!("An object has more than {most} members.");
                return Err(self.refuse(ErrorKind::InvalidSyntax, detail));
            }
            if members.contains_key(&name) {
                let detail = format!("The name {name:?} stands twice in one object; send it once.");
                return Err(self.refuse(ErrorKind::InvalidSyntax, detail));
            }
            let value = access.next_value_seed(guard)?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
