//! PATCH (RFC 7644 §3.5.2) and the ways in which identity providers depart from it. A request is read once
//! and then applied to a resource, wholly or not at all.

mod change;
mod draft;
mod list;
mod request;
mod scope;
mod selection;
mod single;
mod target;

pub use request::{Operation, OperationKind, PatchRequest};
pub use scope::Scope;

use serde_json::{Map, Value};

use crate::dialect::Dialect;
use crate::error::{ErrorKind, ScimError};
use crate::resource::{required_places, write_schemas};
use crate::schema::Schemas;
use draft::Draft;

/// What a PATCH did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the resource differs from before. If not, there is no new version and nobody to tell.
    pub changed: bool,
    /// Paths and names that were ignored because no schema knows them or only the server may write them; at
    /// most 64.
    pub ignored: Vec<String>,
    /// Attributes that were accepted but are never kept in a resource, such as `password`.
    pub withheld: Vec<&'static str>,
}

impl PatchRequest {
    /// Applies every operation in order, each to the result of the one before. If one fails, the resource
    /// stays as it was. The resource must be in canonical form, as [`normalise`](crate::normalise) makes it;
    /// it may also hold `id` and `meta`, which stay as they are.
    pub fn apply(
        &self,
        resource: &mut Map<String, Value>,
        schemas: &Schemas,
        dialect: &Dialect,
    ) -> Result<Outcome, ScimError> {
        let mut draft = Draft::new(resource.clone(), schemas, dialect, &self.limits);
        for (index, operation) in self.operations.iter().enumerate() {
            draft.apply(operation).map_err(|error| {
                let detail = format!("Operations[{index}]: {}", error.detail);
                ScimError { detail, ..error }
            })?;
        }
        let (mut after, ignored, withheld) = draft.finish();
        let changed = after != *resource;
        if changed {
            check_required(resource, &after, schemas)?;
            write_schemas(&mut after, schemas);
            *resource = after;
        }
        Ok(Outcome { changed, ignored, withheld })
    }
}

/// RFC 7644 §3.5.2.2: taking away a required attribute is a `mutability` error.
fn check_required(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    schemas: &Schemas,
) -> Result<(), ScimError> {
    for place in required_places(before, schemas) {
        let is_used = place.extension.is_none_or(|schema| after.contains_key(schema.id));
        if is_used && place.is_filled(before) && !place.is_filled(after) {
            let detail = format!("{place} is required and cannot be taken away.");
            return Err(ScimError::new(ErrorKind::Mutability, detail));
        }
    }
    Ok(())
}
