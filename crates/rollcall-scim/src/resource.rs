//! From what a client sent (POST, PUT) to a resource in canonical form: known attributes only, in their
//! canonical spelling, of the right types, without empty values and without what clients cannot write.
//! The values themselves stay exactly as they were sent (Entra E20).

mod value;

use serde_json::{Map, Value};

use crate::body::describe;
use crate::dialect::Dialect;
use crate::error::{ErrorKind, ScimError};
use crate::schema::{Place, SCIM_1_1_CORE, Schema, Schemas};
pub(crate) use value::{Reader, clear_primary, is_primary, is_whole};

/// A body in canonical form, and what was left out of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalised {
    /// The attributes that clients can write, and a `schemas` that says which schemas they are from.
    pub attributes: Map<String, Value>,
    /// The names that were ignored because no schema knows them; at most 64.
    pub ignored: Vec<String>,
    /// Attributes that were accepted but are never kept in a resource, such as `password`.
    pub withheld: Vec<&'static str>,
    /// The `id` that the client sent. It is not part of the attributes; a PUT may compare it.
    pub sent_id: Option<String>,
}

/// Brings a body into canonical form. `null`, `[]` and `""` count as absent (RFC 7643 §2.5); a required
/// attribute that is absent is an `invalidValue`, as is a value of the wrong type.
pub fn normalise(
    body: Map<String, Value>,
    schemas: &Schemas,
    dialect: &Dialect,
) -> Result<Normalised, ScimError> {
    let mut reader = Reader::new(dialect);
    let mut attributes = Map::new();
    let mut sent_id = None;
    let mut has_schemas = false;
    for (name, value) in body {
        if name.eq_ignore_ascii_case("schemas") {
            has_schemas = read_schemas(&value, schemas, &mut reader)?;
        } else if let Some(attribute) = schemas.top_attribute(&name) {
            if attribute.name == "id" {
                sent_id = value.as_str().map(str::to_owned);
            }
            let place = Place { extension: None, attribute, sub: None };
            insert(&mut attributes, place, value, &mut reader)?;
        } else if let Some(extension) = schemas.extension(&name) {
            let members = read_extension(extension, value, &mut reader)?;
            if attributes.contains_key(extension.id) {
                return Err(twice(extension.id));
            }
            if !members.is_empty() {
                attributes.insert(extension.id.to_owned(), Value::Object(members));
            }
        } else {
            reader.unknown(&name)?;
        }
    }
    if !has_schemas && !dialect.schemas_optional {
        let detail = format!("`schemas` is missing; it must name {}.", schemas.core.id);
        return Err(ScimError::new(ErrorKind::InvalidSyntax, detail));
    }
    check_required(&attributes, schemas)?;
    write_schemas(&mut attributes, schemas);
    let Reader { ignored, withheld, .. } = reader;
    Ok(Normalised { attributes, ignored: ignored.into_names(), withheld, sent_id })
}

/// Writes the `schemas` that the resource really uses: its core schema, then the extensions it has values of.
pub(crate) fn write_schemas(resource: &mut Map<String, Value>, schemas: &Schemas) {
    let extensions = schemas.extensions.iter().filter(|schema| resource.contains_key(schema.id));
    let urns = std::iter::once(schemas.core.id).chain(extensions.map(|schema| schema.id));
    let urns = urns.map(|urn| Value::String(urn.to_owned())).collect();
    resource.insert("schemas".to_owned(), Value::Array(urns));
}

/// The places that must not be empty in a resource: required attributes at the top and in each extension that
/// is used, and required parts of a single value that is there. (Of several values, one that lacks such a
/// part is dropped when it is read.)
pub(crate) fn required_places<'a>(
    resource: &'a Map<String, Value>,
    schemas: &Schemas,
) -> impl Iterator<Item = Place> + use<'a> {
    let used = schemas.extensions.iter().filter(|schema| resource.contains_key(schema.id));
    let schemas =
        std::iter::once((None, schemas.core)).chain(used.map(|schema| (Some(*schema), *schema)));
    let places: Vec<Place> = schemas
        .flat_map(|(extension, schema)| {
            schema.attributes.iter().map(move |attribute| Place { extension, attribute, sub: None })
        })
        .collect();
    places.into_iter().flat_map(|place| {
        let has_parts = !place.attribute.multi_valued && place.find(resource).is_some();
        let parts = place.attribute.required_parts().filter(move |_| has_parts);
        let own = place.attribute.required.then_some(place);
        own.into_iter().chain(parts.map(move |sub| place.with_sub(sub)))
    })
}

fn check_required(attributes: &Map<String, Value>, schemas: &Schemas) -> Result<(), ScimError> {
    let mut missing = required_places(attributes, schemas)
        .filter(|place| !place.leaf().supplied && !place.is_filled(attributes));
    match missing.next() {
        None => Ok(()),
        Some(place) => {
            let detail = format!("{place} is required and must not be empty.");
            Err(ScimError::new(ErrorKind::InvalidValue, detail))
        }
    }
}

fn insert(
    target: &mut Map<String, Value>,
    place: Place,
    value: Value,
    reader: &mut Reader<'_>,
) -> Result<(), ScimError> {
    if place.is_read_only() {
        return Ok(());
    }
    if target.contains_key(place.attribute.name) {
        return Err(twice(&place.to_string()));
    }
    if let Some(value) = reader.read(place, value)? {
        target.insert(place.attribute.name.to_owned(), value);
    }
    Ok(())
}

fn read_extension(
    extension: &'static Schema,
    value: Value,
    reader: &mut Reader<'_>,
) -> Result<Map<String, Value>, ScimError> {
    let members = match value {
        Value::Object(members) => members,
        Value::Null => Map::new(),
        Value::Array(elements) if elements.is_empty() => Map::new(),
        other => {
            let detail =
                format!("{} must be an object, but {} came.", extension.id, describe(&other));
            return Err(ScimError::new(ErrorKind::InvalidValue, detail));
        }
    };
    let mut target = Map::new();
    for (name, value) in members {
        match extension.attribute(&name) {
            Some(attribute) => {
                let place = Place { extension: Some(extension), attribute, sub: None };
                insert(&mut target, place, value, reader)?;
            }
            None => reader.unknown(&format!("{}:{name}", extension.id))?,
        }
    }
    Ok(target)
}

/// Notes the schemas that nobody knows. Returns whether any was named at all.
fn read_schemas(
    value: &Value,
    schemas: &Schemas,
    reader: &mut Reader<'_>,
) -> Result<bool, ScimError> {
    let urns = match value {
        Value::Null => return Ok(false),
        Value::Array(urns) => urns.as_slice(),
        Value::String(_) if reader.dialect.single_for_list => std::slice::from_ref(value),
        other => return Err(bad_schemas(other)),
    };
    for urn in urns {
        let urn = urn.as_str().ok_or_else(|| bad_schemas(urn))?;
        let is_known = schemas.core.is(urn)
            || schemas.extension(urn).is_some()
            || urn.eq_ignore_ascii_case(SCIM_1_1_CORE);
        if !is_known {
            reader.unknown(urn)?;
        }
    }
    Ok(!urns.is_empty())
}

fn bad_schemas(came: &Value) -> ScimError {
    let detail = format!("`schemas` must be an array of URNs, but {} came.", describe(came));
    ScimError::new(ErrorKind::InvalidSyntax, detail)
}

fn twice(name: &str) -> ScimError {
    let detail = format!("{name} is given twice, in different spellings; send it once.");
    ScimError::new(ErrorKind::InvalidSyntax, detail)
}
