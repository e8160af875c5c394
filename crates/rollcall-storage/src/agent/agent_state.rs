//! What people do at the ACD now, and did before.
//!
//! [`settle`] is the only way in which it changes: the row, the intervals that ended and the news of it are
//! one.

use std::sync::Arc;

use jiff::Timestamp;

use rollcall_domain::agent_state::{Agent, AgentState, Interval, Medium, Session};
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::unavailable_code::CodeName;
use rollcall_domain::{AgentSessionId, BusinessUnitId, EmployeeId, TeamId, TenantId, time};

use crate::agent::adherence;
use crate::agent_feed::{AgentChange, SharedText};
use crate::error::StorageError;
use crate::row::{Row, Value, names};
use crate::session::Session as Connection;
use crate::tx::Tx;

/// A person with what decides over what they may do at the ACD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow {
    /// Who.
    pub employee: EmployeeId,
    /// Their number.
    pub agent_number: AgentNumber,
    /// Their business unit.
    pub business_unit: BusinessUnitId,
    /// Their team.
    pub team: TeamId,
    /// The names of the codes that their team has.
    pub team_codes: Vec<String>,
    /// Whether they work here now.
    pub active: bool,
    /// What they do; `None` before the first log-in.
    pub agent: Option<Agent>,
}

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAgent {
    /// Who.
    pub employee: EmployeeId,
    /// Their number.
    pub agent_number: AgentNumber,
    /// Their business unit.
    pub business_unit: BusinessUnitId,
    /// Their team.
    pub team: TeamId,
    /// Given and family name.
    pub name: (String, String),
    /// What they do.
    pub agent: Agent,
}

/// Whom a list holds. Of those who are logged out, only a list of the logged out.
#[derive(Clone, Debug, Default)]
pub struct AgentQuery {
    /// People in this state only, by its written form.
    pub state: Option<&'static str>,
    /// People of this team only.
    pub team: Option<TeamId>,
    /// People of this business unit only.
    pub business_unit: Option<BusinessUnitId>,
    /// People behind this one only (the last of the page before).
    pub after: Option<EmployeeId>,
}

const COLUMNS: &str =
    "s.sequence, s.state, s.code, s.medium, s.since, s.due_at, s.session, s.session_id";
const PERSON: &str =
    "e.id, e.agent_number, e.business_unit_id, e.team_id, e.active, t.unavailable_codes";

/// A person at the ACD.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<Option<AgentRow>, StorageError> {
    let sql = format!(
        "select {COLUMNS}, {PERSON} from employee e
         join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         left join agent_state s on s.tenant_id = e.tenant_id and s.employee_id = e.id
         where e.tenant_id = $1 and e.id = $2"
    );
    tx.optional(&sql, &[(&employee.to_string()).into()], read_row)
}

/// The person of a session that goes on.
///
/// # Errors
/// When the database refuses.
pub fn find_session(
    tx: &mut Tx<'_>,
    session: AgentSessionId,
) -> Result<Option<AgentRow>, StorageError> {
    let sql = format!(
        "select {COLUMNS}, {PERSON} from agent_state s
         join employee e on e.tenant_id = s.tenant_id and e.id = s.employee_id
         join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         where s.tenant_id = $1 and s.session_id = $2"
    );
    tx.optional(&sql, &[(&session.to_string()).into()], read_row)
}

/// The person of an agent number in a business unit.
///
/// # Errors
/// When the database refuses.
pub fn find_number(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    number: AgentNumber,
) -> Result<Option<EmployeeId>, StorageError> {
    tx.optional(
        "select id from employee where tenant_id = $1 and business_unit_id = $2 and agent_number = $3",
        &[(&unit.to_string()).into(), number.0.into()],
        |row| row.parsed(0, ("employee", "id")),
    )
}

/// Writes what became of a person: the intervals that ended, and what they do now.
///
/// # Errors
/// When the database refuses.
pub fn settle(
    tx: &mut Tx<'_>,
    person: &AgentRow,
    agent: &Agent,
    ended: &[Interval],
) -> Result<(), StorageError> {
    insert_history(tx, person.employee, ended)?;
    save(tx, person.employee, agent)?;
    adherence::mark(tx, person.employee)?;
    tx.tell(changes(person, agent, ended));
    Ok(())
}

