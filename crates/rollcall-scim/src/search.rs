//! The body of a `POST …/.search` (RFC 7644 §3.4.3): the parameters of a list, for clients that do not want
//! them in a URL, where logs and proxies keep them.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::body::describe;
use crate::dialect::Dialect;
use crate::error::{ErrorKind, ScimError};
use crate::query::ListQuery;

/// The message's schema (RFC 7644 §3.4.3).
const SEARCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

impl ListQuery<'static> {
    /// Reads a search request. What is not known is passed over, as in a URL; what is known must be of its type,
    /// because a filter that is dropped shows people whom the client did not ask for.
    pub fn from_search(body: Map<String, Value>, dialect: &Dialect) -> Result<Self, ScimError> {
        let mut query = Self::default();
        let mut is_named = dialect.schemas_optional && !body.keys().any(|name| is_schemas(name));
        for (name, value) in body {
            if is_schemas(&name) {
                is_named = names_the_message(&value);
                continue;
            }
            let Some(slot) = query.slot(&name) else { continue };
            let Some(text) = text(&name, value)? else { continue };
            if slot.replace(Cow::Owned(text)).is_some() {
                let detail =
                    format!("{name} is given twice, in different spellings; send it once.");
                return Err(ScimError::new(ErrorKind::InvalidSyntax, detail));
            }
        }
        if is_named {
            return Ok(query);
        }
        Err(ScimError::new(
            ErrorKind::InvalidSyntax,
            format!("`schemas` must name {SEARCH_SCHEMA}."),
        ))
    }
}

fn is_schemas(name: &str) -> bool {
    name.eq_ignore_ascii_case("schemas")
}

fn names_the_message(value: &Value) -> bool {
    let urns = match value {
        Value::Array(urns) => urns.as_slice(),
        single => std::slice::from_ref(single),
    };
    urns.iter().any(|urn| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(SEARCH_SCHEMA)))
}

/// A value as it would stand in a URL; `None` for one that is none.
fn text(name: &str, value: Value) -> Result<Option<String>, ScimError> {
    let is_list =
        ["attributes", "excludedAttributes"].iter().any(|list| name.eq_ignore_ascii_case(list));
    let is_number = ["startIndex", "count"].iter().any(|number| name.eq_ignore_ascii_case(number));
    let wrong = |came: &Value, expected: &str| {
        let detail = format!("{name} must be {expected}, but {} came.", describe(came));
        ScimError::new(ErrorKind::InvalidValue, detail)
    };
    match value {
        Value::Null => Ok(None),
        Value::Number(number) if is_number => Ok(Some(number.to_string())),
        other if is_number => Err(wrong(&other, "a whole number")),
        Value::Array(names) if is_list => {
            let mut texts = Vec::with_capacity(names.len());
            for name in &names {
                texts.push(name.as_str().ok_or_else(|| wrong(name, "an array of names"))?);
            }
            Ok((!texts.is_empty()).then(|| texts.join(",")))
        }
        Value::String(text) => Ok(Some(text)),
        other if is_list => Err(wrong(&other, "an array of names")),
        other => Err(wrong(&other, "a string")),
    }
}
