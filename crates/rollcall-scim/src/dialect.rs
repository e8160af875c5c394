//! How a client's SCIM differs from the RFC, as a set of named repairs, each of which can be switched.
//! A repair is on by default wherever it cannot do harm; the presets differ only in the rest. The row
//! numbers (O7, E5, …) are those of the crate's README.

use std::fmt;
use std::str::FromStr;

/// The clients that have a preset of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DialectName {
    /// A client that follows RFC 7643 and RFC 7644.
    Rfc,
    /// Okta.
    Okta,
    /// Microsoft Entra ID.
    Entra,
    /// Google Workspace.
    Google,
    /// OneLogin.
    OneLogin,
    /// JumpCloud.
    JumpCloud,
    /// PingOne and PingFederate.
    Ping,
    /// authentik.
    Authentik,
    /// Keycloak with a SCIM client.
    Keycloak,
}

/// The repairs of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The preset that this came from.
    pub name: DialectName,
    /// `"True"` and `"false"` stand for booleans, in any case of letters. Refusing them left people active
    /// after they were switched off. Entra E4.
    pub text_booleans: bool,
    /// A bare string stands for a complex value's `value`: `"manager": "42"`. Entra E8.
    pub bare_values: bool,
    /// `[{…}]` stands for `{…}` where one value is expected. Entra E8.
    pub list_for_single: bool,
    /// `{…}` stands for `[{…}]` where an array is expected.
    pub single_for_list: bool,
    /// Of several values marked primary the first stays so; otherwise they are refused (RFC 7643 §2.4).
    pub keep_first_primary: bool,
    /// A body may lack `schemas`. Several template-driven clients leave it away.
    pub schemas_optional: bool,
    /// Unknown attributes and schemas in a body are ignored and listed; otherwise they are refused. Entra
    /// sends a schema URN of its own (E10), Okta whatever an administrator mapped (O21).
    pub ignore_unknown_attributes: bool,
    /// A PATCH path to an unknown attribute is ignored and listed; otherwise it is an `invalidPath`.
    pub ignore_unknown_paths: bool,
    /// A PATCH path to a read-only attribute is ignored and listed; otherwise it is a `mutability` error
    /// (RFC 7644 §3.5.2). Entra E15. Without a path, read-only attributes never matter (Okta O13).
    pub ignore_read_only_paths: bool,
    /// In a PATCH without a path, the names of the value may be paths: `name.givenName`, a URN and a name,
    /// a filter in brackets. Entra E7.
    pub keys_are_paths: bool,
    /// Adding or replacing at `emails[type eq "work"].value` makes the element if there is none; otherwise
    /// that is a `noTarget`. Entra E5.
    pub create_missing_element: bool,
    /// An element that is replaced through `emails[type eq "work"]` keeps the filter's values where the new
    /// one leaves them out. Entra E5.
    pub keep_selector: bool,
    /// Removing through a filter that selects nothing is done already; otherwise that is a `noTarget`.
    pub removal_is_idempotent: bool,
    /// A removal at a multi-valued attribute that lists values removes only these; by the letter of the RFC
    /// it would empty the attribute. Entra E13.
    pub remove_listed_values: bool,
    /// An empty `Operations` changes nothing; otherwise it is refused. Entra E21.
    pub empty_operations: bool,
    /// A PUT whose body names another id than the URL is carried out at the URL; otherwise it is a
    /// `mutability` error. Keycloak K1.
    pub ignore_sent_id: bool,
    /// PATCH is answered by 204 without a body; otherwise by 200 with the resource. Entra E12.
    pub patch_answers_no_content: bool,
}

