//! The Role and the Entitlement that Okta knows. Data only. Okta holds the definitions itself and asks for
//! none (developer.okta.com, "Build a SCIM 2.0 server with entitlements"); they are published all the same,
//! since whatever `/ResourceTypes` names can be read under `/Schemas`.

use rollcall_scim::{Attribute, Mutability, Schema, Schemas};

/// The schemas of a Role.
pub(crate) const ROLE_SCHEMAS: Schemas = Schemas { core: &ROLE, extensions: &[] };
/// The schemas of an Entitlement.
pub(crate) const ENTITLEMENT_SCHEMAS: Schemas = Schemas { core: &ENTITLEMENT, extensions: &[] };

const ROLE: Schema = Schema {
    id: "urn:okta:scim:schemas:core:1.0:Role",
    name: "Role",
    description: "A role of the contact centre that can be granted to people",
    attributes: ATTRIBUTES,
};

const ENTITLEMENT: Schema = Schema {
    id: "urn:okta:scim:schemas:core:1.0:Entitlement",
    name: "Entitlement",
    description: "A team of the contact centre that people can be put into",
    attributes: ATTRIBUTES,
};

const ATTRIBUTES: &[Attribute] = &[
    Attribute::string("displayName", "The name.").required().mutability(Mutability::ReadOnly),
    Attribute::string("type", "The name of the resource type.").mutability(Mutability::ReadOnly),
    Attribute::string("description", "What having it means.").mutability(Mutability::ReadOnly),
];
