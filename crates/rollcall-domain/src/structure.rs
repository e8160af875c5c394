//! What people stand in: tenants, business units, teams with their features, roles.

use crate::id::{BusinessUnitId, LoginAuthenticatorId, RoleId, TeamId};

/// The feature that sends a team's active employees to workforce management (NICE help, "Set Up Users for IEX
/// WFM Integrated").
pub const WFM_ADVANCED: &str = "WFM Advanced";

/// The role that an employee made by an identity provider gets unless the tenant chose another (NICE
/// help, "Manage Employee Accounts with Okta").
pub const DEFAULT_ROLE: &str = "Agent";

/// One ACD of a tenant; every employee is in exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessUnit {
    /// Its id.
    pub id: BusinessUnitId,
    /// Its name, unique in the tenant.
    pub name: String,
}

/// A team; every employee is in exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// The business unit that it belongs to.
    pub business_unit: BusinessUnitId,
    /// Its name, unique in the business unit.
    pub name: String,
    /// What is switched on for it, such as [`WFM_ADVANCED`].
    pub features: Vec<String>,
    /// Names of the reasons for being unavailable that its agents may use.
    pub unavailable_codes: Vec<String>,
}

/// The login authenticator that a tenant begins with.
pub const PASSWORD_AUTHENTICATOR: &str = "Password";

/// A way in which people of a tenant sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginAuthenticator {
    /// Its id.
    pub id: LoginAuthenticatorId,
    /// Its name, unique in the tenant.
    pub name: String,
    /// `password` or `oidc`.
    pub kind: String,
}

/// A permission set of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, unique in the tenant.
    pub name: String,
}
