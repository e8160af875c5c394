//! The roles of a person beside the primary one.

use jiff::Timestamp;

use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, RoleId, time};

use crate::error::StorageError;
use crate::tx::Tx;

/// Gives a person a role. One that they have already stays as it is.
///
/// # Errors
/// When the database refuses.
pub fn add(
    tx: &mut Tx<'_>,
    (employee, role): (EmployeeId, RoleId),
    source: Source,
    since: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into employee_role (tenant_id, employee_id, role_id, source, since) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        &[
            (&employee.to_string()).into(),
            (&role.to_string()).into(),
            (&source.to_string()).into(),
            (&time::to_text(since)).into(),
        ],
    )?;
    tx.touch(employee);
    Ok(())
}

/// Takes a role from a person.
///
/// # Errors
/// When the database refuses.
pub fn remove(tx: &mut Tx<'_>, (employee, role): (EmployeeId, RoleId)) -> Result<(), StorageError> {
    tx.execute(
        "delete from employee_role where tenant_id = $1 and employee_id = $2 and role_id = $3",
        &[(&employee.to_string()).into(), (&role.to_string()).into()],
    )?;
    tx.touch(employee);
    Ok(())
}

/// A person's roles with who gave them, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<Vec<(RoleId, Source)>, StorageError> {
    tx.query(
        "select role_id, source from employee_role where tenant_id = $1 and employee_id = $2 order by since, role_id",
        &[(&employee.to_string()).into()],
        |row| {
            Ok((
                row.parsed(0, ("employee_role", "role_id"))?,
                row.parsed(1, ("employee_role", "source"))?,
            ))
        },
    )
}

/// Whether anybody has a role beside their primary one.
///
/// # Errors
/// When the database refuses.
pub fn is_given(tx: &mut Tx<'_>, role: RoleId) -> Result<bool, StorageError> {
    let found = tx.optional(
        "select 1 from employee_role where tenant_id = $1 and role_id = $2 limit 1",
        &[(&role.to_string()).into()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}
