//! The schemas that a tenant serves: what `/Schemas` publishes is what requests are read by. An optional
//! attribute that the tenant has not switched on is in neither.

mod agent;
mod group;
mod okta;
mod user;

use std::sync::OnceLock;

use rollcall_domain::authority::Attribute as Kept;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_scim::{Attribute, ENTERPRISE_USER, Schema, Schemas};

pub(crate) use agent::{AGENT_NUMBER, AGENT_URN, TEMPLATE, published};
pub(crate) use group::GROUP_SCHEMAS;
pub(crate) use okta::{ENTITLEMENT_SCHEMAS, ROLE_SCHEMAS};

/// As many choices of optional attributes there are.
const CHOICES: usize = 256;

/// The schemas of a User for a choice of optional attributes. Those of a choice are made when they are
/// asked for the first time and stay for ever: some kilobytes, for at most [`CHOICES`] choices.
pub(crate) fn schemas(optional: OptionalAttributes) -> &'static Schemas {
    static MADE: [OnceLock<Schemas>; CHOICES] = [const { OnceLock::new() }; CHOICES];
    static NONE: OnceLock<Schemas> = OnceLock::new();
    MADE.get(optional.index()).unwrap_or(&NONE).get_or_init(|| make(optional))
}

fn make(optional: OptionalAttributes) -> Schemas {
    let served = |schema: Schema, place: &str| -> &'static Schema {
        Box::leak(Box::new(Schema {
            attributes: chosen(schema.attributes, place, optional),
            ..schema
        }))
    };
    let core = served(user::USER, "");
    let extensions = vec![&ENTERPRISE_USER, served(agent::AGENT, AGENT_URN)];
    Schemas { core, extensions: extensions.leak() }
}

/// The attributes of which nobody has to be asked, and those that are switched on.
fn chosen(
    attributes: &'static [Attribute],
    place: &str,
    optional: OptionalAttributes,
) -> &'static [Attribute] {
    let mut chosen = Vec::with_capacity(attributes.len());
    for attribute in attributes {
        if switch(place, attribute.name).is_some_and(|switch| !optional.contains(switch)) {
            continue;
        }
        let parts = if place.is_empty() && attribute.name == "name" {
            chosen_parts(attribute, optional)
        } else {
            attribute.sub_attributes
        };
        chosen.push(Attribute { sub_attributes: parts, ..*attribute });
    }
    chosen.leak()
}

fn chosen_parts(attribute: &Attribute, optional: OptionalAttributes) -> &'static [Attribute] {
    let kept = |part: &&Attribute| part.name != "middleName" || optional.contains(Kept::MiddleName);
    attribute.sub_attributes.iter().filter(kept).copied().collect::<Vec<_>>().leak()
}

/// The switch of an attribute; `None` for one that is always there. Mobile numbers are some of the
/// `phoneNumbers`; which of them are taken is decided where they are read.
fn switch(place: &str, name: &str) -> Option<Kept> {
    match (place, name) {
        ("", "displayName") => Some(Kept::DisplayName),
        ("", "timezone") | (AGENT_URN, "timeZone") => Some(Kept::TimeZone),
        ("", "userType") | (AGENT_URN, "type") => Some(Kept::Type),
        (AGENT_URN, "team") => Some(Kept::Team),
        (AGENT_URN, "primaryRole") => Some(Kept::PrimaryRole),
        (AGENT_URN, "loginAuthenticator") => Some(Kept::LoginAuthenticator),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_that_is_off_is_not_there() {
        let none = schemas(OptionalAttributes::NONE);
        let named = |schemas: &Schemas, name: &str| schemas.core.attribute(name).is_some();
        for name in ["displayName", "timezone", "userType"] {
            assert!(!named(none, name), "{name}");
            assert!(named(schemas(OptionalAttributes::ALL), name), "{name}");
        }
        assert!(named(none, "userName") && named(none, "phoneNumbers"));
        let name = none.core.attribute("name").unwrap();
        assert!(name.sub_attribute("middleName").is_none());
        assert!(name.sub_attribute("givenName").is_some());
        let agent = none.extension(AGENT_URN).unwrap();
        assert_eq!(
            agent.attributes.iter().map(|one| one.name).collect::<Vec<_>>(),
            ["agentNumber", "template"]
        );
        let one = schemas(OptionalAttributes::NONE.with(Kept::Team));
        assert!(one.extension(AGENT_URN).unwrap().attribute("team").is_some());
        assert!(std::ptr::eq(none, schemas(OptionalAttributes::NONE)), "made once");
    }
}
