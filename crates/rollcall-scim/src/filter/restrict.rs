//! What is left of a filter over several resource types for one of them: an attribute that the type does not
//! have is one without a value (RFC 7644 §3.4.2.1).

use super::{Filter, Literal, Operator};
use crate::attribute_path::AttributePath;
use crate::error::{ErrorKind, ScimError};
use crate::schema::Schemas;

/// What is left.
#[derive(Debug, Clone, PartialEq)]
pub enum Restricted {
    /// Those who fulfil this, which names nothing but what the type has.
    To(Filter),
    /// Every resource of the type.
    Everything,
    /// None of them.
    Nothing,
}

impl Filter {
    /// The filter as it concerns one type.
    pub fn restricted(&self, schemas: &Schemas) -> Restricted {
        let known = |path: &AttributePath| schemas.resolve_in_filter(path).is_some();
        match self {
            Self::And(terms) => {
                join(terms, schemas, (Restricted::Nothing, Restricted::Everything), Self::and)
            }
            Self::Or(terms) => {
                join(terms, schemas, (Restricted::Everything, Restricted::Nothing), Self::or)
            }
            Self::Not(filter) => match filter.restricted(schemas) {
                Restricted::To(filter) => Restricted::To(Self::Not(Box::new(filter))),
                Restricted::Everything => Restricted::Nothing,
                Restricted::Nothing => Restricted::Everything,
            },
            Self::Compare(path, operator, literal) if !known(path) => {
                let is_null = *literal == Literal::Null;
                match operator {
                    Operator::Eq if is_null => Restricted::Everything,
                    Operator::Ne if !is_null => Restricted::Everything,
                    _ => Restricted::Nothing,
                }
            }
            Self::Present(path) | Self::Element(path, _) if !known(path) => Restricted::Nothing,
            whole => Restricted::To(whole.clone()),
        }
    }

    /// Refuses a filter with a name that none of the types has.
    ///
    /// # Errors
    /// `invalidFilter`, with the name.
    pub fn check_names(&self, types: &[&Schemas]) -> Result<(), ScimError> {
        match self {
            Self::And(terms) | Self::Or(terms) => {
                terms.iter().try_for_each(|term| term.check_names(types))
            }
            Self::Not(filter) => filter.check_names(types),
            Self::Compare(path, _, _) | Self::Present(path) | Self::Element(path, _) => {
                if types.iter().any(|schemas| schemas.resolve_in_filter(path).is_some()) {
                    return Ok(());
                }
                let detail = format!("The filter names {path}, which is no attribute here.");
                Err(ScimError::new(ErrorKind::InvalidFilter, detail))
            }
        }
    }
}

/// Joins what is left of the terms. `decides` is the term that settles the whole, `neutral` the one that adds
/// nothing.
fn join(
    terms: &[Filter],
    schemas: &Schemas,
    (decides, neutral): (Restricted, Restricted),
    both: impl Fn(Filter, Filter) -> Filter,
) -> Restricted {
    let mut joined: Option<Filter> = None;
    for term in terms {
        match term.restricted(schemas) {
            Restricted::To(filter) => {
                joined = Some(match joined {
                    Some(before) => both(before, filter),
                    None => filter,
                });
            }
            constant if constant == decides => return decides,
            _ => {}
        }
    }
    joined.map_or(neutral, Restricted::To)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limit::Limits;
    use crate::schema::user;

    const USERS: Schemas = Schemas { core: &user::USER, extensions: &[] };

    fn left(text: &str) -> Restricted {
        Filter::parse(text, &Limits::default()).unwrap().restricted(&USERS)
    }

    #[test]
    fn what_a_type_does_not_have_is_without_a_value() {
        for (text, rest) in [
            ("userName eq \"a\" or members pr", "userName eq \"a\""),
            ("userName eq \"a\" and not (members eq \"1\")", "userName eq \"a\""),
            ("(title pr or members pr) and active eq true", "title pr and active eq true"),
        ] {
            assert_eq!(
                left(text),
                Restricted::To(Filter::parse(rest, &Limits::default()).unwrap())
            );
        }
        for text in ["members pr", "members eq \"1\" and userName pr", "not (members ne \"1\")"] {
            assert_eq!(left(text), Restricted::Nothing, "{text}");
        }
        for text in ["members ne \"1\"", "not (members pr)", "members eq null or userName pr"] {
            assert_eq!(left(text), Restricted::Everything, "{text}");
        }
    }

    #[test]
    fn a_name_that_nothing_has_is_refused() {
        let filter = Filter::parse("userName pr or shoeSize pr", &Limits::default()).unwrap();
        assert!(filter.check_names(&[&USERS]).unwrap_err().to_string().contains("shoeSize"));
    }
}
