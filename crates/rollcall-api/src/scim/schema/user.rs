//! The User that is served here: RFC 7643's, with what Rollcall requires marked as required, and without
//! what it neither keeps nor serves. Data only.
//!
//! Left out is `password`: people do not sign in with a password that an identity provider sent. Clients
//! that send one are not refused: it is ignored and counted.

use rollcall_scim::user::{
    ADDRESSES, CERTIFICATES, DISPLAY, ENTITLEMENTS, GROUPS, IMS, PHONE_NUMBERS, PHOTOS, PRIMARY,
    ROLES, TYPE,
};
use rollcall_scim::{Attribute, Kind, Schema, Uniqueness};

/// The core schema of a User, with everything that can be switched on.
pub(super) const USER: Schema = Schema {
    id: rollcall_scim::USER.id,
    name: "User",
    description: "A person of the contact centre",
    attributes: &[
        Attribute::string(
            "userName",
            "The name by which the person signs in; unique in the tenant. Connections of other dialects than rfc require the form of an e-mail address.",
        )
        .required()
        .uniqueness(Uniqueness::Server),
        Attribute::complex("name", NAME, "The parts of the person's name.").required(),
        Attribute::string("displayName", "The name to show to others."),
        Attribute::string("nickName", "The casual name."),
        Attribute::reference("profileUrl", &["external"], "A page about the person."),
        Attribute::string("title", "The person's title, such as Vice President."),
        Attribute::string("userType", "How the person relates to the organization."),
        Attribute::string("preferredLanguage", "The preferred languages, as in Accept-Language."),
        Attribute::string("locale", "The locale for dates, numbers and currency."),
        Attribute::string("timezone", "The time zone, by its name in the IANA database."),
        Attribute::new(
            "active",
            Kind::Boolean,
            "Whether the person works here now. Left out of a creation it is true, left out of a replacement it stays.",
        )
        .required()
        .supplied(),
        Attribute::complex(
            "emails",
            EMAILS,
            "E-mail addresses. The primary one, else the first of type work, else the first is the person's own.",
        )
        .multi_valued()
        .required(),
        PHONE_NUMBERS,
        IMS,
        PHOTOS,
        ADDRESSES,
        GROUPS,
        ENTITLEMENTS,
        ROLES,
        CERTIFICATES,
    ],
};

const NAME: &[Attribute] = &[
    Attribute::string("formatted", "The full name, ready to be shown."),
    Attribute::string("familyName", "The family name.").required(),
    Attribute::string("givenName", "The given name.").required(),
    Attribute::string("middleName", "The middle names."),
    Attribute::string("honorificPrefix", "What stands before the name, such as Ms."),
    Attribute::string("honorificSuffix", "What stands after the name, such as III."),
];

const EMAILS: &[Attribute] = &[
    Attribute::string("value", "An e-mail address.").required(),
    DISPLAY,
    TYPE.canonical_values(&["work", "home", "other"]),
    PRIMARY,
];
