//! Which optional attributes a tenant takes from its identity providers: each is off until an
//! administrator switches it on in Account settings (NICE help, "SCIM", User Account Information).

use serde::{Deserialize, Serialize};

use crate::attribute::Attribute;

/// The attributes that can be switched on, in the order in which the settings show them.
pub const OPTIONAL: [Attribute; 8] = [
    Attribute::DisplayName,
    Attribute::MiddleName,
    Attribute::MobileNumber,
    Attribute::TimeZone,
    Attribute::Type,
    Attribute::LoginAuthenticator,
    Attribute::PrimaryRole,
    Attribute::Team,
];

/// The optional attributes that are switched on. Written as a list of names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Vec<Attribute>", from = "Vec<Attribute>")]
pub struct OptionalAttributes(u8);

impl OptionalAttributes {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self(u8::MAX);

    /// Whether an attribute is switched on. One that cannot be switched is not.
    #[must_use]
    pub fn contains(self, attribute: Attribute) -> bool {
        self.0 & bit(attribute) != 0
    }

    /// The same with one attribute switched on.
    #[must_use]
    pub fn with(self, attribute: Attribute) -> Self {
        Self(self.0 | bit(attribute))
    }

    /// A number below 256 that is different for each choice, for tables of what depends on it.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Those that are switched on.
    pub fn iter(self) -> impl Iterator<Item = Attribute> {
        OPTIONAL.into_iter().filter(move |attribute| self.contains(*attribute))
    }
}

fn bit(attribute: Attribute) -> u8 {
    OPTIONAL.iter().position(|known| *known == attribute).map_or(0, |place| 1 << place)
}

impl From<OptionalAttributes> for Vec<Attribute> {
    fn from(optional: OptionalAttributes) -> Self {
        optional.iter().collect()
    }
}

impl From<Vec<Attribute>> for OptionalAttributes {
    fn from(attributes: Vec<Attribute>) -> Self {
        attributes.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_switched_on_is_written_by_name_and_read_back() {
        let some = OptionalAttributes::NONE.with(Attribute::Team).with(Attribute::TimeZone);
        let text = serde_json::to_string(&some).unwrap();
        assert_eq!(text, r#"["timeZone","team"]"#);
        assert_eq!(serde_json::from_str::<OptionalAttributes>(&text).unwrap(), some);
        assert!(!some.contains(Attribute::Type));
        assert!(!OptionalAttributes::ALL.contains(Attribute::UserName), "never optional");
        assert_eq!(OptionalAttributes::ALL.iter().count(), OPTIONAL.len());
    }
}
