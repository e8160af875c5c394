//! Where a value stands in a resource: the schema, the attribute and the sub-attribute, all known.
//! A place has been resolved; whoever holds one need not ask whether the attribute exists.

use std::fmt;

use serde_json::{Map, Value};

use super::{Attribute, Schema};

/// A known attribute or sub-attribute. Its `Display` is the name that clients use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The extension that defines the attribute; `None` for one at the top of the resource.
    pub extension: Option<&'static Schema>,
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The sub-attribute, if the path names one.
    pub sub: Option<&'static Attribute>,
}

impl Place {
    /// The definition of the value itself: of the sub-attribute, else of the attribute.
    pub fn leaf(&self) -> &'static Attribute {
        self.sub.unwrap_or(self.attribute)
    }

    /// The value of the attribute (not of the sub-attribute) in a resource with canonical names.
    pub fn find<'a>(&self, resource: &'a Map<String, Value>) -> Option<&'a Value> {
        match self.extension {
            None => resource.get(self.attribute.name),
            Some(extension) => resource.get(extension.id)?.get(self.attribute.name),
        }
    }

    /// Whether a resource with canonical names has a value at the place itself, which holds one value.
    pub(crate) fn is_filled(&self, resource: &Map<String, Value>) -> bool {
        let value = self.find(resource);
        match self.sub {
            None => value.is_some(),
            Some(sub) => value.and_then(|value| value.get(sub.name)).is_some(),
        }
    }

    pub(crate) fn with_sub(self, sub: &'static Attribute) -> Self {
        Self { sub: Some(sub), ..self }
    }

    /// Whether the place, or the attribute that it is part of, is the server's own.
    pub(crate) fn is_read_only(&self) -> bool {
        self.attribute.is_read_only() || self.leaf().is_read_only()
    }

    /// Whether the place itself holds an array, rather than one value inside each element.
    pub(crate) fn is_list(&self) -> bool {
        self.leaf().multi_valued
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(extension) = self.extension {
            write!(formatter, "{}:", extension.id)?;
        }
        formatter.write_str(self.attribute.name)?;
        match self.sub {
            Some(sub) => write!(formatter, ".{}", sub.name),
            None => Ok(()),
        }
    }
}
