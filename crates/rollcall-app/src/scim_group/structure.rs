//! The team or role that a group is.

use rollcall_domain::letter::readable;
use rollcall_domain::structure::{Role, Team};
use rollcall_domain::{GroupId, RoleId, TeamId};
use rollcall_storage::{directory::structure, scim::scim_connection, scim::scim_group};

use crate::account;
use crate::error::ChangeError;
use crate::provision::Desk;
use crate::scim_group::{GroupMeaning, Result};

/// The team or role of a name, and whether it was made for it (under `id`).
pub(super) fn found<R>(
    desk: &mut Desk<'_, '_>,
    id: GroupId,
    name: &str,
) -> Result<(GroupId, bool), R> {
    let name = &readable(name);
    let present = match desk.access.policy.groups {
        GroupMeaning::Role => structure::find_role(desk.tx, name)?.map(|role| role.uuid()),
        _ => {
            let landing = landing_team(desk)?;
            let team = structure::find_team(desk.tx, landing.business_unit, name)?;
            team.map(|team| team.uuid())
        }
    };
    let Some(present) = present.map(GroupId::new) else {
        make(desk, id, name)?;
        return Ok((id, true));
    };
    if scim_group::owner(desk.tx, present)?.is_some() {
        // Another connection's, or this one's under a name that it has not any more.
        return Err(ChangeError::Taken { attribute: "displayName", value: name.to_owned() });
    }
    Ok((present, false))
}

/// A new team does for its people what the landing team does for them, so that a push of groups takes
/// nobody out of the WFM.
fn make<R>(desk: &mut Desk<'_, '_>, id: GroupId, name: &str) -> Result<(), R> {
    if desk.access.policy.groups == GroupMeaning::Role {
        let role = Role { id: RoleId::new(id.uuid()), name: name.to_owned() };
        return Ok(structure::insert_role(desk.tx, &role)?);
    }
    let landing = landing_team(desk)?;
    let team = Team { id: TeamId::new(id.uuid()), name: name.to_owned(), ..landing };
    Ok(structure::insert_team(desk.tx, &team)?)
}

/// Gives the team or role another name.
pub(super) fn rename<R>(desk: &mut Desk<'_, '_>, id: GroupId, name: &str) -> Result<(), R> {
    let name = &readable(name);
    let taken = || ChangeError::Taken { attribute: "displayName", value: name.to_owned() };
    if desk.access.policy.groups == GroupMeaning::Role {
        let role = RoleId::new(id.uuid());
        if structure::find_role(desk.tx, name)?.is_some_and(|other| other != role) {
            return Err(taken());
        }
        return Ok(account::rename_role(desk.tx, desk.act, role, name)?);
    }
    let team = TeamId::new(id.uuid());
    let unit = landing_team(desk)?.business_unit;
    if structure::find_team(desk.tx, unit, name)?.is_some_and(|other| other != team) {
        return Err(taken());
    }
    Ok(structure::rename_team(desk.tx, team, name)?)
}

/// Removes the team or role if nobody stands in it; tells whether it did.
pub(super) fn abandon<R>(desk: &mut Desk<'_, '_>, id: GroupId) -> Result<bool, R> {
    if desk.access.policy.groups == GroupMeaning::Role {
        let role = RoleId::new(id.uuid());
        return Ok(!account::is_default_role(desk.tx, role)?
            && structure::delete_unused_role(desk.tx, role)?);
    }
    Ok(structure::delete_empty_team(desk.tx, TeamId::new(id.uuid()))?)
}

/// The team in which the connection's people begin.
pub(super) fn landing_team<R>(desk: &mut Desk<'_, '_>) -> Result<Team, R> {
    let connection = scim_connection::get(desk.tx, desk.access.connection)?
        .ok_or(ChangeError::NotFound("SCIM connection"))?;
    structure::get_team(desk.tx, connection.team)?.ok_or(ChangeError::NotFound("team"))
}
