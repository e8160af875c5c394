//! What ACD statuses stand for, and what the activities of schedules ask of people.

use rollcall_domain::adherence::{AcdStatus, ActivityKind, ActivityName, Rules};
use rollcall_domain::unavailable_code::CodeName;

use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::tx::Tx;

/// An activity that schedules brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its name, as it was written first.
    pub name: ActivityName,
    /// What somebody said that it asks of people.
    pub kind: Option<ActivityKind>,
}

/// Which status stands for which activity, by status.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<(AcdStatus, ActivityName)>, StorageError> {
    tx.query(
        "select state, code, activity from status_mapping where tenant_id = $1 order by status_key",
        &[],
        |row| Ok((read_status(row, 0)?, read_activity(row, 2)?)),
    )
}

/// Says what a status stands for. The caller has looked that it stands for nothing.
///
/// # Errors
/// [`StorageError::Duplicate`] when it stands for something already; when the database refuses.
pub fn insert(
    tx: &mut Tx<'_>,
    status: &AcdStatus,
    activity: &ActivityName,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into status_mapping (tenant_id, status_key, state, code, activity_key, activity)
         values ($1, $2, $3, $4, $5, $6)",
        &[
            (&status.key()).into(),
            status.state().into(),
            status.code().map(CodeName::as_str).into(),
            (&activity.key()).into(),
            activity.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Takes a status off its activity.
///
/// # Errors
/// When the database refuses.
pub fn delete(tx: &mut Tx<'_>, status: &AcdStatus) -> Result<(), StorageError> {
    tx.execute(
        "delete from status_mapping where tenant_id = $1 and status_key = $2",
        &[(&status.key()).into()],
    )?;
    Ok(())
}

/// The activities that schedules brought, by name.
///
/// # Errors
/// When the database refuses.
pub fn list_activities(tx: &mut Tx<'_>) -> Result<Vec<Activity>, StorageError> {
    tx.query(
        "select name, kind from activity where tenant_id = $1 order by activity_key",
        &[],
        |row| {
            let kind = row.text_or_null(1)?.map(|name| {
                ActivityKind::from_name(name).ok_or_else(|| StorageError::Inconsistent {
                    table: "activity",
                    column: "kind",
                    row: name.to_owned(),
                })
            });
            Ok(Activity { name: read_activity(row, 0)?, kind: kind.transpose()? })
        },
    )
}

/// Notes activities that a schedule brought; those that are known stay as they are.
///
/// # Errors
/// When the database refuses.
pub fn note_activities(tx: &mut Tx<'_>, names: &[ActivityName]) -> Result<(), StorageError> {
    let keys: Vec<String> = names.iter().map(ActivityName::key).collect();
    let rows: Vec<[Value<'_>; 2]> =
        keys.iter().zip(names).map(|(key, name)| [key.into(), name.as_str().into()]).collect();
    tx.execute_each(
        "insert into activity (tenant_id, activity_key, name, kind) values ($1, $2, $3, null)
         on conflict (tenant_id, activity_key) do nothing",
        &rows,
    )
}

/// Says what an activity asks of people.
///
/// # Errors
/// When the database refuses.
pub fn save_kind(
    tx: &mut Tx<'_>,
    activity: &ActivityName,
    kind: ActivityKind,
) -> Result<(), StorageError> {
    tx.execute(
        "update activity set kind = $2 where tenant_id = $1 and activity_key = $3",
        &[kind.name().into(), (&activity.key()).into()],
    )?;
    Ok(())
}

/// The rules by which people of the tenant are judged.
///
/// # Errors
/// When the database refuses.
pub fn rules(tx: &mut Tx<'_>) -> Result<Rules, StorageError> {
    let said = list_activities(tx)?;
    let said = said.into_iter().filter_map(|one| one.kind.map(|kind| (one.name, kind)));
    Ok(Rules::new(list(tx)?, said.collect()))
}

/// Reads a status from two columns, state and code.
pub(crate) fn read_status(row: &Row<'_>, column: usize) -> Result<AcdStatus, StorageError> {
    let state = row.text(column)?;
    let code = row.text_or_null(column + 1)?.map(CodeName::parse).transpose();
    let status = code.ok().and_then(|code| AcdStatus::from_parts(state, code));
    status.ok_or_else(|| StorageError::Inconsistent {
        table: "status_mapping",
        column: "state",
        row: state.to_owned(),
    })
}

pub(crate) fn read_activity(row: &Row<'_>, column: usize) -> Result<ActivityName, StorageError> {
    let name = row.text(column)?;
    ActivityName::parse(name).map_err(|_| StorageError::Inconsistent {
        table: "activity",
        column: "name",
        row: name.to_owned(),
    })
}
