//! What an administrator typed of a person, and what stood there before.

use rollcall_app::employee::{EmployeeDraft, ProfileDraft};
use rollcall_domain::authority::Attribute;
use rollcall_domain::detail::Details;
use rollcall_domain::employee::Employee;
use rollcall_domain::source::Source;
use serde::Deserialize;

use crate::view::people::person::TypedField;

/// The form. Fields that it does not show are empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) version: String,
    pub(crate) user_name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) team: String,
    pub(crate) primary_role: String,
    pub(crate) display_name: String,
    pub(crate) middle_name: String,
    pub(crate) mobile_number: String,
    pub(crate) time_zone: String,
    pub(crate) employee_type: String,
    pub(crate) login_authenticator: String,
}

impl Typed {
    /// The form as it is for somebody who is here.
    pub(crate) fn of(employee: &Employee) -> Self {
        let (profile, details) = (&employee.profile, &employee.details);
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let authenticator = details.login_authenticator.map(|id| id.to_string());
        Self {
            version: employee.version.to_string(),
            user_name: profile.user_name.to_string(),
            first_name: profile.first_name.clone(),
            last_name: profile.last_name.clone(),
            email: profile.email.clone(),
            display_name: text(&details.display_name),
            middle_name: text(&details.middle_name),
            mobile_number: text(&details.mobile_number),
            time_zone: text(&details.time_zone),
            employee_type: text(&details.employee_type),
            login_authenticator: authenticator.unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The values that everybody has.
    pub(crate) fn profile(&self) -> ProfileDraft {
        ProfileDraft {
            user_name: self.user_name.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
        }
    }

    /// What the person is to be; of somebody whom an identity provider manages, only what is changed here.
    pub(crate) fn draft(&self, managed_by: Source) -> EmployeeDraft {
        EmployeeDraft {
            profile: (managed_by == Source::Local).then(|| self.profile()),
            details: Details {
                display_name: Some(self.display_name.clone()),
                middle_name: Some(self.middle_name.clone()),
                mobile_number: Some(self.mobile_number.clone()),
                time_zone: Some(self.time_zone.clone()),
                employee_type: Some(self.employee_type.clone()),
                login_authenticator: self.login_authenticator.parse().ok(),
            },
        }
    }

    /// The fields of what everybody has.
    pub(crate) fn profile_fields(&self) -> Vec<TypedField> {
        let sign_in = "In the form of an e-mail address, and nobody else's in this tenant.";
        [
            ("user_name", Attribute::UserName, &self.user_name, sign_in),
            ("first_name", Attribute::FirstName, &self.first_name, ""),
            ("last_name", Attribute::LastName, &self.last_name, ""),
            ("email", Attribute::Email, &self.email, "Several people may share one."),
        ]
        .map(|(name, attribute, value, hint)| TypedField {
            name,
            label: attribute.label(),
            value: value.clone(),
            hint: hint.to_owned(),
            required: true,
        })
        .into()
    }

    /// The fields of what nobody has to have, each with what `hint` knows of it.
    pub(crate) fn detail_fields(&self, hint: impl Fn(Attribute) -> String) -> Vec<TypedField> {
        [
            ("display_name", Attribute::DisplayName, &self.display_name),
            ("middle_name", Attribute::MiddleName, &self.middle_name),
            ("mobile_number", Attribute::MobileNumber, &self.mobile_number),
            ("time_zone", Attribute::TimeZone, &self.time_zone),
            ("employee_type", Attribute::Type, &self.employee_type),
        ]
        .map(|(name, attribute, value)| TypedField {
            name,
            label: attribute.label(),
            value: value.clone(),
            hint: match attribute {
                Attribute::TimeZone => format!("Such as Europe/Berlin. {}", hint(attribute)),
                _ => hint(attribute),
            },
            required: false,
        })
        .into()
    }
}
