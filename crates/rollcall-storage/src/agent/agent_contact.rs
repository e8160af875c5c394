//! The contacts that people had: facts beside the history of their states, for counting.

use jiff::Timestamp;

use rollcall_domain::agent_state::{Agent, AgentState, ContactKind, Interval, Session};
use rollcall_domain::interval::queue::Handled;
use rollcall_domain::interval::queue::seconds;
use rollcall_domain::{AgentSessionId, BusinessUnitId, EmployeeId, time};

use crate::agent::agent_state::AgentRow;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// What follows from a change of a person: contacts that began, contacts that ended, and work after one that
/// ended. `at` is the moment of the change.
///
/// # Errors
/// When the database refuses.
pub fn follow(
    tx: &mut Tx<'_>,
    person: &AgentRow,
    agent: &Agent,
    ended: &[Interval],
    at: Timestamp,
) -> Result<(), StorageError> {
    let before = person.agent.as_ref().and_then(|agent| agent.session.as_ref());
    let after = agent.session.as_ref();
    if let Some(session) = before {
        for contact in
            session.contacts.iter().filter(|contact| !has(after, session.id, &contact.id))
        {
            end(tx, person.employee, session.id, &contact.id, at)?;
        }
    }
    if let Some(session) = after {
        for contact in
            session.contacts.iter().filter(|contact| !has(before, session.id, &contact.id))
        {
            let facts = [contact.kind.name(), contact.medium.name()];
            begin(tx, (person.employee, session.id), &contact.id, facts, at)?;
        }
    }
    for interval in ended {
        if let (AgentState::AfterContactWork(_), Some(session)) =
            (&interval.state, interval.session)
        {
            end_work(tx, person.employee, session, interval.ended_at)?;
        }
    }
    Ok(())
}

fn has(session: Option<&Session>, id: AgentSessionId, contact: &str) -> bool {
    session.is_some_and(|one| one.id == id && one.contacts.iter().any(|open| open.id == contact))
}

fn begin(
    tx: &mut Tx<'_>,
    (employee, session): (EmployeeId, AgentSessionId),
    contact: &str,
    [kind, medium]: [&str; 2],
    at: Timestamp,
) -> Result<(), StorageError> {
    // Given again after it had ended, it goes on.
    tx.execute(
        "insert into agent_contact (tenant_id, employee_id, session_id, contact_id, kind, medium, queue, began_at)
         values ($1, $2, $3, $4, $5, $6, '', $7)
         on conflict (tenant_id, employee_id, session_id, contact_id)
         do update set ended_at = null, work_ended_at = null",
        &[
            (&employee.to_string()).into(),
            (&session.to_string()).into(),
            contact.into(),
            kind.into(),
            medium.into(),
            (&time::to_text(at)).into(),
        ],
    )?;
    Ok(())
}

fn end(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    session: AgentSessionId,
    contact: &str,
    at: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "update agent_contact set ended_at = $5
         where tenant_id = $1 and employee_id = $2 and session_id = $3 and contact_id = $4",
        &[
            (&employee.to_string()).into(),
            (&session.to_string()).into(),
            contact.into(),
            (&time::to_text(at)).into(),
        ],
    )?;
    Ok(())
}

/// The work is that after the contact which ended last: it begins when no contact is open any more.
fn end_work(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    session: AgentSessionId,
    at: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "update agent_contact set work_ended_at = $4
         where tenant_id = $1 and employee_id = $2 and session_id = $3 and ended_at = (
             select max(l.ended_at) from agent_contact l
             where l.tenant_id = $1 and l.employee_id = $2 and l.session_id = $3)",
        &[
            (&employee.to_string()).into(),
            (&session.to_string()).into(),
            (&time::to_text(at)).into(),
        ],
    )?;
    Ok(())
}

/// Says from which queue a contact came; answers when the person was given it, or `None` if they were not.
///
/// # Errors
/// When the database refuses.
pub fn set_queue(
    tx: &mut Tx<'_>,
    (employee, session): (EmployeeId, AgentSessionId),
    contact: &str,
    queue: &str,
) -> Result<Option<Timestamp>, StorageError> {
    tx.optional(
        "update agent_contact set queue = $5
         where tenant_id = $1 and employee_id = $2 and session_id = $3 and contact_id = $4 returning began_at",
        &[
            (&employee.to_string()).into(),
            (&session.to_string()).into(),
            contact.into(),
            queue.into(),
        ],
        |row| row.moment(0),
    )
}