fn save(tx: &mut Tx<'_>, employee: EmployeeId, agent: &Agent) -> Result<(), StorageError> {
    let session = agent.session.as_ref();
    let written = session.map(|session| serde_json::to_string(session).unwrap_or_default());
    tx.execute(
        "insert into agent_state (tenant_id, employee_id, sequence, state, code, medium, since, due_at, session_id,
         session) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (tenant_id, employee_id) do update set sequence = excluded.sequence, state = excluded.state,
         code = excluded.code, medium = excluded.medium, since = excluded.since, due_at = excluded.due_at,
         session_id = excluded.session_id, session = excluded.session",
        &[
            (&employee.to_string()).into(),
            agent.sequence.into(),
            agent.state.name().into(),
            agent.state.code().map(CodeName::as_str).into(),
            agent.state.medium().map(Medium::name).into(),
            (&time::to_text(agent.since)).into(),
            agent.due_at.map(time::to_text).as_ref().into(),
            session.map(|session| session.id.to_string()).as_ref().into(),
            written.as_ref().into(),
        ],
    )?;
    Ok(())
}

fn insert_history(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    ended: &[Interval],
) -> Result<(), StorageError> {
    for interval in ended {
        tx.execute(
            "insert into agent_state_history (tenant_id, employee_id, sequence, state, code, medium, session_id,
             began_at, ended_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                (&employee.to_string()).into(),
                interval.sequence.into(),
                interval.state.name().into(),
                interval.state.code().map(CodeName::as_str).into(),
                interval.state.medium().map(Medium::name).into(),
                interval.session.map(|id| id.to_string()).as_ref().into(),
                (&time::to_text(interval.began_at)).into(),
                (&time::to_text(interval.ended_at)).into(),
            ],
        )?;
    }
    Ok(())
}

/// One change for each beginning of an interval: of the ended ones but the first, and of the present one.
fn changes(person: &AgentRow, agent: &Agent, ended: &[Interval]) -> Vec<Arc<AgentChange>> {
    let known = person.agent.as_ref();
    let mut before = known.map_or(AgentState::LoggedOut, |agent| agent.state.clone());
    let from = known.map_or(0, |agent| agent.sequence);
    let present = Interval {
        sequence: agent.sequence,
        state: agent.state.clone(),
        session: agent.session.as_ref().map(|session| session.id),
        began_at: agent.since,
        ended_at: agent.since,
    };
    let mut changes = Vec::new();
    for interval in ended.iter().chain([&present]).filter(|interval| interval.sequence > from) {
        changes.push(Arc::new(AgentChange {
            employee: person.employee,
            agent_number: person.agent_number,
            business_unit: person.business_unit,
            team: person.team,
            session: interval.session,
            sequence: interval.sequence,
            before: std::mem::replace(&mut before, interval.state.clone()),
            state: interval.state.clone(),
            since: interval.began_at,
            text: SharedText::default(),
        }));
    }
    changes
}

