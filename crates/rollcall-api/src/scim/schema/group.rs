//! The Group that is served here: RFC 7643's, whose members are people. Data only.

use rollcall_scim::{Attribute, Mutability, Schema, Schemas};

/// The schemas of a Group.
pub(crate) const GROUP_SCHEMAS: Schemas = Schemas { core: &GROUP, extensions: &[] };

const GROUP: Schema = Schema {
    id: rollcall_scim::GROUP.id,
    name: "Group",
    description: "A team or a role of the contact centre, as the connection is set",
    attributes: &[
        Attribute::string("displayName", "The name of the team or role.").required(),
        Attribute::complex("members", MEMBERS, "The people in it.").multi_valued(),
    ],
};

const MEMBERS: &[Attribute] = &[
    Attribute::string("value", "The id of the person.")
        .case_exact()
        .required()
        .mutability(Mutability::Immutable),
    Attribute::reference("$ref", &["User"], "Where the person is read.")
        .mutability(Mutability::Immutable),
    Attribute::string("type", "What kind of resource the member is.")
        .canonical_values(&["User"])
        .mutability(Mutability::Immutable),
    Attribute::string("display", "The name of the person, as the client wrote it.")
        .mutability(Mutability::ReadOnly),
];
