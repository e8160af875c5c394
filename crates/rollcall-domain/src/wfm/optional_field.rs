//! The fields that are sent of everyone of a business unit, or of nobody (NICE help, "Set Up Users for IEX WFM
//! Integrated": syncing can be disabled, but only for the entire business unit).

use super::{FieldSwitch, FieldSwitches};

/// A field that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionalField {
    /// The User GUID, as Personal ID.
    PersonalId,
    /// The identity provider's external id, as External ID.
    ExternalId,
}

impl OptionalField {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::PersonalId, Self::ExternalId];

    /// The field with a name as [`OptionalField::as_str`] gives it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }

    /// Its name in addresses and commands.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PersonalId => "personal-id",
            Self::ExternalId => "external-id",
        }
    }

    /// Its name at the WFM.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::PersonalId => "Personal ID",
            Self::ExternalId => "External ID",
        }
    }
}

impl FieldSwitches {
    /// Whether a field is sent.
    #[must_use]
    pub fn of(&self, field: OptionalField) -> FieldSwitch {
        match field {
            OptionalField::PersonalId => self.personal_id,
            OptionalField::ExternalId => self.external_id,
        }
    }

    /// Switches a field.
    pub fn set(&mut self, field: OptionalField, switch: FieldSwitch) {
        match field {
            OptionalField::PersonalId => self.personal_id = switch,
            OptionalField::ExternalId => self.external_id = switch,
        }
    }
}
