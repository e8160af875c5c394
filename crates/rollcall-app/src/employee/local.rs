//! What an administrator writes of people: all of somebody who is managed here, the optional values of
//! everybody else. Whose value it is decides `authority`, for each value that would change.

use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::authority::{self, Attribute};
use rollcall_domain::detail::Details;
use rollcall_domain::employee::{Claim, Employee, Profile, Status};
use rollcall_domain::letter::is_unreadable;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::origin::Origins;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::user_name::{UserName, is_email};
use rollcall_domain::{EmployeeId, RoleId, TeamId, TenantId};
use rollcall_storage::{
    Tx, directory::employee, directory::login_authenticator, directory::structure,
};

use super::Result;
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// As at the SCIM front door (docs/scim.md, Limits).
const TEXT_BYTES_MAX: usize = 1_024;

/// The values that everybody has, as they were typed.
#[derive(Clone, Debug)]
pub struct ProfileDraft {
    /// In e-mail form.
    pub user_name: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// May be shared by several people.
    pub email: String,
}

/// What a person is to be.
#[derive(Clone, Debug)]
pub struct EmployeeDraft {
    /// The values that everybody has; `None` leaves them, as it has to be where an identity provider has them.
    pub profile: Option<ProfileDraft>,
    /// The values that nobody has to have. Blank texts are none.
    pub details: Details,
}

/// Somebody who is to be made here.
#[derive(Clone, Debug)]
pub struct NewEmployee {
    /// The values that everybody has.
    pub profile: ProfileDraft,
    /// The team, whose business unit gives the agent number.
    pub team: TeamId,
    /// The primary role.
    pub primary_role: RoleId,
}

impl App {
    /// Makes a person who is managed here, active at once.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] with what cannot be right, [`ChangeError::Taken`] for a user name that somebody
    /// has, [`ChangeError::NotFound`] for the team or the role.
    pub async fn make_employee(
        &self,
        tenant: TenantId,
        actor: Actor,
        new: NewEmployee,
    ) -> Result<EmployeeId> {
        let profile = parsed(&new.profile)?;
        let (app, now) = (self.clone(), self.now());
        let id = EmployeeId::new(self.ids.next());
        self.storage
            .write(tenant, move |tx| {
                let team =
                    structure::get_team(tx, new.team)?.ok_or(ChangeError::NotFound("team"))?;
                if !structure::list_roles(tx)?.iter().any(|role| role.id == new.primary_role) {
                    return Err(ChangeError::NotFound("role"));
                }
                check_free(tx, id, &profile.user_name)?;
                let mut origins = Origins::default();
                origins.set(&BEGUN_WITH, Source::Local, now);
                let employee = Employee {
                    id,
                    business_unit: team.business_unit,
                    team: team.id,
                    primary_role: new.primary_role,
                    agent_number: structure::take_agent_number(tx, team.business_unit)?,
                    profile: profile.clone(),
                    details: Details::default(),
                    status: Status::Active,
                    activated_at: now,
                    external_id: None,
                    managed_by: Source::Local,
                    origins,
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                employee::insert(tx, &employee)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let mut values = Values::default();
                values.after = audit_values::values(&employee);
                act.audit(tx, "employee.created", Subject::employee(&employee), values)?;
                act.mark(tx, &employee)?;
                Ok(id)
            })
            .await
    }

    /// Changes the values of a person who is in `version`.
    ///
    /// # Errors
    /// [`ChangeError::NotYours`] for a value that an identity provider manages, [`ChangeError::Outdated`] when
    /// somebody else changed the person meanwhile, else as [`App::make_employee`].
    pub async fn write_employee(
        &self,
        tenant: TenantId,
        actor: Actor,
        (id, version): (EmployeeId, i64),
        draft: EmployeeDraft,
    ) -> Result<()> {
        let profile = draft.profile.as_ref().map(parsed).transpose()?;
        let details = tidied(draft.details);
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let before = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
                if before.version != version {
                    return Err(ChangeError::Outdated { present: before.version });
                }
                let mut after = before.clone();
                if let Some(profile) = &profile {
                    after.apply(said(&before, profile.clone()), Source::Local, now)?;
                }
                let changed = before.details.differences(&details);
                for attribute in &changed {
                    authority::check(
                        before.managed_by,
                        Source::Local,
                        *attribute,
                        OptionalAttributes::NONE,
                    )?;
                }
                check_details(tx, &details, &changed)?;
                after.details = details.clone();
                after.note(&changed, Source::Local, now);
                if after.version == before.version {
                    return Ok(());
                }
                after.version = before.version + 1;
                if before.profile.user_name != after.profile.user_name {
                    check_free(tx, id, &after.profile.user_name)?;
                }
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.save(tx, &before, &after)?;
                let (old, new) = audit_values::difference(&before, &after);
                let values = Values { before: old, after: new };
                act.audit(tx, "employee.changed", Subject::employee(&after), values)?;
                Ok(act.mark(tx, &after)?)
            })
            .await
    }
}

