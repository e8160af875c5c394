//! What a WFM was told last of each person, and what it has to be told.
//!
//! Of people whom it has as agents (mu 1): of others it hears that they are logged out. What was told of a person
//! only ever goes up in sequence.

use jiff::Timestamp;

use rollcall_domain::adherence::AcdStatus;
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::{EmployeeId, WfmLinkId, time};

use crate::agent::status_mapping::read_status;
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::tx::Tx;

/// What a WFM is to be told of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TellableState {
    /// Who.
    pub employee: EmployeeId,
    /// By which number the WFM knows them.
    pub agent_number: AgentNumber,
    /// The number of the interval of their states.
    pub sequence: i64,
    /// What they do.
    pub status: AcdStatus,
    /// Since when; `None` for those who are no agents there any more.
    pub since: Option<Timestamp>,
    /// What the WFM was told last: the sequence, and the code.
    pub sent: Option<(i64, String)>,
}

/// Written once a WFM has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentState {
    /// Who.
    pub employee: EmployeeId,
    /// The number of the interval.
    pub sequence: i64,
    /// The code that was sent.
    pub state_code: String,
}

const TELLABLE: &str = "select e.id, e.agent_number, s.sequence, s.state, s.code, t.sequence, t.state_code, s.since
    from wfm_standing w
    join employee e on e.tenant_id = w.tenant_id and e.id = w.employee_id
    join agent_state s on s.tenant_id = w.tenant_id and s.employee_id = w.employee_id
    left join sent_state t on t.tenant_id = w.tenant_id and t.link_id = w.link_id and t.employee_id = w.employee_id
    where w.tenant_id = $1 and w.link_id = $2 and w.present = true";

/// Everybody whom the WFM has, in the order of their numbers, logged out or not.
///
/// # Errors
/// When the database refuses.
pub fn list_all(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    limit: i64,
) -> Result<Vec<TellableState>, StorageError> {
    let sql = format!("{TELLABLE} order by e.agent_number limit $3");
    tx.query(&sql, &[(&link.to_string()).into(), limit.into()], read)
}

/// Those of whom the WFM was told less than there is, who waited longest first.
///
/// # Errors
/// When the database refuses.
pub fn list_changed(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    limit: i64,
) -> Result<Vec<TellableState>, StorageError> {
    let sql = format!(
        "{TELLABLE} and (t.sequence is null or t.sequence < s.sequence) order by s.since, e.id limit $3"
    );
    tx.query(&sql, &[(&link.to_string()).into(), limit.into()], read)
}

/// Those whom the WFM believes to be at work and has as agents no more.
///
/// # Errors
/// When the database refuses.
pub fn list_gone(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    limit: i64,
) -> Result<Vec<TellableState>, StorageError> {
    let off = AcdStatus::logged_out();
    tx.query(
        "select e.id, e.agent_number, t.sequence, $4, null, t.sequence, t.state_code, null from sent_state t
         join employee e on e.tenant_id = t.tenant_id and e.id = t.employee_id
         left join wfm_standing w on w.tenant_id = t.tenant_id and w.link_id = t.link_id
         and w.employee_id = t.employee_id and w.present = true
         where t.tenant_id = $1 and t.link_id = $2 and t.state_code <> $3 and w.employee_id is null
         order by t.employee_id limit $5",
        &[
            (&link.to_string()).into(),
            (&off.state_code()).into(),
            off.state().into(),
            limit.into(),
        ],
        read,
    )
}

/// Notes what the WFM took. What is older than what is known is passed over.
///
/// # Errors
/// When the database refuses.
pub fn save(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    sent: &[SentState],
    at: Timestamp,
) -> Result<(), StorageError> {
    let (link, at) = (link.to_string(), time::to_text(at));
    let ids: Vec<String> = sent.iter().map(|one| one.employee.to_string()).collect();
    let rows: Vec<[Value<'_>; 5]> = sent
        .iter()
        .zip(&ids)
        .map(|(one, id)| {
            let (sequence, code) = (one.sequence.into(), (&one.state_code).into());
            [(&link).into(), id.into(), sequence, code, (&at).into()]
        })
        .collect();
    tx.execute_each(
        "insert into sent_state (tenant_id, link_id, employee_id, sequence, state_code, sent_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, link_id, employee_id) do update set sequence = excluded.sequence,
         state_code = excluded.state_code, sent_at = excluded.sent_at
         where sent_state.sequence <= excluded.sequence",
        &rows,
    )
}

fn read(row: &Row<'_>) -> Result<TellableState, StorageError> {
    let sent = match row.int_or_null(5)? {
        Some(sequence) => Some((sequence, row.owned(6)?)),
        None => None,
    };
    Ok(TellableState {
        employee: row.parsed(0, ("employee", "id"))?,
        agent_number: AgentNumber(row.int(1)?),
        sequence: row.int(2)?,
        status: read_status(row, 3)?,
        since: row.moment_or_null(7)?,
        sent,
    })
}