impl Dialect {
    /// The RFC, with the repairs that cannot do harm.
    pub const RFC: Self = Self {
        name: DialectName::Rfc,
        text_booleans: true,
        bare_values: true,
        list_for_single: true,
        single_for_list: true,
        keep_first_primary: false,
        schemas_optional: true,
        ignore_unknown_attributes: true,
        ignore_unknown_paths: false,
        ignore_read_only_paths: false,
        keys_are_paths: true,
        create_missing_element: false,
        keep_selector: false,
        removal_is_idempotent: false,
        remove_listed_values: true,
        empty_operations: false,
        ignore_sent_id: false,
        patch_answers_no_content: false,
    };

    /// Okta: never sends the same request again after a 400, so what can be understood is done.
    pub const OKTA: Self = Self {
        name: DialectName::Okta,
        keep_first_primary: true,
        ignore_unknown_paths: true,
        ignore_read_only_paths: true,
        create_missing_element: true,
        keep_selector: true,
        removal_is_idempotent: true,
        ..Self::RFC
    };

    /// Entra: both of its PATCH manners, with and without the `aadOptscim062020` flag (E16).
    pub const ENTRA: Self = Self {
        name: DialectName::Entra,
        empty_operations: true,
        patch_answers_no_content: true,
        ..Self::OKTA
    };

    /// Google Workspace: nothing of its own is known; treated as mildly as Okta.
    pub const GOOGLE: Self = Self { name: DialectName::Google, ..Self::OKTA };

    /// OneLogin: bodies come from a template that an administrator writes (L4).
    pub const ONELOGIN: Self = Self { name: DialectName::OneLogin, ..Self::OKTA };

    /// JumpCloud: members are removed in Entra's manner (J3).
    pub const JUMPCLOUD: Self = Self { name: DialectName::JumpCloud, ..Self::OKTA };

    /// PingOne and PingFederate: people by PUT only (P1).
    pub const PING: Self = Self { name: DialectName::Ping, ..Self::OKTA };

    /// authentik: people by PUT, groups by PATCH as `ServiceProviderConfig` promises (A2).
    pub const AUTHENTIK: Self = Self { name: DialectName::Authentik, ..Self::OKTA };

    /// Keycloak's SCIM clients: whole resources by PUT, with ids of their own (K1).
    pub const KEYCLOAK: Self =
        Self { name: DialectName::Keycloak, ignore_sent_id: true, ..Self::OKTA };
}

impl Default for Dialect {
    fn default() -> Self {
        Self::RFC
    }
}

impl DialectName {
    /// Every preset.
    pub const ALL: [Self; 9] = [
        Self::Rfc,
        Self::Okta,
        Self::Entra,
        Self::Google,
        Self::OneLogin,
        Self::JumpCloud,
        Self::Ping,
        Self::Authentik,
        Self::Keycloak,
    ];

    /// The preset of this name.
    pub const fn dialect(self) -> Dialect {
        match self {
            Self::Rfc => Dialect::RFC,
            Self::Okta => Dialect::OKTA,
            Self::Entra => Dialect::ENTRA,
            Self::Google => Dialect::GOOGLE,
            Self::OneLogin => Dialect::ONELOGIN,
            Self::JumpCloud => Dialect::JUMPCLOUD,
            Self::Ping => Dialect::PING,
            Self::Authentik => Dialect::AUTHENTIK,
            Self::Keycloak => Dialect::KEYCLOAK,
        }
    }

    /// The name as it is configured and stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rfc => "rfc",
            Self::Okta => "okta",
            Self::Entra => "entra",
            Self::Google => "google",
            Self::OneLogin => "onelogin",
            Self::JumpCloud => "jumpcloud",
            Self::Ping => "ping",
            Self::Authentik => "authentik",
            Self::Keycloak => "keycloak",
        }
    }
}

/// The text is the name of no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no SCIM dialect; rfc, okta, entra, google, onelogin, jumpcloud, ping, authentik and keycloak are"
)]
pub struct UnknownDialect(pub String);

impl FromStr for DialectName {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        Self::ALL
            .into_iter()
            .find(|name| name.as_str() == text)
            .ok_or_else(|| UnknownDialect(text.to_owned()))
    }
}

impl fmt::Display for DialectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