/// A contact that a person had of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedContact {
    /// The queue.
    pub queue: String,
    /// The contact.
    pub contact: String,
    /// When the person was given it.
    pub began_at: Timestamp,
}

/// The contacts of a person's session that came from queues and to which something happened at a moment: they
/// began, they ended, or the work after them did.
///
/// # Errors
/// When the database refuses.
pub fn list_touched(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    at: Timestamp,
) -> Result<Vec<QueuedContact>, StorageError> {
    tx.query(
        "select queue, contact_id, began_at from agent_contact
         where tenant_id = $1 and employee_id = $2 and queue <> '' and ended_at is not null
         and (ended_at = $3 or work_ended_at = $3)",
        &[(&employee.to_string()).into(), (&time::to_text(at)).into()],
        |row| {
            Ok(QueuedContact {
                queue: row.owned(0)?,
                contact: row.owned(1)?,
                began_at: row.moment(2)?,
            })
        },
    )
}

/// Who was given which kind of contact, and when, between two moments, of the people of a business unit and
/// those who were there.
///
/// # Errors
/// When the database refuses.
pub fn list_begun(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(EmployeeId, ContactKind, Timestamp)>, StorageError> {
    tx.query(
        "select c.employee_id, c.kind, c.began_at from agent_contact c
         where c.tenant_id = $1 and c.began_at >= $2 and c.began_at < $3 and (
             exists (select 1 from employee e where e.tenant_id = $1 and e.id = c.employee_id
                 and e.business_unit_id = $4)
             or exists (select 1 from former_agent f where f.tenant_id = $1 and f.business_unit_id = $4
                 and f.employee_id = c.employee_id))",
        &[
            (&time::to_text(from)).into(),
            (&time::to_text(to)).into(),
            (&unit.to_string()).into(),
        ],
        |row| Ok((row.parsed(0, ("agent_contact", "employee_id"))?, kind(row)?, row.moment(2)?)),
    )
}

fn kind(row: &Row<'_>) -> Result<ContactKind, StorageError> {
    let name = row.text(1)?;
    ContactKind::from_name(name).ok_or_else(|| StorageError::Inconsistent {
        table: "agent_contact",
        column: "kind",
        row: name.to_owned(),
    })
}

/// What people had of the contacts that were offered to the queues of a business unit between two moments: queue,
/// contact, and seconds. A contact that goes on is not among them.
///
/// # Errors
/// When the database refuses.
pub fn list_handled(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(String, String, Handled)>, StorageError> {
    tx.query(
        // A cross join, because SQLite begins it with the table that stands first, and that is the right one.
        "select c.queue, c.contact_id, c.began_at, c.ended_at, c.work_ended_at
         from queue_contact q cross join agent_contact c
         where q.tenant_id = $1 and q.business_unit_id = $2 and q.offered_at >= $3 and q.offered_at < $4
         and c.tenant_id = $1 and c.contact_id = q.contact_id and c.queue = q.queue and c.ended_at is not null",
        &[
            (&unit.to_string()).into(),
            (&time::to_text(from)).into(),
            (&time::to_text(to)).into(),
        ],
        |row| {
            let (began, ended) = (row.moment(2)?, row.moment(3)?);
            let work_ended = row.moment_or_null(4)?;
            let work_s = work_ended.map_or(0, |work_ended| seconds(ended, work_ended));
            let handled = Handled { talk_s: seconds(began, ended), work_s };
            Ok((row.owned(0)?, row.owned(1)?, handled))
        },
    )
}

/// Forgets contacts that began before a moment, `limit` at the most; tells how many.
///
/// # Errors
/// When the database refuses.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StorageError> {
    tx.execute(
        "delete from agent_contact where tenant_id = $1 and began_at <= (
             select max(d.began_at) from (select began_at from agent_contact
                 where tenant_id = $1 and began_at < $2 order by began_at limit $3) d)",
        &[(&time::to_text(before)).into(), limit.into()],
    )
}
