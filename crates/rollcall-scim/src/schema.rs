//! Attribute definitions as static data (RFC 7643 §7), and how a name finds its definition.
//! Nothing here reads a resource.

mod attribute;
mod enterprise;
mod envelope;
mod group;
mod place;
mod render;
pub mod user;

pub use attribute::{Attribute, Kind, Mutability, Returned, Uniqueness};
pub use enterprise::ENTERPRISE_USER;
pub use envelope::COMMON_ATTRIBUTES;
pub use group::GROUP;
pub use place::Place;
pub use user::USER;

use crate::attribute_path::AttributePath;

/// The core schema URN of SCIM 1.1, which old templates still send (row L4).
pub(crate) const SCIM_1_1_CORE: &str = "urn:scim:schemas:core:1.0";

/// One schema: a URN and the attributes that it defines (RFC 7643 §7).
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    /// The URN.
    pub id: &'static str,
    /// A short name, such as `User`.
    pub name: &'static str,
    /// A sentence for humans.
    pub description: &'static str,
    /// The attributes, in the order of publication.
    pub attributes: &'static [Attribute],
}

impl Schema {
    /// The attribute of this name; names are case-insensitive (RFC 7643 §2.1).
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.attributes, name)
    }

    /// Whether this is the schema's URN; URNs are case-insensitive (RFC 8141 §3.1).
    pub fn is(&self, urn: &str) -> bool {
        self.id.eq_ignore_ascii_case(urn)
    }
}

/// The schemas of one resource type: its core schema and the extensions that it may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schemas {
    /// Its attributes stand at the top of the resource.
    pub core: &'static Schema,
    /// The attributes of each stand in an object under its URN.
    pub extensions: &'static [&'static Schema],
}

impl Schemas {
    /// User with the enterprise extension, as RFC 7643 defines them.
    pub const USER: Self = Self { core: &USER, extensions: &[&ENTERPRISE_USER] };
    /// Group, as RFC 7643 defines it.
    pub const GROUP: Self = Self { core: &GROUP, extensions: &[] };

    /// The extension with this URN.
    pub fn extension(&self, urn: &str) -> Option<&'static Schema> {
        self.extensions.iter().find(|schema| schema.is(urn)).copied()
    }

    /// Finds what a path names. Without a URN that is an attribute of the core schema or one that every
    /// resource has; with a URN, one of that schema. `None` if there is no such attribute.
    pub fn resolve(&self, path: &AttributePath) -> Option<Place> {
        let (extension, attribute) = match path.schema.as_deref() {
            None => (None, self.top_attribute(&path.name)?),
            Some(urn) if self.core.is(urn) || urn.eq_ignore_ascii_case(SCIM_1_1_CORE) => {
                (None, self.top_attribute(&path.name)?)
            }
            Some(urn) => {
                let extension = self.extension(urn)?;
                (Some(extension), extension.attribute(&path.name)?)
            }
        };
        let sub = match path.sub.as_deref() {
            None => None,
            Some(name) => Some(attribute.sub_attribute(name)?),
        };
        Some(Place { extension, attribute, sub })
    }

    /// Finds what a name in a filter means. Microsoft's tutorial filters by `manager` without its URN (E14), so
    /// a bare name that only an extension has is understood here; in bodies and paths it is not, for there
    /// it would decide where a value is kept.
    pub(crate) fn resolve_in_filter(&self, path: &AttributePath) -> Option<Place> {
        let in_extension = || {
            let bare = path.schema.is_none();
            let mut extensions = self.extensions.iter().filter(|_| bare);
            let extension = extensions.find(|schema| schema.attribute(&path.name).is_some())?;
            self.resolve(&AttributePath { schema: Some(extension.id.to_owned()), ..path.clone() })
        };
        self.resolve(path).or_else(in_extension)
    }

    /// An attribute that stands at the top of the resource.
    pub(crate) fn top_attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.core.attribute(name).or_else(|| find(COMMON_ATTRIBUTES, name))
    }
}

fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}
