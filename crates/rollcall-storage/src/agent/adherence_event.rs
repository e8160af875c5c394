//! What was before in adherence or out of it: only ever added to, and forgotten when it is old.

use jiff::Timestamp;

use rollcall_domain::adherence::{ActivityName, Stretch, Verdict};
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::unavailable_code::CodeName;
use rollcall_domain::{EmployeeId, time};

use crate::agent::status_mapping::{read_activity, read_status};
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::tx::Tx;

/// A time that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdherenceEvent {
    /// Who.
    pub employee: EmployeeId,
    /// Their number.
    pub agent_number: AgentNumber,
    /// What it was.
    pub stretch: Stretch,
}

/// Where a page of events goes on: behind the one that ended then, of this person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPlace {
    /// When the last one ended.
    pub ended_at: Timestamp,
    /// Whose it was.
    pub employee: EmployeeId,
}

/// What ended behind a moment and began before another, in the order of its end; of one person, or of all.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    employee: Option<EmployeeId>,
    (from, to): (Timestamp, Timestamp),
    after: Option<&EventPlace>,
    limit: i64,
) -> Result<Vec<AdherenceEvent>, StorageError> {
    let whose = employee.map(|id| id.to_string()).unwrap_or_default();
    // Behind a place the end is the same or later; of the same end, the person decides.
    let end = after.map_or(from, |place| place.ended_at.max(from));
    let last = after.map(|place| place.employee.to_string()).unwrap_or_default();
    let least = if after.is_some() { ">=" } else { ">" };
    let sql = format!(
        "select v.began_at, v.ended_at, v.verdict, v.state, v.code, v.scheduled, e.id, e.agent_number
         from adherence_event v join employee e on e.tenant_id = v.tenant_id and e.id = v.employee_id
         where v.tenant_id = $1 and v.ended_at {least} $2 and (v.ended_at > $2 or v.employee_id > $3)
         and v.began_at < $4 and ($5 = '' or v.employee_id = $5)
         order by v.ended_at, v.employee_id limit $6"
    );
    let (end, to) = (time::to_text(end), time::to_text(to));
    let values: [Value<'_>; 5] =
        [(&end).into(), (&last).into(), (&to).into(), (&whose).into(), limit.into()];
    tx.query(&sql, &values, |row| {
        let scheduled = row.text_or_null(5)?.is_some();
        Ok(AdherenceEvent {
            employee: row.parsed(6, ("employee", "id"))?,
            agent_number: AgentNumber(row.int(7)?),
            stretch: Stretch {
                from: row.moment(0)?,
                to: row.moment(1)?,
                verdict: read_verdict(row, 2)?,
                status: read_status(row, 3)?,
                scheduled: if scheduled { Some(read_activity(row, 5)?) } else { None },
            },
        })
    })
}

/// Forgets events that ended before a moment, `limit` at the most; tells how many.
///
/// # Errors
/// When the database refuses.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StorageError> {
    let found = tx.query(
        "select employee_id, began_at from adherence_event
         where tenant_id = $1 and ended_at < $2 order by ended_at limit $3",
        &[(&time::to_text(before)).into(), limit.into()],
        |row| Ok((row.owned(0)?, row.owned(1)?)),
    )?;
    let rows: Vec<[Value<'_>; 2]> =
        found.iter().map(|(employee, began_at)| [employee.into(), began_at.into()]).collect();
    tx.execute_each(
        "delete from adherence_event where tenant_id = $1 and employee_id = $2 and began_at = $3",
        &rows,
    )?;
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    stretch: &Stretch,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into adherence_event (tenant_id, employee_id, began_at, ended_at, verdict, state, code, scheduled)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, employee_id, began_at) do nothing",
        &[
            (&employee.to_string()).into(),
            (&time::to_text(stretch.from)).into(),
            (&time::to_text(stretch.to)).into(),
            stretch.verdict.name().into(),
            stretch.status.state().into(),
            stretch.status.code().map(CodeName::as_str).into(),
            stretch.scheduled.as_ref().map(ActivityName::as_str).into(),
        ],
    )?;
    Ok(())
}

pub(crate) fn read_verdict(row: &Row<'_>, column: usize) -> Result<Verdict, StorageError> {
    let name = row.text(column)?;
    Verdict::from_name(name).ok_or_else(|| StorageError::Inconsistent {
        table: "adherence",
        column: "verdict",
        row: name.to_owned(),
    })
}
