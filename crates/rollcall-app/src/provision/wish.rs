//! The optional attributes that a tenant takes from its identity providers.

use rollcall_domain::authority::{self, Attribute};
use rollcall_domain::employee::Employee;
use rollcall_domain::{LoginAuthenticatorId, RoleId, TeamId};
use rollcall_storage::{directory::login_authenticator, directory::structure};

use crate::error::ChangeError;
use crate::provision::desk::Desk;
use crate::provision::{Result, Wish};

/// Writes what a client wants of the optional attributes into a person; answers those that changed. A value
/// that the client states no longer is taken away if it came from there, and left if somebody here set it.
pub(super) fn grant<R>(
    desk: &mut Desk<'_, '_>,
    employee: &mut Employee,
    wishes: &[Wish],
) -> Result<Vec<Attribute>, R> {
    let before = employee.clone();
    let source = desk.source();
    for wish in wishes {
        let attribute = wish.attribute;
        authority::check(employee.managed_by, source, attribute, desk.access.optional)?;
        let came_from_there =
            employee.origins.of(attribute).is_some_and(|(origin, _)| origin == source);
        match &wish.value {
            Some(value) => set(desk, employee, attribute, value)?,
            None if came_from_there => clear(desk, employee, attribute)?,
            None => {}
        }
    }
    let mut changed = before.details.differences(&employee.details);
    changed.extend((before.team != employee.team).then_some(Attribute::Team));
    let role = (before.primary_role != employee.primary_role).then_some(Attribute::PrimaryRole);
    changed.extend(role);
    employee.note(&changed, source, desk.act.now);
    Ok(changed)
}

fn set<R>(
    desk: &mut Desk<'_, '_>,
    employee: &mut Employee,
    attribute: Attribute,
    value: &str,
) -> Result<(), R> {
    let text = || Some(value.to_owned());
    match attribute {
        Attribute::DisplayName => employee.details.display_name = text(),
        Attribute::MiddleName => employee.details.middle_name = text(),
        Attribute::MobileNumber => employee.details.mobile_number = text(),
        Attribute::Type => employee.details.employee_type = text(),
        Attribute::TimeZone => employee.details.time_zone = text(),
        Attribute::LoginAuthenticator => {
            employee.details.login_authenticator = Some(authenticator(desk, value)?);
        }
        Attribute::Team => employee.team = team(desk, employee, value)?,
        Attribute::PrimaryRole => employee.primary_role = role(desk, value)?,
        _ => {}
    }
    Ok(())
}

fn clear<R>(
    desk: &mut Desk<'_, '_>,
    employee: &mut Employee,
    attribute: Attribute,
) -> Result<(), R> {
    let details = &mut employee.details;
    match attribute {
        Attribute::DisplayName => details.display_name = None,
        Attribute::MiddleName => details.middle_name = None,
        Attribute::MobileNumber => details.mobile_number = None,
        Attribute::Type => details.employee_type = None,
        Attribute::TimeZone => details.time_zone = None,
        Attribute::LoginAuthenticator => details.login_authenticator = None,
        // Nobody is without a team and a role: they get those that they would have begun with.
        Attribute::Team => {
            let connection = desk.connection()?;
            // The team of another business unit is not one that the connection could give.
            if connection.business_unit == employee.business_unit {
                employee.team = connection.team;
            }
        }
        Attribute::PrimaryRole => employee.primary_role = desk.default_role()?,
        _ => {}
    }
    Ok(())
}

fn authenticator<R>(desk: &mut Desk<'_, '_>, name: &str) -> Result<LoginAuthenticatorId, R> {
    let found = login_authenticator::find(desk.tx, name)?;
    found.ok_or_else(|| unknown("login authenticator", name))
}

fn team<R>(desk: &mut Desk<'_, '_>, employee: &Employee, name: &str) -> Result<TeamId, R> {
    if let Some(found) = structure::find_team(desk.tx, employee.business_unit, name)? {
        return Ok(found);
    }
    let id: TeamId = name.parse().map_err(|_| unknown("team", name))?;
    let found = structure::get_team(desk.tx, id)?;
    let found = found.filter(|team| team.business_unit == employee.business_unit);
    found.map(|team| team.id).ok_or_else(|| unknown("team", name))
}

fn role<R>(desk: &mut Desk<'_, '_>, name: &str) -> Result<RoleId, R> {
    if let Some(found) = structure::find_role(desk.tx, name)? {
        return Ok(found);
    }
    let id: RoleId = name.parse().map_err(|_| unknown("role", name))?;
    let found = structure::list_roles(desk.tx)?.into_iter().find(|role| role.id == id);
    found.map(|role| role.id).ok_or_else(|| unknown("role", name))
}

fn unknown<R>(noun: &str, name: &str) -> ChangeError<R> {
    ChangeError::Invalid(format!(
        "there is no {noun} {name:?}; make it in Rollcall, or send one that is there"
    ))
}
