//! The attributes of an employee.

use serde::{Deserialize, Serialize};

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
    /// The name to show to others.
    DisplayName,
    /// The middle names.
    MiddleName,
    /// The number of the mobile phone.
    MobileNumber,
    /// The time zone.
    TimeZone,
    /// How the person relates to the organization.
    Type,
    /// How the person signs in.
    LoginAuthenticator,
}

impl Attribute {
    /// Every attribute, in the order in which people read them.
    pub const ALL: [Self; 14] = [
        Self::UserName,
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::Status,
        Self::ExternalId,
        Self::Team,
        Self::PrimaryRole,
        Self::DisplayName,
        Self::MiddleName,
        Self::MobileNumber,
        Self::TimeZone,
        Self::Type,
        Self::LoginAuthenticator,
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
            Self::DisplayName => "Display name",
            Self::MiddleName => "Middle name",
            Self::MobileNumber => "Mobile number",
            Self::TimeZone => "Time zone",
            Self::Type => "Type",
            Self::LoginAuthenticator => "Login authenticator",
        }
    }
}
