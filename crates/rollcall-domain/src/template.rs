//! Employee templates: named presets that an administrator makes once, and that an identity provider names
//! when it makes somebody (NICE help, "Manage Employee Accounts with Okta").

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::authority::Attribute;
use crate::employee::Employee;
use crate::id::{BusinessUnitId, LoginAuthenticatorId, RoleId, TeamId, TemplateId};
use crate::optional::OptionalAttributes;
use crate::source::Source;

/// As many roles a person has beside the primary one (NICE help, "Employees").
pub const SECONDARY_ROLES_MAX: usize = 10;

/// What a template does to one field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TemplateField<T> {
    /// Leaves it as it is.
    #[default]
    Ignore,
    /// Takes its value away.
    Clear,
    /// Gives it this value.
    Set(T),
}

impl<T> TemplateField<T> {
    /// Whether the field is left as it is.
    pub fn is_ignored(&self) -> bool {
        matches!(self, Self::Ignore)
    }
}

/// What a template does, field by field. Nobody is without a team and a primary role, so that those two can be
/// set and not cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TemplateFields {
    /// The team. It counts for people of its own business unit.
    #[serde(skip_serializing_if = "TemplateField::is_ignored")]
    pub team: TemplateField<TeamId>,
    /// The primary role.
    #[serde(skip_serializing_if = "TemplateField::is_ignored")]
    pub primary_role: TemplateField<RoleId>,
    /// The roles beside the primary one, at most [`SECONDARY_ROLES_MAX`]: all that Rollcall itself gives.
    #[serde(skip_serializing_if = "TemplateField::is_ignored")]
    pub secondary_roles: TemplateField<Vec<RoleId>>,
    /// The name to show to others.
    #[serde(skip_serializing_if = "TemplateField::is_ignored")]
    pub display_name: TemplateField<String>,
    /// The middle names.
    #[serde(skip_serializing_if = "TemplateField::is_ignored")]
    pub middle_name: TemplateField<String>,
    /// The number of the mobile phone.
    #[serde(skip_serializing_if = "TemplateField::is_ignored")]
    pub mobile_number: TemplateField<String>,
    /// The time zone, by its name in the IANA database.
    #[serde(skip_serializing_if = "TemplateField::is_ignored")]
    pub time_zone: TemplateField<String>,
    /// How the person relates to the organization.
    #[serde(rename = "type", skip_serializing_if = "TemplateField::is_ignored")]
    pub employee_type: TemplateField<String>,
    /// How the person signs in.
    #[serde(skip_serializing_if = "TemplateField::is_ignored")]
    pub login_authenticator: TemplateField<LoginAuthenticatorId>,
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Its name, unique in the tenant, letter case aside.
    pub name: String,
    /// What it does.
    pub fields: TemplateFields,
    /// Counts the changes, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What holds around the person that a template is applied to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings {
    /// What the source that manages the person writes beside what it always writes.
    pub written_by_manager: OptionalAttributes,
    /// The business unit of the template's team.
    pub team_unit: Option<BusinessUnitId>,
}

/// What a template did to a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The attributes that have another value now.
    pub changed: Vec<Attribute>,
    /// Those that would have, and why they have not.
    pub kept: Vec<(Attribute, Kept)>,
}

/// Why a template left a field alone that it would have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The identity provider that manages the person wrote the value, and would write it again.
    WrittenBy(Source),
    /// The template's team is in another business unit than the person.
    OtherUnit,
}

impl TemplateFields {
    /// Applies the template to a person; answers what that did. Origins and version are the caller's.
    pub fn apply(&self, employee: &mut Employee, around: Surroundings) -> Applied {
        let mut work = Work { before: employee.clone(), around, applied: Applied::default() };
        let details = &mut employee.details;
        for (attribute, field, value) in [
            (Attribute::DisplayName, &self.display_name, &mut details.display_name),
            (Attribute::MiddleName, &self.middle_name, &mut details.middle_name),
            (Attribute::MobileNumber, &self.mobile_number, &mut details.mobile_number),
            (Attribute::TimeZone, &self.time_zone, &mut details.time_zone),
            (Attribute::Type, &self.employee_type, &mut details.employee_type),
        ] {
            work.set(attribute, field, value);
        }
        let authenticator = &mut details.login_authenticator;
        work.set(Attribute::LoginAuthenticator, &self.login_authenticator, authenticator);
        if let TemplateField::Set(role) = self.primary_role {
            work.replace(Attribute::PrimaryRole, role, &mut employee.primary_role);
        }
        if let TemplateField::Set(team) = self.team {
            work.replace(Attribute::Team, team, &mut employee.team);
        }
        work.applied
    }

    /// Which of the secondary roles that a person has change: those to add, and those to take away. What a
    /// source gave stays, and counts towards [`SECONDARY_ROLES_MAX`].
    #[must_use]
    pub fn roles(
        &self,
        present: &[(RoleId, Source)],
        primary: RoleId,
    ) -> (Vec<RoleId>, Vec<RoleId>) {
        let wanted: &[RoleId] = match &self.secondary_roles {
            TemplateField::Ignore => return (Vec::new(), Vec::new()),
            TemplateField::Clear => &[],
            TemplateField::Set(roles) => roles,
        };
        let own = |giver: Source| giver == Source::Local;
        let gone = present.iter().filter(|(role, giver)| own(*giver) && !wanted.contains(role));
        let gone: Vec<RoleId> = gone.map(|(role, _)| *role).collect();
        let room = SECONDARY_ROLES_MAX.saturating_sub(present.len().saturating_sub(gone.len()));
        let has = |role: RoleId| present.iter().any(|(known, _)| *known == role);
        let new = wanted.iter().copied().filter(|role| *role != primary && !has(*role)).take(room);
        (new.collect(), gone)
    }
}

/// The application of a template to one person.
struct Work {
    before: Employee,
    around: Surroundings,
    applied: Applied,
}

impl Work {
    fn set<T: Clone + PartialEq>(
        &mut self,
        attribute: Attribute,
        field: &TemplateField<T>,
        value: &mut Option<T>,
    ) {
        match field {
            TemplateField::Ignore => {}
            TemplateField::Clear => self.replace(attribute, None, value),
            TemplateField::Set(new) => self.replace(attribute, Some(new.clone()), value),
        }
    }

    fn replace<T: PartialEq>(&mut self, attribute: Attribute, new: T, value: &mut T) {
        if *value == new {
            return;
        }
        match self.keeps(attribute) {
            Some(why) => self.applied.kept.push((attribute, why)),
            None => {
                *value = new;
                self.applied.changed.push(attribute);
            }
        }
    }

    fn keeps(&self, attribute: Attribute) -> Option<Kept> {
        if attribute == Attribute::Team
            && self.around.team_unit.is_some_and(|unit| unit != self.before.business_unit)
        {
            return Some(Kept::OtherUnit);
        }
        let manager = self.before.managed_by;
        let writes = manager != Source::Local && self.around.written_by_manager.contains(attribute);
        let wrote = self.before.origins.of(attribute).is_some_and(|(source, _)| source == manager);
        (writes && wrote).then_some(Kept::WrittenBy(manager))
    }
}

#[cfg(test)]
mod tests;
