//! Somebody who comes back: the same employee with id, number, roles and history.

use rollcall_domain::EmployeeId;
use rollcall_domain::audit::Subject;
use rollcall_domain::employee::Employee;
use rollcall_domain::policy::ComingBack;
use rollcall_storage::directory::employee::{self, UserNameState};
use rollcall_storage::directory::identity_link::{self, IdentityLink};
use rollcall_storage::scim::scim_person::{self, ScimPerson};

use crate::error::ChangeError;
use crate::provision::desk::{Desk, parse, user_name_taken};
use crate::provision::{Result, ScimClaim, change};
use crate::record::Values;
use crate::scim_group;

/// Whom a creation means.
pub(super) enum Found {
    /// Somebody whom this connection deleted.
    Hidden(Box<Employee>, IdentityLink),
    /// Somebody who is there and is not the connection's own.
    Other(EmployeeId),
    /// Nobody who is here.
    Nobody,
}

/// Finds out whom a creation means.
pub(super) fn find<R>(desk: &mut Desk<'_, '_>, claim: &ScimClaim) -> Result<Found, R> {
    let source = desk.source();
    let user_name = &claim.claim.profile.user_name;
    let by_external_id = match &claim.claim.external_id {
        Some(external_id) => identity_link::find_by_external_id(desk.tx, source, external_id)?,
        None => None,
    };
    let state = employee::ask_user_name(desk.tx, user_name)?;
    let by_name = if let UserNameState::Held(id) = state { Some(id) } else { None };
    if let Some(link) = by_external_id {
        if link.hidden_at.is_none() {
            let value = link.external_id.unwrap_or_default();
            return Err(ChangeError::Taken { attribute: "externalId", value });
        }
        if by_name.is_some_and(|other| other != link.employee) {
            return Err(user_name_taken(claim));
        }
        return hidden(desk, link);
    }
    if let Some(id) = by_name {
        let Some(link) = identity_link::get(desk.tx, source, id)? else {
            return Ok(Found::Other(id));
        };
        if link.hidden_at.is_none() {
            return Err(user_name_taken(claim));
        }
        // An administrator put them back after this connection had deleted them, so that they hold it again.
        return match desk.access.policy.coming_back {
            ComingBack::ExternalId => Err(user_name_taken(claim)),
            ComingBack::ExternalIdOrUserName => hidden(desk, link),
        };
    }
    let by_id_only = desk.access.policy.coming_back == ComingBack::ExternalId;
    if by_id_only || state == UserNameState::Free {
        return Ok(Found::Nobody);
    }
    let Some(id) = employee::find_released(desk.tx, source, user_name)? else {
        return Ok(Found::Nobody);
    };
    match identity_link::get(desk.tx, source, id)? {
        Some(link) => hidden(desk, link),
        None => Ok(Found::Nobody),
    }
}

fn hidden<R>(desk: &mut Desk<'_, '_>, link: IdentityLink) -> Result<Found, R> {
    match employee::get(desk.tx, link.employee)? {
        Some(employee) if employee.managed_by == link.source => {
            Ok(Found::Hidden(Box::new(employee), link))
        }
        Some(employee) => Ok(Found::Other(employee.id)),
        None => Ok(Found::Nobody),
    }
}

/// Shows a deleted person again, with what is claimed of them now.
pub(super) fn restore<R>(
    desk: &mut Desk<'_, '_>,
    employee: &Employee,
    mut link: IdentityLink,
    claim: &ScimClaim,
) -> Result<ScimPerson, R> {
    let resource = parse(&link.resource);
    link.hidden_at = None;
    identity_link::note_step(desk.tx, &link);
    let subject = Subject::employee(employee);
    desk.act.audit(desk.tx, "employee.restored_by_provider", subject, Values::default())?;
    // Even where every value is as before, the link has to be written: it is seen again.
    identity_link::save(desk.tx, &link)?;
    // With another name, the change looks for who has that one.
    if employee.profile.user_name == claim.claim.profile.user_name
        && !employee::hold_user_name(desk.tx, employee)?
    {
        return Err(user_name_taken(claim));
    }
    let person = change::change(desk, employee, link, &resource, claim)?.person;
    scim_group::rejoin(desk, employee.id)?;
    // Memberships that waited are part of what is read.
    Ok(scim_person::get(desk.tx, desk.access.connection, employee.id)?.unwrap_or(person))
}
