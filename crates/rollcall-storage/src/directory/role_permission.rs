//! What each role permits.

use rollcall_domain::permission::Permission;
use rollcall_domain::{EmployeeId, RoleId};

use crate::error::StorageError;
use crate::tx::Tx;

/// Lets a role permit something.
///
/// # Errors
/// When the database refuses.
pub fn add(tx: &mut Tx<'_>, role: RoleId, permission: Permission) -> Result<(), StorageError> {
    tx.execute(
        "insert into role_permission (tenant_id, role_id, permission) values ($1, $2, $3) on conflict do nothing",
        &[(&role.to_string()).into(), permission.name().into()],
    )?;
    Ok(())
}

/// Lets a role permit it no longer.
///
/// # Errors
/// When the database refuses.
pub fn remove(tx: &mut Tx<'_>, role: RoleId, permission: Permission) -> Result<(), StorageError> {
    tx.execute(
        "delete from role_permission where tenant_id = $1 and role_id = $2 and permission = $3",
        &[(&role.to_string()).into(), permission.name().into()],
    )?;
    Ok(())
}

/// Forgets what a role permitted that is no more.
///
/// # Errors
/// When the database refuses.
pub(crate) fn remove_all(tx: &mut Tx<'_>, role: RoleId) -> Result<(), StorageError> {
    tx.execute(
        "delete from role_permission where tenant_id = $1 and role_id = $2",
        &[(&role.to_string()).into()],
    )?;
    Ok(())
}

/// What all roles permit. Names that this version does not know are left out.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<(RoleId, Permission)>, StorageError> {
    let rows = tx.query(
        "select role_id, permission from role_permission where tenant_id = $1 order by role_id, permission",
        &[],
        |row| Ok((row.parsed(0, ("role_permission", "role_id"))?, Permission::from_name(row.text(1)?))),
    )?;
    Ok(rows.into_iter().filter_map(|(role, permission)| Some((role, permission?))).collect())
}

/// How many active people have each role, as their primary one or beside it. A role that nobody has is left out.
///
/// # Errors
/// When the database refuses.
pub fn count_people(tx: &mut Tx<'_>) -> Result<Vec<(RoleId, i64)>, StorageError> {
    tx.query(
        "select role_id, cast(sum(people) as bigint) from
         (select e.primary_role_id as role_id, count(*) as people from employee e
          where e.tenant_id = $1 and e.active = true group by e.primary_role_id
          union all
          select r.role_id, count(*) from employee_role r join employee e on e.tenant_id = r.tenant_id
          and e.id = r.employee_id where r.tenant_id = $1 and e.active = true and e.primary_role_id <> r.role_id
          group by r.role_id) each_way
         group by role_id order by role_id",
        &[],
        |row| Ok((row.parsed(0, ("role_permission", "role_id"))?, row.int(1)?)),
    )
}

/// What a person's roles, the primary one and the others, permit together.
///
/// # Errors
/// When the database refuses.
pub fn list_of(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<Vec<Permission>, StorageError> {
    let names = tx.query(
        "select p.permission from role_permission p join employee e on e.tenant_id = p.tenant_id
         and e.primary_role_id = p.role_id where p.tenant_id = $1 and e.id = $2
         union
         select p.permission from role_permission p join employee_role r on r.tenant_id = p.tenant_id
         and r.role_id = p.role_id where p.tenant_id = $1 and r.employee_id = $2
         order by 1",
        &[(&employee.to_string()).into()],
        |row| Ok(Permission::from_name(row.text(0)?)),
    )?;
    Ok(names.into_iter().flatten().collect())
}
