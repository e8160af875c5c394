//! Names of attributes as clients write them: `userName`, `name.givenName`, a URN before either (RFC 7644 §3.10).
//! Syntax only; whether the attribute exists is asked of [`Schemas`](crate::Schemas).

use std::fmt;

use crate::error::{ErrorKind, ScimError};

/// The name of an attribute or sub-attribute, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributePath {
    /// The URN before the name, without the colon between them.
    pub schema: Option<String>,
    /// The attribute. If the text is nothing but a URN, this is the URN's last part.
    pub name: String,
    /// The sub-attribute after the dot.
    pub sub: Option<String>,
}

impl AttributePath {
    /// Reads a name. URNs hold dots themselves (`…:2.0:User:manager.value`), so the last colon is found
    /// before the dot is looked for.
    pub fn parse(text: &str) -> Result<Self, ScimError> {
        let (schema, rest) = match text.rsplit_once(':') {
            Some((schema, rest)) => (Some(schema), rest),
            None => (None, text),
        };
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        let sound = is_name(name) && sub.is_none_or(is_name) && schema.is_none_or(is_urn);
        if !sound {
            let detail = format!("{text:?} is not the name of an attribute.");
            return Err(ScimError::new(ErrorKind::InvalidPath, detail));
        }
        Ok(Self {
            schema: schema.map(str::to_owned),
            name: name.to_owned(),
            sub: sub.map(str::to_owned),
        })
    }

    /// The whole text as one URN, which it is if it names a schema and not an attribute.
    pub(crate) fn as_urn(&self) -> Option<String> {
        match (&self.schema, &self.sub) {
            (Some(schema), None) => Some(format!("{schema}:{}", self.name)),
            _ => None,
        }
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(formatter, "{schema}:")?;
        }
        formatter.write_str(&self.name)?;
        match &self.sub {
            Some(sub) => write!(formatter, ".{sub}"),
            None => Ok(()),
        }
    }
}

/// RFC 7644 §3.4.2.2 `ATTRNAME`, and `$ref`, which the grammar forgets.
pub(crate) fn is_name(text: &str) -> bool {
    let plain = text.strip_prefix('$').unwrap_or(text);
    plain.starts_with(|first: char| first.is_ascii_alphabetic())
        && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn is_urn(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"()[]\\".contains(&byte))
}
