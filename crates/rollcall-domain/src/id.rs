//! Ids as types of their own, so that a team cannot be passed where an employee is meant.
//!
//! All of them are UUIDs, version 7 where Rollcall makes them: in creation order, and therefore kind to
//! the indexes that hold them (RFC 9562 §5.7). No id is ever made here; see [`crate::Ids`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that was made by [`crate::Ids`] or read from storage.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut buffer = Uuid::encode_buffer();
                f.write_str(self.0.hyphenated().encode_lower(&mut buffer))
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )*};
}

id! {
    /// A customer: the top grouping for settings and people.
    TenantId;
    /// One ACD of a tenant.
    BusinessUnitId;
    /// A person we keep; the User GUID, for ever.
    EmployeeId;
    /// A team of a business unit.
    TeamId;
    /// A permission set of a tenant.
    RoleId;
    /// One configured SCIM client of a tenant.
    ScimConnectionId;
    /// A SCIM group: the id of the team or the role that it is.
    GroupId;
    /// A bearer token of a SCIM connection.
    ScimTokenId;
    /// An employee's key to a SCIM connection.
    AccessKeyId;
    /// A client of a SCIM connection that is registered for OAuth 2.0.
    OauthApplicationId;
    /// What an administrator allowed an application.
    OauthGrantId;
    /// A bulk request that is carried out after its answer.
    BulkRequestId;
    /// A receiver of security events.
    EventStreamId;
    /// One security event for one receiver.
    SecurityEventId;
    /// A way in which people of a tenant sign in.
    LoginAuthenticatorId;
    /// A named preset for employees.
    TemplateId;
    /// A business unit's link to one WFM tenant.
    WfmLinkId;
    /// Someone who signs in to the console.
    AdministratorId;
    /// A person's time at the ACD, from logging in to logging out.
    AgentSessionId;
    /// A bearer token of a tenant for systems other than identity providers.
    ApiTokenId;
    /// One line of the audit trail.
    AuditEntryId;
    /// One pass over one WFM link.
    RunId;
}
