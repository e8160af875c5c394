//! Gives a filter its meaning for one resource type: every name becomes a known place and every literal is
//! of the right type. What cannot be meant is refused here, so that evaluating, or translating to a query,
//! cannot fail and never has to guess.

use serde_json::{Map, Value};

use super::{Filter, Literal, Operator};
use crate::error::{ErrorKind, ScimError};
use crate::schema::{Attribute, Kind, Place, Returned, Schemas};

/// A filter whose names are resolved and whose literals are typed.
#[derive(Debug, Clone, PartialEq)]
pub enum BoundFilter {
    /// Every one of these.
    And(Vec<BoundFilter>),
    /// At least one of these.
    Or(Vec<BoundFilter>),
    /// Not this.
    Not(Box<BoundFilter>),
    /// A value at the place compares so with the literal. The literal is of the place's type: `Bool` for a
    /// boolean, `Number` for a number, `String` for all others, or `Null`.
    Compare(Place, Operator, Literal),
    /// There is a value at the place.
    Present(Place),
    /// One value of the attribute fulfils the filter, whose places are that attribute's sub-attributes.
    Element(Place, Box<BoundFilter>),
}

impl BoundFilter {
    /// Whether a resource fulfils the filter. Its names must be canonical, as
    /// [`normalise`](crate::normalise) makes them.
    pub fn matches(&self, resource: &Map<String, Value>) -> bool {
        super::evaluate::resource_matches(self, resource)
    }
}

impl Filter {
    /// Resolves every name and checks every comparison. A complex attribute without a sub-attribute means its
    /// `value` (Entra's `members eq "…"`, E14).
    pub fn bind(&self, schemas: &Schemas) -> Result<BoundFilter, ScimError> {
        self.bind_in(&Names::Resource(schemas))
    }

    /// The same for a filter in brackets, whose names are sub-attributes of `parent`.
    pub(crate) fn bind_to_element(&self, parent: Place) -> Result<BoundFilter, ScimError> {
        self.bind_in(&Names::Element(parent))
    }

    fn bind_in(&self, names: &Names<'_>) -> Result<BoundFilter, ScimError> {
        let all = |terms: &[Filter]| {
            terms.iter().map(|term| term.bind_in(names)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match self {
            Self::And(terms) => BoundFilter::And(all(terms)?),
            Self::Or(terms) => BoundFilter::Or(all(terms)?),
            Self::Not(filter) => BoundFilter::Not(Box::new(filter.bind_in(names)?)),
            Self::Present(path) => BoundFilter::Present(names.resolve(path)?),
            Self::Compare(path, operator, literal) => {
                let place = to_value(names.resolve(path)?)?;
                check_operator(place, *operator)?;
                BoundFilter::Compare(place, *operator, typed(place, *operator, literal)?)
            }
            Self::Element(path, filter) => {
                let place = names.resolve(path)?;
                if place.leaf().kind != Kind::Complex {
                    return Err(refuse(format!(
                        "{place} has no parts that brackets could select."
                    )));
                }
                BoundFilter::Element(place, Box::new(filter.bind_to_element(place)?))
            }
        })
    }
}

/// Where names are looked up.
enum Names<'a> {
    Resource(&'a Schemas),
    Element(Place),
}

impl Names<'_> {
    fn resolve(&self, path: &crate::attribute_path::AttributePath) -> Result<Place, ScimError> {
        let place = match self {
            Self::Resource(schemas) => schemas.resolve_in_filter(path),
            Self::Element(parent) if path.schema.is_none() && path.sub.is_none() => {
                parent.attribute.sub_attribute(&path.name).map(|sub| parent.with_sub(sub))
            }
            Self::Element(_) => None,
        };
        let place = place.ok_or_else(|| {
            refuse(format!("The filter names {path}, which is no attribute here."))
        })?;
        if place.leaf().returned == Returned::Never {
            let detail = format!("{place} is secret and cannot be compared.");
            return Err(ScimError::new(ErrorKind::Sensitive, detail));
        }
        Ok(place)
    }
}

/// RFC 7644 §3.4.2.2 lets the default sub-attribute `value` stand for the complex attribute.
fn to_value(place: Place) -> Result<Place, ScimError> {
    if place.leaf().kind != Kind::Complex {
        return Ok(place);
    }
    match place.attribute.sub_attribute("value") {
        Some(value) => Ok(place.with_sub(value)),
        None => {
            Err(refuse(format!("{place} has several parts; name one of them, as in {place}.x.")))
        }
    }
}

fn check_operator(place: Place, operator: Operator) -> Result<(), ScimError> {
    let possible = match place.leaf().kind {
        Kind::Boolean => matches!(operator, Operator::Eq | Operator::Ne),
        // RFC 7644 table 3: an order of binary data is refused.
        Kind::Binary => !operator.is_ordering(),
        Kind::Integer | Kind::Decimal => {
            operator.is_ordering() || matches!(operator, Operator::Eq | Operator::Ne)
        }
        _ => true,
    };
    if possible {
        return Ok(());
    }
    let kind = place.leaf().kind.as_str();
    Err(refuse(format!("{place} is of type {kind} and cannot be compared by {operator}.")))
}

fn typed(place: Place, operator: Operator, literal: &Literal) -> Result<Literal, ScimError> {
    let leaf = place.leaf();
    let typed = match (leaf.kind, literal) {
        (_, Literal::Null) if matches!(operator, Operator::Eq | Operator::Ne) => {
            Some(Literal::Null)
        }
        (_, Literal::Null) => None,
        (Kind::Boolean, Literal::Bool(value)) => Some(Literal::Bool(*value)),
        (Kind::Boolean, Literal::String(text)) => text_boolean(text).map(Literal::Bool),
        (Kind::Boolean, Literal::Number(_)) => None,
        (Kind::Integer | Kind::Decimal, Literal::Number(text) | Literal::String(text)) => {
            text.parse::<f64>().is_ok_and(f64::is_finite).then(|| Literal::Number(text.clone()))
        }
        (Kind::Integer | Kind::Decimal, Literal::Bool(_)) => None,
        (_, Literal::String(text) | Literal::Number(text)) => text_for(leaf, operator, text),
        (_, Literal::Bool(value)) => text_for(leaf, operator, &value.to_string()),
    };
    typed.ok_or_else(|| {
        let kind = leaf.kind.as_str();
        refuse(format!(
            "{place} is of type {kind} and cannot be compared by {operator} with {literal}."
        ))
    })
}

fn text_for(leaf: &Attribute, operator: Operator, text: &str) -> Option<Literal> {
    let compares_time = leaf.kind == Kind::DateTime
        && !matches!(operator, Operator::Co | Operator::Sw | Operator::Ew);
    if compares_time && text.parse::<jiff::Timestamp>().is_err() {
        return None;
    }
    Some(Literal::String(text.to_owned()))
}

/// Entra writes booleans as `True` and `"False"` (E4).
pub(crate) fn text_boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

fn refuse(detail: String) -> ScimError {
    ScimError::new(ErrorKind::InvalidFilter, detail)
}
