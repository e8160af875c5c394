//! The agent extension of User: what a contact centre knows of a person beyond RFC 7643. Ours, and written
//! down with examples in `docs/scim.md`.

use serde_json::{Value, json};

use rollcall_app::account::AgentNames;
use rollcall_scim::{Attribute, Kind, Mutability, Returned, Schema};

/// The URN of the extension.
pub(crate) const AGENT_URN: &str = "urn:rollcall:params:scim:schemas:extension:agent:2.0:User";

/// The attribute that only Rollcall writes.
pub(crate) const AGENT_NUMBER: &str = "agentNumber";

/// The attribute that counts at a creation only.
pub(crate) const TEMPLATE: &str = "template";

/// The agent extension, with everything that can be switched on.
pub(super) const AGENT: Schema = Schema {
    id: AGENT_URN,
    name: "Agent",
    description: "What a contact centre knows of a person",
    attributes: &[
        Attribute::string(
            "type",
            "How the person relates to the organization. Counts before userType.",
        ),
        Attribute::string("team", "The team, by its name in the connection's business unit."),
        Attribute::string("primaryRole", "The primary role, by its name."),
        Attribute::string("loginAuthenticator", "The way to sign in, by its name."),
        Attribute::string(
            "timeZone",
            "The time zone, by its name in the IANA database. Counts before timezone.",
        ),
        Attribute::new(
            AGENT_NUMBER,
            Kind::Integer,
            "The number by which the contact centre and the WFM know the person; given once.",
        )
        .mutability(Mutability::ReadOnly)
        // Told who asks for it: clients compare an extension as a whole with what they sent.
        .returned(Returned::Request),
        Attribute::string(
            TEMPLATE,
            "The template with which the person begins, by its name. It counts when the person is made, and is passed over later.",
        )
        .mutability(Mutability::Immutable)
        .returned(Returned::Never),
    ],
};

/// A schema as it is published. The names that the extension takes are this tenant's own, so they are
/// put in as the usual values (RFC 7643 §7, `canonicalValues`): a client can offer them for choice. Where
/// there is no template, none can be named.
pub(crate) fn published(schema: &Schema, base_url: &str, names: &AgentNames) -> Value {
    let mut published = schema.to_json(base_url);
    if schema.id == AGENT_URN {
        let attributes = published.get_mut("attributes").and_then(Value::as_array_mut);
        let Some(attributes) = attributes else { return published };
        if names.templates.is_empty() {
            attributes.retain(|attribute| !is(attribute, TEMPLATE));
        }
        for attribute in attributes {
            let values = match attribute.get("name").and_then(Value::as_str) {
                Some("team") => &names.teams,
                Some("primaryRole") => &names.roles,
                Some("loginAuthenticator") => &names.login_authenticators,
                Some(TEMPLATE) => &names.templates,
                _ => continue,
            };
            if let Some(attribute) = attribute.as_object_mut() {
                attribute.insert("canonicalValues".to_owned(), json!(values));
            }
        }
    }
    published
}

fn is(attribute: &Value, name: &str) -> bool {
    attribute.get("name").and_then(Value::as_str) == Some(name)
}
