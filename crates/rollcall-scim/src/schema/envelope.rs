//! The attributes that every resource has and no schema lists (RFC 7643 §3.1).

use super::attribute::{Attribute, Kind, Mutability, Returned, Uniqueness};

/// `schemas`, `id`, `externalId` and `meta`.
pub const COMMON_ATTRIBUTES: &[Attribute] = &[
    Attribute::new("schemas", Kind::Reference, "The URNs of the schemas that the resource uses.")
        .multi_valued()
        .mutability(Mutability::ReadOnly)
        .returned(Returned::Always),
    Attribute::string("id", "The identifier that the server gave.")
        .case_exact()
        .mutability(Mutability::ReadOnly)
        .returned(Returned::Always)
        .uniqueness(Uniqueness::Server),
    Attribute::string("externalId", "The identifier that the client gave.").case_exact(),
    Attribute::complex("meta", META, "What the server knows of the resource.")
        .mutability(Mutability::ReadOnly),
];

const META: &[Attribute] = &[
    Attribute::string("resourceType", "The name of the resource type.")
        .case_exact()
        .mutability(Mutability::ReadOnly),
    Attribute::new("created", Kind::DateTime, "When the resource was created.")
        .mutability(Mutability::ReadOnly),
    Attribute::new("lastModified", Kind::DateTime, "When the resource was last changed.")
        .mutability(Mutability::ReadOnly),
    Attribute::reference("location", &["uri"], "Where the resource is read.")
        .mutability(Mutability::ReadOnly),
    Attribute::string("version", "The version of the resource, as in its ETag.")
        .case_exact()
        .mutability(Mutability::ReadOnly),
];
