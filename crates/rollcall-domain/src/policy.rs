//! What a tenant and each of its SCIM connections decided for themselves. Written as JSON; what is not
//! written has its default.

use serde::{Deserialize, Serialize};

use crate::optional::OptionalAttributes;
use crate::take_over::TakeOver;

/// The Account settings of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountSettings {
    /// The optional attributes that identity providers may write.
    pub optional_attributes: OptionalAttributes,
}

/// How a SCIM connection treats what its client sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConnectionPolicy {
    /// What a SCIM group is here.
    pub groups: GroupMeaning,
    /// By what a person who comes back is known again.
    pub coming_back: ComingBack,
    /// What becomes of a claim on a person who is not the connection's own.
    pub take_over: TakeOver,
    /// Whom it may read beside its own people.
    pub reading: Reading,
}

/// Whom a SCIM connection may read. It changes its own people only, whatever this says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reading {
    /// Its own people.
    #[default]
    Own,
    /// Everyone in the tenant.
    Tenant,
}

/// What a SCIM group is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GroupMeaning {
    /// Groups are not served.
    None,
    /// A team of the connection's business unit.
    #[default]
    Team,
    /// A role of the tenant.
    Role,
}

/// By what a person who was deleted and comes back is known again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ComingBack {
    /// The same external id only.
    ExternalId,
    /// The same external id, or the same user name.
    #[default]
    ExternalIdOrUserName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_written_has_its_default() {
        let policy: ConnectionPolicy = serde_json::from_str(r#"{"groups":"role"}"#).unwrap();
        let expected = ConnectionPolicy { groups: GroupMeaning::Role, ..Default::default() };
        assert_eq!(policy, expected);
        assert_eq!(
            serde_json::from_str::<AccountSettings>("{}").unwrap(),
            AccountSettings::default()
        );
    }
}
