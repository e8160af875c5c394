//! What people are to do, as the WFM of a link says it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use rollcall_domain::adherence::ActivityName;
use rollcall_domain::wfm::schedule::{ACTIVITY_MAX, Activity, Window};
use rollcall_domain::{EmployeeId, WfmLinkId, time};

use crate::agent::adherence;
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::tx::Tx;

/// Keeps activities as the WFM has them now; one that was kept before, whosever it was, becomes the new one.
/// The number is that of the whole read that they stand for.
///
/// # Errors
/// When the database refuses.
pub fn put(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    read_number: i64,
    activities: &[(EmployeeId, Activity)],
) -> Result<(), StorageError> {
    let link = link.to_string();
    let texts: Vec<_> = activities
        .iter()
        .map(|(employee, activity)| {
            let moments = (time::to_text(activity.starts_at), time::to_text(activity.ends_at));
            (employee.to_string(), activity, moments)
        })
        .collect();
    let rows: Vec<[Value<'_>; 8]> = texts
        .iter()
        .map(|(employee, activity, (starts_at, ends_at))| {
            [
                (&link).into(),
                (&activity.external_id).into(),
                employee.into(),
                (&activity.name).into(),
                activity.code.as_ref().into(),
                starts_at.into(),
                ends_at.into(),
                read_number.into(),
            ]
        })
        .collect();
    tx.execute_each(
        "insert into wfm_activity (tenant_id, link_id, external_id, employee_id, name, code, starts_at, ends_at,
         read_number)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id, link_id, external_id) do update set employee_id = excluded.employee_id,
         name = excluded.name, code = excluded.code, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
         read_number = excluded.read_number",
        &rows,
    )?;
    note(tx, activities)
}

/// Who is in adherence may be another question now.
fn note(tx: &mut Tx<'_>, activities: &[(EmployeeId, Activity)]) -> Result<(), StorageError> {
    let people: BTreeSet<EmployeeId> = activities.iter().map(|(employee, _)| *employee).collect();
    let names: BTreeSet<&str> = activities.iter().map(|(_, activity)| &*activity.name).collect();
    let names = names.into_iter().filter_map(|name| ActivityName::parse(name).ok());
    let people: Vec<EmployeeId> = people.into_iter().collect();
    adherence::note_schedule(tx, &people, &names.collect::<Vec<_>>())
}

/// Forgets activities that the WFM does not have any more.
///
/// # Errors
/// When the database refuses.
pub fn delete<'a>(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    external_ids: impl IntoIterator<Item = &'a str>,
) -> Result<(), StorageError> {
    let link = link.to_string();
    let rows: Vec<[Value<'_>; 2]> =
        external_ids.into_iter().map(|id| [(&link).into(), id.into()]).collect();
    let always = time::to_text(Timestamp::UNIX_EPOCH);
    let owners: Vec<[Value<'_>; 3]> =
        rows.iter().map(|[link, id]| [*link, *id, (&always).into()]).collect();
    tx.execute_each(
        "update adherence set due_at = $4 where tenant_id = $1 and employee_id in
         (select o.employee_id from wfm_activity o
          where o.tenant_id = $1 and o.link_id = $2 and o.external_id = $3)",
        &owners,
    )?;
    tx.execute_each(
        "delete from wfm_activity where tenant_id = $1 and link_id = $2 and external_id = $3",
        &rows,
    )
}

const COLUMNS: &str =
    "select employee_id, external_id, name, code, starts_at, ends_at from wfm_activity";

/// What a person is to do in a window, by the link's WFM, in order of time. Activities of which only a part
/// lies in it are among them, whole.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    (link, employee): (WfmLinkId, EmployeeId),
    window: Window,
    limit: i64,
) -> Result<Vec<Activity>, StorageError> {
    let sql = format!(
        "{COLUMNS} where tenant_id = $1 and link_id = $2 and employee_id = $3 and starts_at > $4
         and starts_at < $5 and ends_at > $6 order by starts_at, external_id limit $7"
    );
    let found = tx.query(
        &sql,
        &[
            (&link.to_string()).into(),
            (&employee.to_string()).into(),
            (&before(window.from)).into(),
            (&time::to_text(window.until)).into(),
            (&time::to_text(window.from)).into(),
            limit.into(),
        ],
        read,
    )?;
    Ok(found.into_iter().map(|(_, activity)| activity).collect())
}

/// What all people of a link are to do at one moment. Somebody whom the WFM gave two things to do at once comes
/// twice, that which began first before the other.
///
/// # Errors
/// When the database refuses.
pub fn list_at(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    at: Timestamp,
) -> Result<Vec<(EmployeeId, Activity)>, StorageError> {
    let sql = format!(
        "{COLUMNS} where tenant_id = $1 and link_id = $2 and starts_at > $3 and starts_at <= $4 and ends_at > $4
         order by starts_at, external_id"
    );
    tx.query(
        &sql,
        &[(&link.to_string()).into(), (&before(at)).into(), (&time::to_text(at)).into()],
        read,
    )
}

/// Forgets, among so many of a link's activities behind an id, those that the last whole read did not find;
/// gives the id of the last one that was looked at, or `None` when there are no more.
///
/// # Errors
/// When the database refuses.
pub fn sweep(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    read_number: i64,
    after: &str,
    limit: i64,
) -> Result<Option<String>, StorageError> {
    let rows = tx.query(
        "select external_id, read_number from wfm_activity where tenant_id = $1 and link_id = $2
         and external_id > $3 order by external_id limit $4",
        &[(&link.to_string()).into(), after.into(), limit.into()],
        |row| Ok((row.owned(0)?, row.int(1)?)),
    )?;
    let stale = rows.iter().filter(|(_, read)| *read < read_number).map(|(id, _)| id.as_str());
    delete(tx, link, stale)?;
    Ok(rows.into_iter().next_back().map(|(id, _)| id))
}

/// Forgets so many activities that were over before a moment; tells how many they were.
///
/// # Errors
/// When the database refuses.
pub fn prune(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StorageError> {
    tx.execute(
        "delete from wfm_activity where tenant_id = $1 and link_id = $2 and external_id in
         (select o.external_id from wfm_activity o where o.tenant_id = $1 and o.link_id = $2
          and o.starts_at < $3 and o.ends_at < $3 limit $4)",
        &[(&link.to_string()).into(), (&time::to_text(before)).into(), limit.into()],
    )
}

/// Nothing that began by then can go on at the moment.
fn before(at: Timestamp) -> String {
    time::to_text(at.checked_sub(ACTIVITY_MAX).unwrap_or(Timestamp::MIN))
}

fn read(row: &Row<'_>) -> Result<(EmployeeId, Activity), StorageError> {
    let activity = Activity {
        external_id: row.owned(1)?,
        name: row.owned(2)?,
        code: row.owned_or_null(3)?,
        starts_at: row.moment(4)?,
        ends_at: row.moment(5)?,
    };
    Ok((row.parsed(0, ("wfm_activity", "employee_id"))?, activity))
}
