//! How a schema is published under `/Schemas` (RFC 7643 §7). Every field is written out and none is null:
//! Entra and several client libraries stop at a field that is missing or null.

use serde_json::{Map, Value, json};

use super::Schema;
use super::attribute::{Attribute, Kind, Mutability, Returned, Uniqueness};

impl Schema {
    /// The schema as a resource. `base_url` is where the SCIM service stands, without a slash at its end.
    pub fn to_json(&self, base_url: &str) -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": self.attributes.iter().map(attribute).collect::<Vec<_>>(),
            "meta": {
                "resourceType": "Schema",
                "location": format!("{base_url}/Schemas/{}", self.id),
            },
        })
    }
}

fn attribute(definition: &Attribute) -> Value {
    let mut json = Map::new();
    json.insert("name".to_owned(), definition.name.into());
    json.insert("type".to_owned(), definition.kind.as_str().into());
    json.insert("multiValued".to_owned(), definition.multi_valued.into());
    json.insert("description".to_owned(), definition.description.into());
    json.insert("required".to_owned(), definition.required.into());
    json.insert("caseExact".to_owned(), definition.case_exact.into());
    json.insert("mutability".to_owned(), definition.mutability.as_str().into());
    json.insert("returned".to_owned(), definition.returned.as_str().into());
    json.insert("uniqueness".to_owned(), definition.uniqueness.as_str().into());
    if !definition.canonical_values.is_empty() {
        json.insert("canonicalValues".to_owned(), json!(definition.canonical_values));
    }
    if definition.kind == Kind::Reference {
        json.insert("referenceTypes".to_owned(), json!(definition.reference_types));
    }
    if definition.kind == Kind::Complex {
        let subs = definition.sub_attributes.iter().map(attribute).collect();
        json.insert("subAttributes".to_owned(), Value::Array(subs));
    }
    Value::Object(json)
}

impl Kind {
    /// The name of the type in a schema (RFC 7643 §7).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::DateTime => "dateTime",
            Self::Reference => "reference",
            Self::Binary => "binary",
            Self::Complex => "complex",
        }
    }
}

impl Mutability {
    /// The keyword in a schema (RFC 7643 §7).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
            Self::Immutable => "immutable",
            Self::WriteOnly => "writeOnly",
        }
    }
}

impl Returned {
    /// The keyword in a schema (RFC 7643 §7).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Default => "default",
            Self::Request => "request",
        }
    }
}

impl Uniqueness {
    /// The keyword in a schema (RFC 7643 §7).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Server => "server",
            Self::Global => "global",
        }
    }
}
