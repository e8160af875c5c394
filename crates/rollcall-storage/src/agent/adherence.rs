//! Whether people do what is scheduled, now and before, and who is to be judged again.
//!
//! Whatever changes the answer marks the person in its own transaction: a change of state, a schedule, the
//! mapping. [`settle`] is the only way in which an answer changes.

use jiff::Timestamp;

use rollcall_domain::adherence::{AcdStatus, ActivityName, Stretch, Verdict};
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::unavailable_code::CodeName;
use rollcall_domain::{BusinessUnitId, EmployeeId, TeamId, TenantId, time};

use crate::agent::adherence_event::{self, read_verdict};
use crate::agent::status_mapping::{note_activities, read_activity, read_status};
use crate::effect::Change;
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::session::Session;
use crate::tx::Tx;

/// What is known of a person now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// Since when it is so.
    pub began_at: Timestamp,
    /// Whether they are in adherence.
    pub verdict: Verdict,
    /// What they do.
    pub status: AcdStatus,
    /// What is scheduled; `None` for nothing.
    pub scheduled: Option<ActivityName>,
    /// Since when they are out of adherence without a break, whatever the reason; `None` when in.
    pub out_since: Option<Timestamp>,
}

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPresent {
    /// Who.
    pub employee: EmployeeId,
    /// Their number.
    pub agent_number: AgentNumber,
    /// Given and family name.
    pub name: (String, String),
    /// Their business unit.
    pub business_unit: BusinessUnitId,
    /// Their team.
    pub team: TeamId,
    /// What is known of them.
    pub present: Present,
    /// Whether they have not come: logged out before they went out of adherence, and not logged in since. Who left
    /// what they should do has.
    pub absent: bool,
}

/// Whom a list holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct AdherenceQuery {
    /// People of this team only.
    pub team: Option<TeamId>,
    /// People of this business unit only.
    pub business_unit: Option<BusinessUnitId>,
}

/// Marks people whom a schedule concerns as due, and notes its activities.
///
/// # Errors
/// When the database refuses.
pub fn note_schedule(
    tx: &mut Tx<'_>,
    people: &[EmployeeId],
    activities: &[ActivityName],
) -> Result<(), StorageError> {
    let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
    let always = time::to_text(Timestamp::UNIX_EPOCH);
    let rows: Vec<[Value<'_>; 2]> = ids.iter().map(|id| [id.into(), (&always).into()]).collect();
    tx.execute_each(
        "insert into adherence (tenant_id, employee_id, began_at, state, due_at)
         values ($1, $2, $3, 'loggedOut', $3)
         on conflict (tenant_id, employee_id) do update set due_at = excluded.due_at",
        &rows,
    )?;
    note_activities(tx, activities)
}

/// Marks a person as due, if anything was ever scheduled for them.
///
/// # Errors
/// When the database refuses.
pub fn mark(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<(), StorageError> {
    let always = time::to_text(Timestamp::UNIX_EPOCH);
    tx.execute(
        "update adherence set due_at = $2 where tenant_id = $1 and employee_id = $3",
        &[(&always).into(), (&employee.to_string()).into()],
    )?;
    Ok(())
}

/// Marks everybody as due: the mapping is another one.
///
/// # Errors
/// When the database refuses.
pub fn mark_everybody(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let always = time::to_text(Timestamp::UNIX_EPOCH);
    tx.execute("update adherence set due_at = $2 where tenant_id = $1", &[(&always).into()])?;
    Ok(())
}

/// Who is to be judged at a moment, of all tenants, longest first.
///
/// # Errors
/// When the database refuses.
pub fn list_due(
    session: &mut Session<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(TenantId, EmployeeId)>, StorageError> {
    session.query(
        // Tenant scope: installation
        "select tenant_id, employee_id from adherence where due_at <= $1 order by due_at limit $2",
        &[(&time::to_text(now)).into(), limit.into()],
        |row| {
            let tenant = row.parsed(0, ("adherence", "tenant_id"))?;
            Ok((tenant, row.parsed(1, ("adherence", "employee_id"))?))
        },
    )
}

/// How many are to be judged at a moment, of all tenants; no more than `most` are counted.
///
/// # Errors
/// When the database refuses.
pub fn count_due(
    session: &mut Session<'_>,
    now: Timestamp,
    most: i64,
) -> Result<i64, StorageError> {
    let counted = session.optional(
        // Tenant scope: installation
        "select count(*) from (select 1 from adherence where due_at <= $1 limit $2) as some_of_them",
        &[(&time::to_text(now)).into(), most.into()],
        |row| row.int(0),
    )?;
    Ok(counted.unwrap_or_default())
}

/// How many people are out of adherence now for each reason, of all tenants; no more than `most` are counted in all.
///
/// # Errors
/// When the database refuses.
pub fn tally_out(
    session: &mut Session<'_>,
    most: i64,
) -> Result<Vec<(Verdict, i64)>, StorageError> {
    session.query(
        // Tenant scope: installation. By tenant, so that the index of verdicts serves.
        "select verdict, count(*) from (select a.verdict from tenant t join adherence a on a.tenant_id = t.id
         where a.verdict in ('mismatch', 'noSchedule', 'notOpen', 'unmapped') limit $1) as some_of_them
         group by verdict order by verdict",
        &[most.into()],
        |row| Ok((read_verdict(row, 0)?, row.int(1)?)),
    )
}

const COLUMNS: &str = "a.began_at, a.verdict, a.state, a.code, a.scheduled, a.out_since";

/// What is known of a person; `None` until something was scheduled for them, and judged.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<Option<Present>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from adherence a
         where a.tenant_id = $1 and a.employee_id = $2 and a.verdict is not null"
    );
    tx.optional(&sql, &[(&employee.to_string()).into()], read)
}

