//! The fields of a person that nobody has to have. An identity provider may send them once the tenant
//! switched them on ([`crate::optional`]); they are local otherwise.

use crate::authority::Attribute;
use crate::id::LoginAuthenticatorId;

/// The optional fields. `None` is a field without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The name to show to others.
    pub display_name: Option<String>,
    /// The middle names.
    pub middle_name: Option<String>,
    /// The number of the mobile phone, as it was given.
    pub mobile_number: Option<String>,
    /// The time zone, by its name in the IANA database.
    pub time_zone: Option<String>,
    /// How the person relates to the organization, such as `Employee`.
    pub employee_type: Option<String>,
    /// How the person signs in; `None` for the tenant's usual way.
    pub login_authenticator: Option<LoginAuthenticatorId>,
}

impl Details {
    /// What differs between two states.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Attribute> {
        [
            (Attribute::DisplayName, self.display_name != other.display_name),
            (Attribute::MiddleName, self.middle_name != other.middle_name),
            (Attribute::MobileNumber, self.mobile_number != other.mobile_number),
            (Attribute::TimeZone, self.time_zone != other.time_zone),
            (Attribute::Type, self.employee_type != other.employee_type),
            (Attribute::LoginAuthenticator, self.login_authenticator != other.login_authenticator),
        ]
        .into_iter()
        .filter_map(|(attribute, differs)| differs.then_some(attribute))
        .collect()
    }
}
