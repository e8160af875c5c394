//! Which source may write which attribute.

use serde::{Deserialize, Serialize};

use crate::source::Source;

/// An attribute of an employee that has an origin and an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Attribute {
    /// The name that the person signs in with.
    UserName,
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// E-mail address.
    Email,
    /// Active or inactive.
    Status,
    /// The id that the source knows the person by.
    ExternalId,
    /// The person's team.
    Team,
    /// The person's primary role.
    PrimaryRole,
}

impl Attribute {
    /// Every attribute, in the order in which people read them.
    pub const ALL: [Self; 8] = [
        Self::UserName,
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::Status,
        Self::ExternalId,
        Self::Team,
        Self::PrimaryRole,
    ];

    /// What only the identity provider may write, for a person that it manages (NICE help, "SCIM").
    #[must_use]
    pub fn is_managed(self) -> bool {
        matches!(
            self,
            Self::UserName
                | Self::FirstName
                | Self::LastName
                | Self::Email
                | Self::Status
                | Self::ExternalId
        )
    }

    /// The name that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::UserName => "Username",
            Self::FirstName => "First name",
            Self::LastName => "Last name",
            Self::Email => "E-mail",
            Self::Status => "Status",
            Self::ExternalId => "External ID",
            Self::Team => "Team",
            Self::PrimaryRole => "Primary role",
        }
    }
}

/// A write that authority refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is managed by {owner} and can only be changed there", attribute.label())]
pub struct NotYours {
    /// What was to be written.
    pub attribute: Attribute,
    /// Who owns it.
    pub owner: Source,
}

/// Decides whether `writer` may set `attribute` of a person managed by `manager`.
///
/// Managed attributes belong to the manager alone. The rest is local: a source's later pushes do not
/// undo what an administrator set.
///
/// # Errors
/// [`NotYours`], naming the owner.
pub fn check(manager: Source, writer: Source, attribute: Attribute) -> Result<(), NotYours> {
    let owner = if attribute.is_managed() { manager } else { Source::Local };
    if owner == writer { Ok(()) } else { Err(NotYours { attribute, owner }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ScimConnectionId;
    use uuid::Uuid;

    #[test]
    fn a_managed_persons_five_fields_belong_to_the_provider_only() {
        let okta = Source::Scim(ScimConnectionId::new(Uuid::from_u128(1)));
        let entra = Source::Scim(ScimConnectionId::new(Uuid::from_u128(2)));
        for attribute in [
            Attribute::UserName,
            Attribute::FirstName,
            Attribute::LastName,
            Attribute::Email,
            Attribute::Status,
        ] {
            assert!(check(okta, okta, attribute).is_ok());
            assert_eq!(
                check(okta, Source::Local, attribute),
                Err(NotYours { attribute, owner: okta })
            );
            assert!(check(okta, entra, attribute).is_err());
            assert!(check(Source::Local, Source::Local, attribute).is_ok());
        }
        assert!(check(okta, Source::Local, Attribute::Team).is_ok());
        assert!(check(okta, okta, Attribute::PrimaryRole).is_err());
    }
}