/// Who is in which state, in the order of ids. Only people who work here now.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    query: &AgentQuery,
    limit: i64,
) -> Result<Vec<ListedAgent>, StorageError> {
    // Spelled out twice, because one text for "any state" finds no index.
    let state = if query.state.is_some() { "s.state = $6" } else { "s.state <> $6" };
    let sql = format!(
        "select {COLUMNS}, e.id, e.agent_number, e.business_unit_id, e.team_id, e.first_name, e.last_name
         from agent_state s join employee e on e.tenant_id = s.tenant_id and e.id = s.employee_id
         where s.tenant_id = $1 and s.employee_id > $2 and {state} and e.active = true
         and ($3 = '' or e.team_id = $3) and ($4 = '' or e.business_unit_id = $4)
         order by s.employee_id limit $5"
    );
    let text = |id: Option<String>| id.unwrap_or_default();
    let after = text(query.after.map(|id| id.to_string()));
    let team = text(query.team.map(|id| id.to_string()));
    let unit = text(query.business_unit.map(|id| id.to_string()));
    let state = query.state.unwrap_or(AgentState::LoggedOut.name());
    let values: [Value<'_>; 5] =
        [(&after).into(), (&team).into(), (&unit).into(), limit.into(), state.into()];
    tx.query(&sql, &values, |row| {
        Ok(ListedAgent {
            agent: read_agent(row)?,
            employee: row.parsed(8, ("employee", "id"))?,
            agent_number: AgentNumber(row.int(9)?),
            business_unit: row.parsed(10, ("employee", "business_unit_id"))?,
            team: row.parsed(11, ("employee", "team_id"))?,
            name: (row.owned(12)?, row.owned(13)?),
        })
    })
}

/// How many people are in each state, by its written form; of a team, or of all. Only people who work here now.
///
/// # Errors
/// When the database refuses.
pub fn tally(tx: &mut Tx<'_>, team: Option<TeamId>) -> Result<Vec<(String, i64)>, StorageError> {
    let team = team.map(|id| id.to_string()).unwrap_or_default();
    tx.query(
        "select s.state, count(*) from agent_state s
         join employee e on e.tenant_id = s.tenant_id and e.id = s.employee_id
         where s.tenant_id = $1 and s.state > '' and e.active = true and ($2 = '' or e.team_id = $2)
         group by s.state order by s.state",
        &[(&team).into()],
        |row| Ok((row.owned(0)?, row.int(1)?)),
    )
}

/// Whether somebody is in a code now.
///
/// # Errors
/// When the database refuses.
pub fn has_code(tx: &mut Tx<'_>, name: &CodeName) -> Result<bool, StorageError> {
    // The two states that have a code: so the index of states finds those few who are in one.
    let found = tx.optional(
        "select 1 from agent_state where tenant_id = $1 and state in ('unavailable', 'afterContactWork')
         and code = $2 limit 1",
        &[name.as_str().into()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// The intervals of a person that ended behind a moment and began before another, newest first.
///
/// # Errors
/// When the database refuses.
pub fn list_history(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    (from, to): (Timestamp, Timestamp),
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Interval>, StorageError> {
    tx.query(
        "select sequence, state, code, medium, session_id, began_at, ended_at from agent_state_history
         where tenant_id = $1 and employee_id = $2 and sequence < $3 and ended_at > $4 and began_at < $5
         order by sequence desc limit $6",
        &[
            (&employee.to_string()).into(),
            before.unwrap_or(i64::MAX).into(),
            (&time::to_text(from)).into(),
            (&time::to_text(to)).into(),
            limit.into(),
        ],
        |row| {
            Ok(Interval {
                sequence: row.int(0)?,
                state: read_state(row, 1)?,
                session: match row.text_or_null(4)? {
                    None => None,
                    Some(_) => Some(row.parsed(4, ("agent_state_history", "session_id"))?),
                },
                began_at: row.moment(5)?,
                ended_at: row.moment(6)?,
            })
        },
    )
}

/// Forgets intervals that ended before a moment, `limit` at the most; tells how many.
///
/// # Errors
/// When the database refuses.
pub fn prune_history(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StorageError> {
    let found = tx.query(
        "select employee_id, sequence from agent_state_history
         where tenant_id = $1 and ended_at < $2 order by ended_at limit $3",
        &[(&time::to_text(before)).into(), limit.into()],
        |row| Ok((row.owned(0)?, row.int(1)?)),
    )?;
    let rows: Vec<[Value<'_>; 2]> =
        found.iter().map(|(employee, sequence)| [employee.into(), (*sequence).into()]).collect();
    tx.execute_each(
        "delete from agent_state_history where tenant_id = $1 and employee_id = $2 and sequence = $3",
        &rows,
    )?;
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

/// Whose time is over at a moment, of all tenants, longest first.
///
/// # Errors
/// When the database refuses.
pub fn list_due(
    connection: &mut Connection<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(TenantId, EmployeeId)>, StorageError> {
    connection.query(
        // Tenant scope: installation
        "select tenant_id, employee_id from agent_state where due_at <= $1 order by due_at limit $2",
        &[(&time::to_text(now)).into(), limit.into()],
        |row| {
            let tenant = row.parsed(0, ("agent_state", "tenant_id"))?;
            Ok((tenant, row.parsed(1, ("agent_state", "employee_id"))?))
        },
    )
}

fn read_row(row: &Row<'_>) -> Result<AgentRow, StorageError> {
    let known = row.int_or_null(0)?.is_some();
    Ok(AgentRow {
        agent: if known { Some(read_agent(row)?) } else { None },
        employee: row.parsed(8, ("employee", "id"))?,
        agent_number: AgentNumber(row.int(9)?),
        business_unit: row.parsed(10, ("employee", "business_unit_id"))?,
        team: row.parsed(11, ("employee", "team_id"))?,
        active: row.flag(12)?,
        team_codes: names(row.text(13)?, ("team", "unavailable_codes"))?,
    })
}

pub(crate) fn read_agent(row: &Row<'_>) -> Result<Agent, StorageError> {
    let session: Option<Session> = match row.text_or_null(6)? {
        None => None,
        Some(_) => Some(row.json(6, ("agent_state", "session"))?),
    };
    Ok(Agent {
        sequence: row.int(0)?,
        state: read_state(row, 1)?,
        since: row.moment(4)?,
        due_at: row.moment_or_null(5)?,
        session,
    })
}

pub(crate) fn read_state(row: &Row<'_>, column: usize) -> Result<AgentState, StorageError> {
    let name = row.text(column)?;
    let code = row.text_or_null(column + 1)?.map(CodeName::parse).transpose();
    let medium = row.text_or_null(column + 2)?.map(|name| Medium::from_name(name).ok_or(()));
    let state = match (code, medium.transpose()) {
        (Ok(code), Ok(medium)) => AgentState::from_parts(name, code.as_ref(), medium),
        _ => None,
    };
    state.ok_or_else(|| StorageError::Inconsistent {
        table: "agent_state",
        column: "state",
        row: name.to_owned(),
    })
}
