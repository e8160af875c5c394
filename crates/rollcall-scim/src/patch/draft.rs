//! A copy of the resource on which the operations of a PATCH are tried. The caller keeps the original until
//! all of them have succeeded.

use serde_json::{Map, Value};

use super::change::Change;
use super::list::{change_each, change_list};
use super::request::{Operation, OperationKind};
use super::selection::change_selected;
use super::single::{change_complex, change_simple};
use super::target::Target;
use crate::body::describe;
use crate::dialect::Dialect;
use crate::error::{ErrorKind, ScimError};
use crate::filter::BoundFilter;
use crate::limit::Limits;
use crate::path::Path;
use crate::resource::Reader;
use crate::schema::{Kind, Place, Schema, Schemas};

/// The copy, and the account of what was left out.
pub(super) struct Draft<'a> {
    resource: Map<String, Value>,
    schemas: &'a Schemas,
    reader: Reader<'a>,
    limits: &'a Limits,
}

/// The resource, the ignored names and the withheld attributes.
pub(super) type Finished = (Map<String, Value>, Vec<String>, Vec<&'static str>);

impl<'a> Draft<'a> {
    pub(super) fn new(
        resource: Map<String, Value>,
        schemas: &'a Schemas,
        dialect: &'a Dialect,
        limits: &'a Limits,
    ) -> Self {
        Self { resource, schemas, reader: Reader::new(dialect), limits }
    }

    /// Applies one operation. After an error the draft is worth nothing.
    pub(super) fn apply(&mut self, operation: &Operation) -> Result<(), ScimError> {
        let value = operation.value.clone();
        let Some(path) = &operation.path else {
            return self.apply_to_resource(operation.kind, value);
        };
        match Target::resolve(path, self.schemas).map_err(in_path)? {
            None if self.reader.dialect.ignore_unknown_paths => {
                self.reader.ignored.push(&path.to_string());
                Ok(())
            }
            None => {
                let detail = format!("The path {path} names no attribute that is known here.");
                Err(ScimError::new(ErrorKind::InvalidPath, detail))
            }
            Some(Target::Place(place) | Target::Selection(place, _)) if place.is_read_only() => {
                if !self.reader.dialect.ignore_read_only_paths {
                    let detail = format!("{place} can be written by the server only.");
                    return Err(ScimError::new(ErrorKind::Mutability, detail));
                }
                self.reader.ignored.push(&path.to_string());
                Ok(())
            }
            Some(target) => self.apply_to(target, operation.kind, value),
        }
    }

    /// Ends the work: empty extensions go.
    pub(super) fn finish(mut self) -> Finished {
        for extension in self.schemas.extensions {
            let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
            if self.resource.get(extension.id).is_some_and(is_empty) {
                self.resource.remove(extension.id);
            }
        }
        (self.resource, self.reader.ignored.into_names(), self.reader.withheld)
    }

    fn apply_to(
        &mut self,
        target: Target,
        kind: OperationKind,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        match target {
            Target::Resource => self.apply_to_resource(kind, value),
            Target::Extension(extension) => self.apply_to_extension(extension, kind, value),
            Target::Place(place) => match Change::new(kind, value) {
                Some(change) => self.apply_to_place(place, change),
                None => Ok(()),
            },
            Target::Selection(place, filter) => match Change::new(kind, value) {
                Some(change) => self.apply_to_selection(place, &filter, change),
                None => Ok(()),
            },
        }
    }

    /// An operation without a path: the value's members say where (RFC 7644 §3.5.2.1; Okta O7).
    fn apply_to_resource(
        &mut self,
        kind: OperationKind,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        if kind == OperationKind::Remove {
            let detail = "A removal needs a path that says what to remove.";
            return Err(ScimError::new(ErrorKind::NoTarget, detail));
        }
        let members = object("Without a path, `value`", value)?;
        for (name, value) in members {
            if name.eq_ignore_ascii_case("schemas") {
                continue;
            }
            match self.target_of_key(&name) {
                None => self.reader.unknown(&name)?,
                Some(Target::Place(place) | Target::Selection(place, _))
                    if place.is_read_only() => {}
                // The URN of the core schema as a key: its members are those of the resource.
                Some(Target::Resource) => {
                    for (inner, value) in object(&name, Some(value))? {
                        self.apply_to_key(None, &inner, kind, value)?;
                    }
                }
                Some(target) => self.apply_to(target, kind, Some(value))?,
            }
        }
        Ok(())
    }

    fn apply_to_extension(
        &mut self,
        extension: &'static Schema,
        kind: OperationKind,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        let is_unset = value.as_ref().is_none_or(Value::is_null);
        match kind {
            OperationKind::Remove => {
                self.resource.remove(extension.id);
            }
            OperationKind::Replace if is_unset => {
                self.resource.remove(extension.id);
            }
            OperationKind::Add if is_unset => {}
            OperationKind::Add | OperationKind::Replace => {
                for (name, value) in object(extension.id, value)? {
                    self.apply_to_key(Some(extension), &name, kind, value)?;
                }
            }
        }
        Ok(())
    }

    /// A member of an object that stands for a schema.
    fn apply_to_key(
        &mut self,
        extension: Option<&'static Schema>,
        name: &str,
        kind: OperationKind,
        value: Value,
    ) -> Result<(), ScimError> {
        let attribute = match extension {
            Some(extension) => extension.attribute(name),
            None => self.schemas.top_attribute(name),
        };
        match attribute.map(|attribute| Place { extension, attribute, sub: None }) {
            None => self.reader.unknown(name),
            Some(place) if place.is_read_only() => Ok(()),
            Some(place) => self.apply_to(Target::Place(place), kind, Some(value)),
        }
    }

    /// Reads a member's name as a path (Entra E7); without that repair only plain names and URNs count.
    fn target_of_key(&self, name: &str) -> Option<Target> {
        if let Some(attribute) = self.schemas.top_attribute(name) {
            return Some(Target::Place(Place { extension: None, attribute, sub: None }));
        }
        if let Some(extension) = self.schemas.extension(name) {
            return Some(Target::Extension(extension));
        }
        if !self.reader.dialect.keys_are_paths {
            return None;
        }
        let path = Path::parse(name, self.limits).ok()?;
        Target::resolve(&path, self.schemas).ok().flatten()
    }

    fn apply_to_place(&mut self, place: Place, change: Change) -> Result<(), ScimError> {
        let current = self.take(place);
        let reader = &mut self.reader;
        let is_simple = place.sub.is_none() && place.attribute.kind != Kind::Complex;
        let after = match (place.attribute.multi_valued, place.sub) {
            (true, None) => change_list(reader, place, current, change)?,
            (true, Some(_)) => change_each(reader, place, current, &change)?,
            (false, _) if is_simple => change_simple(reader, place, current.as_ref(), change)?,
            (false, _) => change_complex(reader, place, current, change)?,
        };
        self.put(place, after)
    }

    fn apply_to_selection(
        &mut self,
        place: Place,
        filter: &BoundFilter,
        change: Change,
    ) -> Result<(), ScimError> {
        let current = self.take(place);
        let after = change_selected(&mut self.reader, place, filter, current, change)?;
        self.put(place, after)
    }

    /// Takes the attribute's value out of the resource.
    fn take(&mut self, place: Place) -> Option<Value> {
        let name = place.attribute.name;
        match place.extension {
            None => self.resource.remove(name),
            Some(extension) => self.resource.get_mut(extension.id)?.as_object_mut()?.remove(name),
        }
    }

    fn put(&mut self, place: Place, value: Option<Value>) -> Result<(), ScimError> {
        let Some(value) = value else {
            return Ok(());
        };
        let count = value.as_array().map_or(0, Vec::len);
        if count > self.limits.array_elements {
            let detail = format!(
                "{place} would have {count} values; at most {} are kept.",
                self.limits.array_elements
            );
            return Err(ScimError::new(ErrorKind::InvalidValue, detail));
        }
        let name = place.attribute.name.to_owned();
        match place.extension {
            None => {
                self.resource.insert(name, value);
            }
            Some(extension) => {
                let slot = self.resource.entry(extension.id).or_insert(Value::Null);
                match slot {
                    Value::Object(members) => {
                        members.insert(name, value);
                    }
                    other => *other = Value::Object(Map::from_iter([(name, value)])),
                }
            }
        }
        Ok(())
    }
}

fn object(what: &str, value: Option<Value>) -> Result<Map<String, Value>, ScimError> {
    match value {
        Some(Value::Object(members)) => Ok(members),
        other => {
            let came = other.as_ref().map_or("nothing", describe);
            let detail = format!("{what} must be an object, but {came} came.");
            Err(ScimError::new(ErrorKind::InvalidValue, detail))
        }
    }
}

/// A filter inside a path that is not understood makes the path invalid.
fn in_path(error: ScimError) -> ScimError {
    match error.kind {
        ErrorKind::InvalidFilter => error.with_kind(ErrorKind::InvalidPath),
        _ => error,
    }
}
