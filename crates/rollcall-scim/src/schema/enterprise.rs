//! The enterprise extension of User (RFC 7643 §4.3 and §8.7.1). Data only.

use super::Schema;
use super::attribute::{Attribute, Mutability};

/// What an organization knows of the people that work for it.
pub const ENTERPRISE_USER: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    name: "EnterpriseUser",
    description: "Enterprise User",
    attributes: &[
        Attribute::string("employeeNumber", "The number that the organization gave."),
        Attribute::string("costCenter", "The cost centre."),
        Attribute::string("organization", "The organization."),
        Attribute::string("division", "The division."),
        Attribute::string("department", "The department."),
        Attribute::complex("manager", MANAGER, "The person's manager."),
    ],
};

const MANAGER: &[Attribute] = &[
    Attribute::string("value", "The id of the manager.").case_exact(),
    Attribute::reference("$ref", &["User"], "Where the manager is read."),
    Attribute::string("displayName", "The name of the manager.").mutability(Mutability::ReadOnly),
];
