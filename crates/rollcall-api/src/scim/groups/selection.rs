//! From a filter to the groups that are looked at, and to the members that have to be known for it. There
//! are thousands of groups at the most, so all of them are looked at; their members may be many more.

use rollcall_app::scim_group::Seen;
use rollcall_scim::{BoundFilter, Filter, Limits, Literal, Operator, ScimError};

use crate::scim::schema::GROUP_SCHEMAS;

/// What a filter comes down to.
#[derive(Debug, PartialEq)]
pub(crate) enum Chosen {
    /// Every group.
    All,
    /// The group of this name.
    Named(String),
    /// Those groups that fulfil the filter, which is asked with these members.
    Matching(BoundFilter, Seen),
}

pub(crate) fn choose(filter: Option<&str>, limits: &Limits) -> Result<Chosen, ScimError> {
    let Some(text) = filter else { return Ok(Chosen::All) };
    let filter = Filter::parse(text, limits)?.bind(&GROUP_SCHEMAS)?;
    if let BoundFilter::Compare(place, Operator::Eq, Literal::String(name)) = &filter
        && place.attribute.name == "displayName"
    {
        return Ok(Chosen::Named(name.clone()));
    }
    let seen = members(&filter);
    Ok(Chosen::Matching(filter, seen))
}

/// The members on whom the answer depends: those that are compared with by `eq`, else all of them.
fn members(filter: &BoundFilter) -> Seen {
    match filter {
        BoundFilter::And(terms) | BoundFilter::Or(terms) => {
            terms.iter().map(members).fold(Seen::Named(Vec::new()), both)
        }
        BoundFilter::Not(inner) => members(inner),
        BoundFilter::Compare(place, Operator::Eq, Literal::String(id))
            if place.attribute.name == "members" && place.leaf().name == "value" =>
        {
            Seen::Named(vec![id.clone()])
        }
        BoundFilter::Element(place, inner) if place.attribute.name == "members" => {
            match inner.as_ref() {
                BoundFilter::Compare(inner, Operator::Eq, Literal::String(id))
                    if inner.leaf().name == "value" =>
                {
                    Seen::Named(vec![id.clone()])
                }
                _ => Seen::All,
            }
        }
        BoundFilter::Compare(place, _, _)
        | BoundFilter::Present(place)
        | BoundFilter::Element(place, _)
            if place.attribute.name == "members" =>
        {
            Seen::All
        }
        _ => Seen::Named(Vec::new()),
    }
}

fn both(left: Seen, right: Seen) -> Seen {
    match (left, right) {
        (Seen::Named(mut left), Seen::Named(right)) => {
            left.extend(right);
            Seen::Named(left)
        }
        _ => Seen::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_only_where_they_decide() {
        let seen = |filter: &str| match choose(Some(filter), &Limits::default()).unwrap() {
            Chosen::Matching(_, seen) => seen,
            other => panic!("{other:?}"),
        };
        let named = |ids: &[&str]| Seen::Named(ids.iter().map(ToString::to_string).collect());
        assert_eq!(seen(r#"id eq "g" and members eq "u""#), named(&["u"]));
        assert_eq!(seen(r#"members[value eq "u"] or members.value eq "v""#), named(&["u", "v"]));
        assert_eq!(seen(r#"displayName sw "S" and externalId pr"#), named(&[]));
        assert_eq!(seen("members pr"), Seen::All);
        assert_eq!(seen(r#"members.value ne "u""#), Seen::All);
        let choice = choose(Some(r#"displayName eq "Sales""#), &Limits::default()).unwrap();
        assert_eq!(choice, Chosen::Named("Sales".into()));
    }
}
