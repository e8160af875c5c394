//! What being in a group does to a person: the team that they stand in, or the roles that they have.

use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::authority::Attribute;
use rollcall_domain::employee::Employee;
use rollcall_domain::template::SECONDARY_ROLES_MAX;
use rollcall_domain::{EmployeeId, GroupId, RoleId, TeamId};
use rollcall_storage::{
    directory::employee, directory::employee_role, directory::identity_link,
    scim::scim_group_member,
};
use serde_json::json;

use crate::error::ChangeError;
use crate::provision::Desk;
use crate::record::Values;
use crate::scim_group::{GroupMeaning, Result, structure};

/// Draws the consequences of a person's memberships, after those in `group` changed.
pub(super) fn settle<R>(desk: &mut Desk<'_, '_>, id: EmployeeId, group: GroupId) -> Result<(), R> {
    let source = desk.source();
    let groups = scim_group_member::groups_of(desk.tx, source, id)?;
    identity_link::save_groups(desk.tx, (source, id), &groups)?;
    let before = employee::get(desk.tx, id)?.ok_or(ChangeError::NotFound("user"))?;
    let mut after = before.clone();
    match desk.access.policy.groups {
        GroupMeaning::Role => give_roles(desk, &after, &groups)?,
        GroupMeaning::Team => after.team = team(desk, &before, &groups)?,
        GroupMeaning::None => {}
    }
    // The groups are part of what the client reads of the person, so it is another version of them.
    after.version += 1;
    after.date(desk.act.now);
    if after.team == before.team {
        return Ok(desk.act.save(desk.tx, &before, &after)?);
    }
    after.origins.set(&[Attribute::Team], source, desk.act.now);
    desk.act.save(desk.tx, &before, &after)?;
    let (old, mut new) = audit_values::difference(&before, &after);
    new.insert("group".to_owned(), json!(group));
    let values = Values { before: old, after: new };
    let action = "employee.changed_by_provider";
    desk.act.audit(desk.tx, action, Subject::employee(&after), values)?;
    Ok(desk.act.mark(desk.tx, &after)?)
}

/// Everyone is in one team: that of the newest membership, or the one that they would have begun in. Somebody
/// who was moved to another business unit stays in their team there: the connection's teams are not that
/// unit's.
fn team<R>(desk: &mut Desk<'_, '_>, person: &Employee, groups: &[GroupId]) -> Result<TeamId, R> {
    let landing = structure::landing_team(desk)?;
    if person.business_unit != landing.business_unit {
        return Ok(person.team);
    }
    Ok(groups.first().map_or(landing.id, |newest| TeamId::new(newest.uuid())))
}

/// Gives a person the roles of their groups, the oldest memberships first, as many as a person can have.
fn give_roles<R>(
    desk: &mut Desk<'_, '_>,
    employee: &Employee,
    groups: &[GroupId],
) -> Result<(), R> {
    let source = desk.source();
    let present = employee_role::list(desk.tx, employee.id)?;
    let others = present.iter().filter(|(_, giver)| *giver != source).count();
    let roles = groups.iter().rev().map(|group| RoleId::new(group.uuid()));
    let wanted: Vec<RoleId> = roles
        .filter(|role| *role != employee.primary_role)
        .take(SECONDARY_ROLES_MAX.saturating_sub(others))
        .collect();
    for (role, giver) in &present {
        if *giver == source && !wanted.contains(role) {
            employee_role::remove(desk.tx, (employee.id, *role))?;
        }
    }
    for role in wanted {
        employee_role::add(desk.tx, (employee.id, role), source, desk.act.now)?;
    }
    Ok(())
}

/// A person whom the connection sees no more: their memberships wait for them.
pub(crate) fn leave<R>(desk: &mut Desk<'_, '_>, id: EmployeeId) -> Result<(), R> {
    let source = desk.source();
    scim_group_member::set_pending(desk.tx, source, id, true)?;
    Ok(())
}

/// A person whom the connection sees again, or for the first time: memberships that wait for them count.
pub(crate) fn rejoin<R>(desk: &mut Desk<'_, '_>, id: EmployeeId) -> Result<(), R> {
    let source = desk.source();
    if scim_group_member::set_pending(desk.tx, source, id, false)? == 0 {
        return Ok(());
    }
    match scim_group_member::groups_of(desk.tx, source, id)?.first() {
        Some(newest) => settle(desk, id, *newest),
        None => Ok(()),
    }
}
