//! Paths of PATCH operations: the name of an attribute, and perhaps a filter in brackets (RFC 7644 §3.5.2).

use std::fmt;

use crate::attribute_path::{AttributePath, is_name};
use crate::error::{ErrorKind, ScimError};
use crate::filter::{Filter, parse_bracketed};
use crate::limit::Limits;

/// The path of a PATCH operation: an attribute, and perhaps which of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The attribute; its `sub` may have stood after the brackets.
    pub attribute: AttributePath,
    /// The filter in brackets.
    pub filter: Option<Filter>,
}

impl Path {
    /// Reads a path. It is bounded like a filter.
    pub fn parse(text: &str, limits: &Limits) -> Result<Self, ScimError> {
        let text = text.trim();
        if text.len() > limits.filter_bytes {
            let detail = format!("The path is longer than {} bytes.", limits.filter_bytes);
            return Err(ScimError::new(ErrorKind::InvalidPath, detail));
        }
        let Some((head, bracket)) = text.split_once('[') else {
            return Ok(Self { attribute: AttributePath::parse(text)?, filter: None });
        };
        let mut attribute = AttributePath::parse(head.trim_end())?;
        let (filter, rest) = parse_bracketed(bracket, limits)
            .map_err(|error| error.with_kind(ErrorKind::InvalidPath))?;
        let sub = match rest {
            None => None,
            Some(word) => match word.strip_prefix('.') {
                Some(sub) if is_name(sub) => Some(sub),
                _ => {
                    let detail =
                        format!("In the path {text:?}, {word:?} cannot follow the brackets.");
                    return Err(ScimError::new(ErrorKind::InvalidPath, detail));
                }
            },
        };
        if attribute.sub.is_some() {
            let detail =
                format!("In the path {text:?}, the brackets belong after the attribute itself.");
            return Err(ScimError::new(ErrorKind::InvalidPath, detail));
        }
        attribute.sub = sub.map(str::to_owned);
        Ok(Self { attribute, filter: Some(filter) })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(filter) = &self.filter else {
            return self.attribute.fmt(formatter);
        };
        if let Some(schema) = &self.attribute.schema {
            write!(formatter, "{schema}:")?;
        }
        write!(formatter, "{}[{filter}]", self.attribute.name)?;
        match &self.attribute.sub {
            Some(sub) => write!(formatter, ".{sub}"),
            None => Ok(()),
        }
    }
}
