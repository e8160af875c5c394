//! The Group schema of RFC 7643 §4.2 and §8.7.1. Data only.

use super::Schema;
use super::attribute::{Attribute, Mutability};

/// The core schema of a group.
pub const GROUP: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:Group",
    name: "Group",
    description: "Group",
    attributes: &[
        Attribute::string("displayName", "The name of the group.").required(),
        Attribute::complex("members", MEMBERS, "The members of the group.").multi_valued(),
    ],
};

const MEMBERS: &[Attribute] = &[
    Attribute::string("value", "The id of the member.")
        .case_exact()
        .mutability(Mutability::Immutable),
    Attribute::reference("$ref", &["User", "Group"], "Where the member is read.")
        .mutability(Mutability::Immutable),
    Attribute::string("type", "What kind of resource the member is.")
        .canonical_values(&["User", "Group"])
        .mutability(Mutability::Immutable),
    Attribute::string("display", "The name of the member.").mutability(Mutability::ReadOnly),
];
