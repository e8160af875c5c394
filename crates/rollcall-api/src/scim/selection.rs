//! From a filter to an index: which people to read, and what is left to check on them.
//!
//! An index serves `eq` on userName, externalId, id, emails and agentNumber, and lists by `active` and `externalId pr`, all of
//! them joined by `and`. For everything else everyone is looked at. No filter is ever left out: an
//! unfiltered list in its place would let a client link to the wrong person (docs/scim-clients.md, C9).

use rollcall_app::scim_person::{Probe, Selection};
use rollcall_scim::{BoundFilter, Filter, Limits, Literal, Operator, Place, Schemas, ScimError};

use crate::scim::schema::{AGENT_NUMBER, AGENT_URN};
use crate::scim::user;

/// What a filter comes down to.
#[derive(Debug)]
pub(crate) enum Chosen {
    /// Nobody can fulfil it: an id that is none.
    Nobody,
    /// The people that storage finds, all of them.
    Exactly(Selection),
    /// The people that storage finds, of whom those count that fulfil the filter.
    Matching(Selection, BoundFilter),
    /// Those of all people who fulfil the filter.
    Scan(BoundFilter),
}

/// The filter of a query, with its meaning for users.
pub(crate) fn bind(
    filter: Option<&str>,
    schemas: &Schemas,
    limits: &Limits,
) -> Result<Option<BoundFilter>, ScimError> {
    filter.map(|text| Filter::parse(text, limits)?.bind(schemas)).transpose()
}

/// Finds the shortest way to those who fulfil a filter.
pub(crate) fn choose(
    filter: Option<&str>,
    schemas: &Schemas,
    limits: &Limits,
) -> Result<Chosen, ScimError> {
    let Some(filter) = bind(filter, schemas, limits)? else {
        return Ok(Chosen::Exactly(all(None, false)));
    };
    let terms = match &filter {
        BoundFilter::And(terms) => terms.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut probe = None;
    let (mut active, mut with_external_id, mut exact) = (None, false, true);
    for term in terms {
        match read(term) {
            Term::Probe(found) => {
                // A second probe is checked on what the first one finds.
                exact &= probe.is_none() && !matches!(found, Probe::Email(_));
                probe.get_or_insert(found);
            }
            Term::Nobody => return Ok(Chosen::Nobody),
            Term::Active(wanted) if active.is_some_and(|known| known != wanted) => {
                return Ok(Chosen::Nobody);
            }
            Term::Active(wanted) => active = Some(wanted),
            Term::ExternalIdPresent => with_external_id = true,
            Term::Always => {}
            Term::Other => exact = false,
        }
    }
    Ok(match probe {
        None if exact => Chosen::Exactly(all(active, with_external_id)),
        None => Chosen::Scan(filter),
        Some(probe) if exact && active.is_none() && !with_external_id => {
            Chosen::Exactly(Selection::Probe(probe))
        }
        Some(probe) => Chosen::Matching(Selection::Probe(probe), filter),
    })
}

/// What a term of a filter means for the way to its people.
enum Term {
    Probe(Probe),
    Active(bool),
    ExternalIdPresent,
    Always,
    Nobody,
    Other,
}

fn read(term: &BoundFilter) -> Term {
    match term {
        BoundFilter::Compare(place, Operator::Eq, literal) => compared(*place, literal),
        BoundFilter::Present(place) => match name(*place) {
            ("userName" | "id" | "emails" | "active", None | Some("value")) => Term::Always,
            ("externalId", None) => Term::ExternalIdPresent,
            _ => Term::Other,
        },
        // `emails[type eq "work" and value eq "…"]`: the address leads, the rest is checked.
        BoundFilter::Element(place, inner) if name(*place) == ("emails", None) => {
            address(inner).map_or(Term::Other, |email| Term::Probe(Probe::Email(email)))
        }
        _ => Term::Other,
    }
}

fn compared(place: Place, literal: &Literal) -> Term {
    match (name(place), literal) {
        (("active", None), Literal::Bool(active)) => Term::Active(*active),
        (("userName", None), Literal::String(text)) => Term::Probe(Probe::UserName(text.clone())),
        (("externalId", None), Literal::String(text)) => {
            Term::Probe(Probe::ExternalId(text.clone()))
        }
        (("emails", Some("value")), Literal::String(text)) => {
            Term::Probe(Probe::Email(text.clone()))
        }
        (("id", None), Literal::String(text)) => {
            user::id(text).map_or(Term::Nobody, |id| Term::Probe(Probe::Id(id)))
        }
        ((AGENT_NUMBER, None), Literal::Number(text)) => match text.parse() {
            Ok(number) => Term::Probe(Probe::AgentNumber(number)),
            // 1e3 is a number too, which no index has.
            Err(_) => Term::Other,
        },
        _ => Term::Other,
    }
}

fn address(filter: &BoundFilter) -> Option<String> {
    match filter {
        BoundFilter::And(terms) => terms.iter().find_map(address),
        BoundFilter::Compare(place, Operator::Eq, Literal::String(text))
            if place.leaf().name == "value" =>
        {
            Some(text.clone())
        }
        _ => None,
    }
}

fn name(place: Place) -> (&'static str, Option<&'static str>) {
    match place.extension {
        Some(schema) if schema.id == AGENT_URN && place.attribute.name == AGENT_NUMBER => {
            (AGENT_NUMBER, None)
        }
        Some(_) => ("", None),
        None => (place.attribute.name, place.sub.map(|sub| sub.name)),
    }
}

fn all(active: Option<bool>, with_external_id: bool) -> Selection {
    Selection::All(rollcall_app::scim_person::Narrowing { active, with_external_id })
}

#[cfg(test)]
mod tests;
