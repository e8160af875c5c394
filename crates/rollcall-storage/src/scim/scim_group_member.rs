//! Who is in which group of a SCIM connection. Each function touches the rows of the members that it is
//! told of, however many others there are.

use jiff::Timestamp;

use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, GroupId, time};

use crate::error::StorageError;
use crate::row::Value;
use crate::tx::Tx;

/// Adds members, each with whether they are pending; one who is there already stays as they are.
///
/// # Errors
/// When the database refuses.
pub fn add(
    tx: &mut Tx<'_>,
    (source, group): (Source, GroupId),
    members: &[(&str, bool)],
    since: Timestamp,
) -> Result<(), StorageError> {
    let (source, group, since) = (source.to_string(), group.to_string(), time::to_text(since));
    let rows: Vec<[Value<'_>; 5]> = members
        .iter()
        .map(|(member, pending)| {
            [
                (&source).into(),
                (&group).into(),
                (*member).into(),
                (*pending).into(),
                (&since).into(),
            ]
        })
        .collect();
    tx.execute_rows(
        |rows| {
            format!(
                "insert into scim_group_member (tenant_id, source, group_id, member, pending, since)
                 values {rows} on conflict do nothing"
            )
        },
        &rows,
    )
}

/// Removes members.
///
/// # Errors
/// When the database refuses.
pub fn remove(
    tx: &mut Tx<'_>,
    (source, group): (Source, GroupId),
    members: &[&str],
) -> Result<(), StorageError> {
    let (source, group) = (source.to_string(), group.to_string());
    let rows: Vec<[Value<'_>; 3]> = members
        .iter()
        .map(|member| [(&source).into(), (&group).into(), (*member).into()])
        .collect();
    tx.execute_each(
        "delete from scim_group_member where tenant_id = $1 and source = $2 and group_id = $3 and member = $4",
        &rows,
    )
}

/// Removes all members.
///
/// # Errors
/// When the database refuses.
pub fn clear(tx: &mut Tx<'_>, (source, group): (Source, GroupId)) -> Result<(), StorageError> {
    tx.execute(
        "delete from scim_group_member where tenant_id = $1 and source = $2 and group_id = $3",
        &[(&source.to_string()).into(), (&group.to_string()).into()],
    )?;
    Ok(())
}

/// Those of some ids that were said to be in a group, each with whether they are pending.
///
/// # Errors
/// When the database refuses.
pub fn find(
    tx: &mut Tx<'_>,
    (source, group): (Source, GroupId),
    members: &[&str],
) -> Result<Vec<(String, bool)>, StorageError> {
    let sql = |places: &str| {
        format!(
            "select member, pending from scim_group_member where tenant_id = $1 and source = $2 and group_id = $3
             and member in ({places}) order by member"
        )
    };
    let (source, group) = (source.to_string(), group.to_string());
    tx.query_each(sql, &[(&source).into(), (&group).into()], members, |row| {
        Ok((row.owned(0)?, row.flag(1)?))
    })
}

/// All that were said to be in a group, in the order of their ids, with whether they are pending.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    (source, group): (Source, GroupId),
) -> Result<Vec<(String, bool)>, StorageError> {
    tx.query(
        "select member, pending from scim_group_member where tenant_id = $1 and source = $2 and group_id = $3
         order by member",
        &[(&source.to_string()).into(), (&group.to_string()).into()],
        |row| Ok((row.owned(0)?, row.flag(1)?)),
    )
}

/// The first members of a group who are not pending, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub fn first(
    tx: &mut Tx<'_>,
    (source, group): (Source, GroupId),
    limit: i64,
) -> Result<Vec<String>, StorageError> {
    tx.query(
        "select member from scim_group_member where tenant_id = $1 and source = $2 and group_id = $3
         and pending = false order by member limit $4",
        &[(&source.to_string()).into(), (&group.to_string()).into(), Value::Int(limit)],
        |row| row.owned(0),
    )
}

/// The groups that a person is in, newest membership first.
///
/// # Errors
/// When the database refuses.
pub fn groups_of(
    tx: &mut Tx<'_>,
    source: Source,
    employee: EmployeeId,
) -> Result<Vec<GroupId>, StorageError> {
    tx.query(
        "select group_id from scim_group_member where tenant_id = $1 and source = $2 and member = $3
         and pending = false order by since desc, group_id desc",
        &[(&source.to_string()).into(), (&employee.to_string()).into()],
        |row| row.parsed(0, ("scim_group_member", "group_id")),
    )
}

/// The groups that somebody of this id was said to be in, pending or not.
///
/// # Errors
/// When the database refuses.
pub fn groups_naming(
    tx: &mut Tx<'_>,
    source: Source,
    member: &str,
) -> Result<Vec<GroupId>, StorageError> {
    tx.query(
        "select group_id from scim_group_member where tenant_id = $1 and source = $2 and member = $3",
        &[(&source.to_string()).into(), member.into()],
        |row| row.parsed(0, ("scim_group_member", "group_id")),
    )
}

/// Makes another version of everyone in a group, because its name is part of what is read of them: one statement,
/// however many they are.
///
/// # Errors
/// When the database refuses.
pub fn renew_members(
    tx: &mut Tx<'_>,
    (source, group): (Source, GroupId),
    now: Timestamp,
) -> Result<(), StorageError> {
    let members: Vec<EmployeeId> = tx.query(
        "update employee set version = version + 1, updated_at = case when updated_at < $2 then $2 else updated_at end
         where tenant_id = $1 and id in
         (select m.member from scim_group_member m where m.tenant_id = $1 and m.source = $3 and m.group_id = $4
         and m.pending = false) returning id",
        &[
            (&time::to_text(now)).into(),
            (&source.to_string()).into(),
            (&group.to_string()).into(),
        ],
        |row| row.parsed(0, ("employee", "id")),
    )?;
    members.into_iter().for_each(|member| tx.touch(member));
    Ok(())
}

/// Makes all memberships of a person count, or stop counting; tells how many that concerned.
///
/// # Errors
/// When the database refuses.
pub fn set_pending(
    tx: &mut Tx<'_>,
    source: Source,
    employee: EmployeeId,
    pending: bool,
) -> Result<u64, StorageError> {
    tx.execute(
        "update scim_group_member set pending = $2
         where tenant_id = $1 and source = $3 and member = $4 and pending <> $2",
        &[pending.into(), (&source.to_string()).into(), (&employee.to_string()).into()],
    )
}

/// Lets memberships of one id be those of another.
///
/// # Errors
/// When the database refuses.
pub fn rename(tx: &mut Tx<'_>, source: Source, from: &str, to: &str) -> Result<(), StorageError> {
    tx.execute(
        "update scim_group_member set member = $2 where tenant_id = $1 and source = $3 and member = $4
         and not exists (select 1 from scim_group_member o where o.tenant_id = $1 and o.source = $3
         and o.group_id = scim_group_member.group_id and o.member = $2)",
        &[to.into(), (&source.to_string()).into(), from.into()],
    )?;
    Ok(())
}

/// How many members of a group are pending.
///
/// # Errors
/// When the database refuses.
pub fn count_pending(
    tx: &mut Tx<'_>,
    (source, group): (Source, GroupId),
) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from scim_group_member where tenant_id = $1 and source = $2 and group_id = $3
         and pending = true",
        &[(&source.to_string()).into(), (&group.to_string()).into()],
    )
}