/// Until when somebody was judged of whom nothing is known now, because they left; `None` for others.
///
/// # Errors
/// When the database refuses.
pub fn left_at(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<Option<Timestamp>, StorageError> {
    tx.optional(
        "select began_at from adherence where tenant_id = $1 and employee_id = $2 and verdict is null",
        &[(&employee.to_string()).into()],
        |row| row.moment(0),
    )
}

/// Writes what became of a person: what is over, what is now, and when to look again.
///
/// # Errors
/// When the database refuses.
pub fn settle(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    over: &[Stretch],
    present: &Present,
    due_at: Timestamp,
) -> Result<(), StorageError> {
    for stretch in over {
        adherence_event::insert(tx, employee, stretch)?;
    }
    tx.execute(
        "update adherence set began_at = $2, verdict = $3, state = $4, code = $5, scheduled = $6, out_since = $7,
         due_at = $8 where tenant_id = $1 and employee_id = $9",
        &[
            (&time::to_text(present.began_at)).into(),
            present.verdict.name().into(),
            present.status.state().into(),
            present.status.code().map(CodeName::as_str).into(),
            present.scheduled.as_ref().map(ActivityName::as_str).into(),
            present.out_since.map(time::to_text).as_ref().into(),
            (&time::to_text(due_at)).into(),
            (&employee.to_string()).into(),
        ],
    )?;
    tx.change(Change::Adherence);
    Ok(())
}

/// Says when to look again at a person of whom nothing changed.
///
/// # Errors
/// When the database refuses.
pub fn postpone(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    due_at: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "update adherence set due_at = $2 where tenant_id = $1 and employee_id = $3",
        &[(&time::to_text(due_at)).into(), (&employee.to_string()).into()],
    )?;
    Ok(())
}

/// Forgets what is known of a person who does not work here now; what was before a moment stays. Their next state, or
/// schedule, begins it anew.
///
/// # Errors
/// When the database refuses.
pub fn leave(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    over: &[Stretch],
    at: Timestamp,
) -> Result<(), StorageError> {
    for stretch in over {
        adherence_event::insert(tx, employee, stretch)?;
    }
    tx.execute(
        "update adherence set began_at = $2, verdict = null, scheduled = null, out_since = null, due_at = null
         where tenant_id = $1 and employee_id = $3",
        &[(&time::to_text(at)).into(), (&employee.to_string()).into()],
    )?;
    tx.change(Change::Adherence);
    Ok(())
}

/// Who is out of adherence, longest first, and behind all others those who have not come. Only people who work here
/// now.
///
/// # Errors
/// When the database refuses.
pub fn list_out(
    tx: &mut Tx<'_>,
    query: AdherenceQuery,
    limit: i64,
) -> Result<Vec<ListedPresent>, StorageError> {
    let sql = format!(
        "select {COLUMNS}, e.id, e.agent_number, e.first_name, e.last_name, e.business_unit_id, e.team_id,
         (a.state = 'loggedOut' and (s.since is null or s.since < coalesce(a.out_since, a.began_at))) as absent
         from adherence a join employee e on e.tenant_id = a.tenant_id and e.id = a.employee_id
         left join agent_state s on s.tenant_id = a.tenant_id and s.employee_id = a.employee_id
         where a.tenant_id = $1 and a.verdict in ('mismatch', 'noSchedule', 'notOpen', 'unmapped')
         and e.active = true and ($2 = '' or e.team_id = $2) and ($3 = '' or e.business_unit_id = $3)
         order by absent, a.out_since, a.employee_id limit $4"
    );
    let (team, unit) = texts(query);
    tx.query(&sql, &[(&team).into(), (&unit).into(), limit.into()], |row| {
        Ok(ListedPresent {
            present: read(row)?,
            employee: row.parsed(6, ("employee", "id"))?,
            agent_number: AgentNumber(row.int(7)?),
            name: (row.owned(8)?, row.owned(9)?),
            business_unit: row.parsed(10, ("employee", "business_unit_id"))?,
            team: row.parsed(11, ("employee", "team_id"))?,
            absent: row.flag(12)?,
        })
    })
}

/// How many people there are of each verdict.
///
/// # Errors
/// When the database refuses.
pub fn tally(tx: &mut Tx<'_>, query: AdherenceQuery) -> Result<Vec<(Verdict, i64)>, StorageError> {
    let (team, unit) = texts(query);
    tx.query(
        "select a.verdict, count(*) from adherence a
         join employee e on e.tenant_id = a.tenant_id and e.id = a.employee_id
         where a.tenant_id = $1 and a.verdict > '' and e.active = true and ($2 = '' or e.team_id = $2)
         and ($3 = '' or e.business_unit_id = $3) group by a.verdict order by a.verdict",
        &[(&team).into(), (&unit).into()],
        |row| Ok((read_verdict(row, 0)?, row.int(1)?)),
    )
}

fn texts(query: AdherenceQuery) -> (String, String) {
    let text = |id: Option<String>| id.unwrap_or_default();
    let unit = text(query.business_unit.map(|id| id.to_string()));
    (text(query.team.map(|id| id.to_string())), unit)
}

fn read(row: &Row<'_>) -> Result<Present, StorageError> {
    let scheduled = row.text_or_null(4)?.is_some();
    Ok(Present {
        began_at: row.moment(0)?,
        verdict: read_verdict(row, 1)?,
        status: read_status(row, 2)?,
        scheduled: if scheduled { Some(read_activity(row, 4)?) } else { None },
        out_since: row.moment_or_null(5)?,
    })
}