/// What somebody who is made here has from the first moment.
const BEGUN_WITH: [Attribute; 7] = [
    Attribute::UserName,
    Attribute::FirstName,
    Attribute::LastName,
    Attribute::Email,
    Attribute::Status,
    Attribute::Team,
    Attribute::PrimaryRole,
];

fn said(before: &Employee, profile: Profile) -> Claim {
    Claim { profile, status: before.status, external_id: before.external_id.clone() }
}

fn parsed(draft: &ProfileDraft) -> Result<Profile> {
    let texts = [("first name", &draft.first_name), ("last name", &draft.last_name)];
    for (what, text) in texts {
        check_text(what, text.trim())?;
    }
    let email = draft.email.trim();
    check_text("e-mail address", email)?;
    if !is_email(email) {
        return Err(ChangeError::Invalid(format!("{email:?} is no e-mail address (name@domain)")));
    }
    Ok(Profile {
        user_name: UserName::parse_email(draft.user_name.trim())?,
        first_name: draft.first_name.trim().to_owned(),
        last_name: draft.last_name.trim().to_owned(),
        email: email.to_owned(),
    })
}

fn tidied(details: Details) -> Details {
    let tidy = |text: Option<String>| {
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    Details {
        display_name: tidy(details.display_name),
        middle_name: tidy(details.middle_name),
        mobile_number: tidy(details.mobile_number),
        time_zone: tidy(details.time_zone),
        employee_type: tidy(details.employee_type),
        login_authenticator: details.login_authenticator,
    }
}

/// Checks the values that change. What an identity provider sent stays as it was sent.
fn check_details(tx: &mut Tx<'_>, details: &Details, changed: &[Attribute]) -> Result<()> {
    let texts = [
        (Attribute::DisplayName, "display name", &details.display_name),
        (Attribute::MiddleName, "middle name", &details.middle_name),
        (Attribute::MobileNumber, "mobile number", &details.mobile_number),
        (Attribute::TimeZone, "time zone", &details.time_zone),
        (Attribute::Type, "type", &details.employee_type),
    ];
    for (_, what, text) in texts.iter().filter(|(attribute, _, _)| changed.contains(attribute)) {
        if let Some(text) = text {
            check_text(what, text)?;
        }
    }
    if changed.contains(&Attribute::TimeZone)
        && let Some(zone) = &details.time_zone
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        return Err(ChangeError::Invalid(format!(
            "{zone:?} is no time zone of the IANA database, such as Europe/Berlin"
        )));
    }
    if let Some(wanted) = details.login_authenticator
        && !login_authenticator::list(tx)?.iter().any(|known| known.id == wanted)
    {
        return Err(ChangeError::NotFound("login authenticator"));
    }
    Ok(())
}

fn check_free(tx: &mut Tx<'_>, id: EmployeeId, user_name: &UserName) -> Result<()> {
    match employee::find_by_user_name(tx, user_name)? {
        Some(other) if other != id => {
            Err(ChangeError::Taken { attribute: "user name", value: user_name.to_string() })
        }
        _ => Ok(()),
    }
}

fn check_text(what: &str, text: &str) -> Result<()> {
    if text.is_empty() {
        return Err(ChangeError::Invalid(format!("the {what} is missing")));
    }
    if text.len() > TEXT_BYTES_MAX || text.chars().any(is_unreadable) {
        return Err(ChangeError::Invalid(format!(
            "the {what} is longer than {TEXT_BYTES_MAX} bytes, or has characters that cannot be seen"
        )));
    }
    Ok(())
}
