//! What the path of an operation points to, once the schemas are known.

use crate::error::ScimError;
use crate::filter::BoundFilter;
use crate::path::Path;
use crate::schema::{Place, Schema, Schemas};

/// Where an operation works.
#[derive(Debug)]
pub(super) enum Target {
    /// The resource itself: no path, or the URN of the core schema.
    Resource,
    /// All attributes of an extension: its URN and nothing more (Entra E6).
    Extension(&'static Schema),
    /// An attribute or sub-attribute.
    Place(Place),
    /// Some values of an attribute, or a sub-attribute of these.
    Selection(Place, BoundFilter),
}

impl Target {
    /// Finds the target; `None` if no schema knows the attribute.
    pub(super) fn resolve(path: &Path, schemas: &Schemas) -> Result<Option<Self>, ScimError> {
        if path.filter.is_none()
            && let Some(urn) = path.attribute.as_urn()
        {
            if schemas.core.is(&urn) {
                return Ok(Some(Self::Resource));
            }
            if let Some(extension) = schemas.extension(&urn) {
                return Ok(Some(Self::Extension(extension)));
            }
        }
        let Some(place) = schemas.resolve(&path.attribute) else {
            return Ok(None);
        };
        let Some(filter) = &path.filter else {
            return Ok(Some(Self::Place(place)));
        };
        let whole = Place { sub: None, ..place };
        Ok(Some(Self::Selection(place, filter.bind_to_element(whole)?)))
    }
}
