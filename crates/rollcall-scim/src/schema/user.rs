//! The User schema of RFC 7643 §4.1 and §8.7.1. Data only.

use super::Schema;
use super::attribute::{Attribute, Kind, Mutability, Returned, Uniqueness};

/// The core schema of a person.
pub const USER: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:User",
    name: "User",
    description: "User Account",
    attributes: &[
        Attribute::string(
            "userName",
            "The name by which the person signs in; unique for the client.",
        )
        .required()
        .uniqueness(Uniqueness::Server),
        Attribute::complex("name", NAME, "The parts of the person's name."),
        Attribute::string("displayName", "The name to show to others."),
        Attribute::string("nickName", "The casual name."),
        Attribute::reference("profileUrl", &["external"], "A page about the person."),
        Attribute::string("title", "The person's title, such as Vice President."),
        Attribute::string("userType", "How the person relates to the organization."),
        Attribute::string("preferredLanguage", "The preferred languages, as in Accept-Language."),
        Attribute::string("locale", "The locale for dates, numbers and currency."),
        Attribute::string("timezone", "The time zone, by its name in the IANA database."),
        Attribute::new("active", Kind::Boolean, "Whether the person may use the service."),
        Attribute::string("password", "A password to set; it is never given back.")
            .case_exact()
            .mutability(Mutability::WriteOnly)
            .returned(Returned::Never),
        Attribute::complex("emails", EMAILS, "E-mail addresses.").multi_valued(),
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

/// The `phoneNumbers` of RFC 7643 §4.1.2, for a schema that has them.
pub const PHONE_NUMBERS: Attribute =
    Attribute::complex("phoneNumbers", PHONE_NUMBER_PARTS, "Telephone numbers.").multi_valued();

/// The `ims` of RFC 7643 §4.1.2, for a schema that has them.
pub const IMS: Attribute =
    Attribute::complex("ims", IM_PARTS, "Instant messaging addresses.").multi_valued();

/// The `photos` of RFC 7643 §4.1.2, for a schema that has them.
pub const PHOTOS: Attribute =
    Attribute::complex("photos", PHOTO_PARTS, "Pictures of the person.").multi_valued();

/// The `addresses` of RFC 7643 §4.1.2, for a schema that has them.
pub const ADDRESSES: Attribute =
    Attribute::complex("addresses", ADDRESS_PARTS, "Postal addresses.").multi_valued();

/// The `groups` of RFC 7643 §4.1.2, for a schema that has them.
pub const GROUPS: Attribute =
    Attribute::complex("groups", GROUP_PARTS, "The groups of which the person is a member.")
        .multi_valued()
        .mutability(Mutability::ReadOnly);

/// The `entitlements` of RFC 7643 §4.1.2, for a schema that has them.
pub const ENTITLEMENTS: Attribute =
    Attribute::complex("entitlements", ENTITLEMENT_PARTS, "What the person is entitled to.")
        .multi_valued();

/// The `roles` of RFC 7643 §4.1.2, for a schema that has them.
pub const ROLES: Attribute =
    Attribute::complex("roles", ROLE_PARTS, "The roles of the person.").multi_valued();

/// The `x509Certificates` of RFC 7643 §4.1.2, for a schema that has them.
pub const CERTIFICATES: Attribute =
    Attribute::complex("x509Certificates", CERTIFICATE_PARTS, "Certificates of the person.")
        .multi_valued();

/// What tells the values of one attribute apart.
pub const TYPE: Attribute = Attribute::string("type", "What the value is used for.");
/// A value as it is shown to people.
pub const DISPLAY: Attribute = Attribute::string("display", "The value as it is shown to people.");
/// The mark of the preferred value.
pub const PRIMARY: Attribute = Attribute::new(
    "primary",
    Kind::Boolean,
    "Whether this is the preferred value; at most one is.",
);

const NAME: &[Attribute] = &[
    Attribute::string("formatted", "The full name, ready to be shown."),
    Attribute::string("familyName", "The family name."),
    Attribute::string("givenName", "The given name."),
    Attribute::string("middleName", "The middle names."),
    Attribute::string("honorificPrefix", "What stands before the name, such as Ms."),
    Attribute::string("honorificSuffix", "What stands after the name, such as III."),
];

const EMAILS: &[Attribute] = &[
    Attribute::string("value", "An e-mail address."),
    DISPLAY,
    TYPE.canonical_values(&["work", "home", "other"]),
    PRIMARY,
];

const PHONE_NUMBER_PARTS: &[Attribute] = &[
    Attribute::string("value", "A telephone number."),
    DISPLAY,
    TYPE.canonical_values(&["work", "home", "mobile", "fax", "pager", "other"]),
    PRIMARY,
];

const IM_PARTS: &[Attribute] = &[
    Attribute::string("value", "An instant messaging address."),
    DISPLAY,
    TYPE.canonical_values(&["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"]),
    PRIMARY,
];

const PHOTO_PARTS: &[Attribute] = &[
    Attribute::reference("value", &["external"], "Where the picture is found."),
    DISPLAY,
    TYPE.canonical_values(&["photo", "thumbnail"]),
    PRIMARY,
];

const ADDRESS_PARTS: &[Attribute] = &[
    Attribute::string("formatted", "The full address, ready to be shown."),
    Attribute::string("streetAddress", "Street, house number and the like."),
    Attribute::string("locality", "The city."),
    Attribute::string("region", "The state or region."),
    Attribute::string("postalCode", "The postal code."),
    Attribute::string("country", "The country, by its two-letter code."),
    TYPE.canonical_values(&["work", "home", "other"]),
    PRIMARY,
];

const GROUP_PARTS: &[Attribute] = &[
    Attribute::string("value", "The id of the group.")
        .case_exact()
        .mutability(Mutability::ReadOnly),
    Attribute::reference("$ref", &["Group"], "Where the group is read.")
        .mutability(Mutability::ReadOnly),
    DISPLAY.mutability(Mutability::ReadOnly),
    TYPE.canonical_values(&["direct", "indirect"]).mutability(Mutability::ReadOnly),
];

const ENTITLEMENT_PARTS: &[Attribute] =
    &[Attribute::string("value", "An entitlement."), DISPLAY, TYPE, PRIMARY];

const ROLE_PARTS: &[Attribute] = &[Attribute::string("value", "A role."), DISPLAY, TYPE, PRIMARY];

const CERTIFICATE_PARTS: &[Attribute] = &[
    Attribute::new("value", Kind::Binary, "A certificate in DER, written in base64."),
    DISPLAY,
    TYPE,
    PRIMARY,
];
