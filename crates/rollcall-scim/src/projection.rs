//! Which attributes an answer shows: `attributes` and `excludedAttributes` (RFC 7644 §3.9), and what each
//! definition says about being returned (RFC 7643 §2.2).

use serde_json::{Map, Value};

use crate::attribute_path::AttributePath;
use crate::error::{ErrorKind, ScimError};
use crate::schema::{Attribute, Place, Returned, Schema, Schemas};

/// What a client wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Projection {
    /// Whatever is returned by default.
    #[default]
    Default,
    /// Only these, and what is always returned.
    Only(Vec<AttributePath>),
    /// Everything that is returned by default, except these.
    Without(Vec<AttributePath>),
}

impl Projection {
    /// Reads the two query parameters, which exclude each other. Their values are lists with commas; what is
    /// not a name is passed over like a name that nobody knows.
    pub fn parse(attributes: Option<&str>, excluded: Option<&str>) -> Result<Self, ScimError> {
        let attributes = attributes.filter(|list| !list.trim().is_empty());
        let excluded = excluded.filter(|list| !list.trim().is_empty());
        match (attributes, excluded) {
            (None, None) => Ok(Self::Default),
            (Some(list), None) => Ok(Self::Only(names(list))),
            (None, Some(list)) => Ok(Self::Without(names(list))),
            (Some(_), Some(_)) => {
                let detail =
                    "`attributes` and `excludedAttributes` exclude each other; send one of them.";
                Err(ScimError::new(ErrorKind::InvalidValue, detail))
            }
        }
    }

    /// Whether every attribute that is returned by default is wanted. A caller whose resources hold nothing
    /// else can then send them as they are.
    pub fn is_default(&self) -> bool {
        matches!(self, Self::Default)
    }

    /// Whether a top-level attribute would be shown, so that a caller can spare itself the work of finding
    /// its value (Entra's `excludedAttributes=members`, E11).
    pub fn shows(&self, name: &str, schemas: &Schemas) -> bool {
        let Some(attribute) = schemas.top_attribute(name) else {
            return false;
        };
        self.choice(schemas).part(Place { extension: None, attribute, sub: None }) != Part::None
    }

    /// Takes from a resource in canonical form what is not to be shown.
    pub fn apply(&self, resource: &mut Map<String, Value>, schemas: &Schemas) {
        let choice = self.choice(schemas);
        for extension in schemas.extensions {
            if let Some(Value::Object(members)) = resource.get_mut(extension.id) {
                choice.prune(members, Some(extension), extension.attributes);
            }
            let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
            if resource.get(extension.id).is_some_and(is_empty) {
                resource.remove(extension.id);
            }
        }
        choice.prune(resource, None, schemas.core.attributes);
        choice.prune(resource, None, crate::schema::COMMON_ATTRIBUTES);
    }

    fn choice(&self, schemas: &Schemas) -> Choice {
        let (paths, rule) = match self {
            Self::Default => (&[][..], Rule::Default),
            Self::Only(paths) => (paths.as_slice(), Rule::Only),
            Self::Without(paths) => (paths.as_slice(), Rule::Without),
        };
        let mut places = Vec::new();
        let mut whole = Vec::new();
        for path in paths {
            if let Some(place) = schemas.resolve(path) {
                places.push(place);
            } else if let Some(urn) = path.as_urn() {
                whole.extend(schemas.extension(&urn));
            }
        }
        Choice { rule, places, whole }
    }
}

fn names(list: &str) -> Vec<AttributePath> {
    list.split(',').filter_map(|name| AttributePath::parse(name.trim()).ok()).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Default,
    Only,
    Without,
}

/// How much of an attribute is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    None,
    Some,
}

/// A projection whose names are resolved.
struct Choice {
    rule: Rule,
    places: Vec<Place>,
    whole: Vec<&'static Schema>,
}

impl Choice {
    fn part(&self, place: Place) -> Part {
        match place.leaf().returned {
            Returned::Always => return Part::All,
            Returned::Never => return Part::None,
            Returned::Request if self.rule != Rule::Only => return Part::None,
            Returned::Request | Returned::Default => {}
        }
        let is_whole = place.extension.is_some_and(|extension| self.whole.contains(&extension));
        let is_named = is_whole || self.places.contains(&place);
        let names_part =
            |named: &Place| named.sub.is_some() && Place { sub: None, ..*named } == place;
        let has_named_part = self.places.iter().any(names_part);
        match self.rule {
            Rule::Default => Part::All,
            Rule::Only if is_named => Part::All,
            Rule::Only if has_named_part => Part::Some,
            Rule::Only => Part::None,
            Rule::Without if is_named => Part::None,
            Rule::Without if has_named_part => Part::Some,
            Rule::Without => Part::All,
        }
    }

    fn prune(
        &self,
        members: &mut Map<String, Value>,
        extension: Option<&'static Schema>,
        attributes: &'static [Attribute],
    ) {
        for attribute in attributes {
            let place = Place { extension, attribute, sub: None };
            match self.part(place) {
                Part::All => {}
                Part::None => {
                    members.remove(attribute.name);
                }
                Part::Some => {
                    let is_empty = match members.get_mut(attribute.name) {
                        Some(value) => self.prune_parts(value, place),
                        None => false,
                    };
                    if is_empty {
                        members.remove(attribute.name);
                    }
                }
            }
        }
    }

    /// Takes the unwanted parts from a complex value. Returns whether nothing is left.
    fn prune_parts(&self, value: &mut Value, place: Place) -> bool {
        match value {
            Value::Object(parts) => {
                for sub in place.attribute.sub_attributes {
                    if self.part(place.with_sub(sub)) == Part::None {
                        parts.remove(sub.name);
                    }
                }
                parts.is_empty()
            }
            Value::Array(elements) => {
                elements.retain_mut(|element| !self.prune_parts(element, place));
                elements.is_empty()
            }
            _ => false,
        }
    }
}
