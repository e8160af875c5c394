//! Agents who stay in the WFM as they are, because somebody refused to let them depart.

use jiff::Timestamp;

use rollcall_domain::{EmployeeId, RunId, WfmLinkId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::names_text;
use crate::tx::Tx;
use crate::wfm::for_each;
use crate::wfm::outbox::Group;

/// An agent who stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAgent {
    /// The agent number by which the WFM knows them.
    pub agent_number: i64,
    /// The person; absent where nobody here knows the agent.
    pub employee: Option<EmployeeId>,
    /// First and last name.
    pub name: String,
    /// Since when they are kept.
    pub since: Timestamp,
}

/// Of whom a rejection is.
#[derive(Clone, Copy, Debug)]
pub enum Refused {
    /// Those whom a held run names.
    NamedBy(RunId),
    /// Those who were due at a moment, where they are more than a run names.
    DueAt(Timestamp),
}

/// Keeps those of a group that [`crate::wfm::outbox::weigh`] told of whose departure was refused; tells how many they
/// are.
///
/// # Errors
/// When the database refuses.
pub fn keep_group(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    (group, refused): (&Group, Refused),
    now: Timestamp,
) -> Result<u64, StorageError> {
    let (run, due_at) = match refused {
        Refused::NamedBy(run) => (run.to_string(), now),
        Refused::DueAt(moment) => (String::new(), moment),
    };
    let rows = tx.execute(
        "insert into kept_agent (tenant_id, link_id, agent_number, employee_id, name, since)
         select w.tenant_id, w.id, case when e.business_unit_id = w.business_unit_id then e.agent_number else
          (select f.agent_number from former_agent f where f.tenant_id = w.tenant_id
           and f.business_unit_id = w.business_unit_id and f.employee_id = e.id) end,
          e.id, e.first_name || ' ' || e.last_name, $3
         from wfm_link w join due_mark m on m.tenant_id = w.tenant_id and m.link_id = w.id
         join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id
         join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         where w.tenant_id = $1 and w.id = $2 and m.due_at <= $7 and e.active = $4 and t.features = $5
         and e.business_unit_id = $6
         and ((select s.present from wfm_standing s where s.tenant_id = m.tenant_id and s.link_id = m.link_id
               and s.employee_id = m.employee_id) = true or m.sent is not null or m.disowned is not null)
         and ($8 = '' or (select count(*) from sync_outcome o where o.tenant_id = e.tenant_id and o.run_id = $8
              and o.employee_id = e.id and o.result = 'held') > 0)
         on conflict (tenant_id, link_id, agent_number) do nothing",
        &[
            (&link.to_string()).into(),
            (&time::to_text(now)).into(),
            group.status.is_active().into(),
            (&names_text(&group.team_features)).into(),
            (&group.business_unit.to_string()).into(),
            (&time::to_text(due_at)).into(),
            (&run).into(),
        ],
    )?;
    tx.change(Change::Runs);
    Ok(rows)
}

/// Keeps the agents whom nobody here knows and a run would have moved out; tells how many they are.
///
/// # Errors
/// When the database refuses.
pub fn keep_strays(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    run: RunId,
    now: Timestamp,
) -> Result<u64, StorageError> {
    let rows = tx.execute(
        "insert into kept_agent (tenant_id, link_id, agent_number, name, since)
         select d.tenant_id, $2, cast(d.agent as bigint), d.name, $4 from sync_drift d
         where d.tenant_id = $1 and d.run_id = $3 and d.kind in ('stray', 'duplicate')
         on conflict (tenant_id, link_id, agent_number) do nothing",
        &[(&link.to_string()).into(), (&run.to_string()).into(), (&time::to_text(now)).into()],
    )?;
    tx.change(Change::Runs);
    Ok(rows)
}

/// The agents who are kept at a link, by their number, after one.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    after: i64,
    limit: i64,
) -> Result<Vec<KeptAgent>, StorageError> {
    tx.query(
        "select agent_number, employee_id, name, since from kept_agent
         where tenant_id = $1 and link_id = $2 and agent_number > $3 order by agent_number limit $4",
        &[(&link.to_string()).into(), after.into(), limit.into()],
        |row| {
            let employee = match row.text_or_null(1)? {
                Some(_) => Some(row.parsed(1, ("kept_agent", "employee_id"))?),
                None => None,
            };
            Ok(KeptAgent {
                agent_number: row.int(0)?,
                employee,
                name: row.owned(2)?,
                since: row.moment(3)?,
            })
        },
    )
}

/// Since when a person is kept at a link; `None` for who is not.
///
/// # Errors
/// When the database refuses.
pub fn since(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    employee: EmployeeId,
) -> Result<Option<Timestamp>, StorageError> {
    tx.optional(
        "select since from kept_agent where tenant_id = $1 and link_id = $2 and employee_id = $3 limit 1",
        &[(&link.to_string()).into(), (&employee.to_string()).into()],
        |row| row.moment(0),
    )
}

/// How many are kept at a link.
///
/// # Errors
/// When the database refuses.
pub fn count(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from kept_agent where tenant_id = $1 and link_id = $2",
        &[(&link.to_string()).into()],
    )
}

/// The numbers of those whom nobody here knows.
///
/// # Errors
/// When the database refuses.
pub fn list_strays(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<Vec<i64>, StorageError> {
    tx.query(
        "select agent_number from kept_agent where tenant_id = $1 and link_id = $2 and employee_id is null
         order by agent_number",
        &[(&link.to_string()).into()],
        |row| row.int(0),
    )
}

/// Keeps these people no longer: they belong into the WFM again.
///
/// # Errors
/// When the database refuses.
pub fn release(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    people: &[EmployeeId],
) -> Result<(), StorageError> {
    for_each(
        tx,
        "delete from kept_agent where tenant_id = $1 and link_id = $2 and employee_id = $3",
        (link, people),
    )
}

/// Keeps nobody of a link any longer, and makes the people among them due; tells how many were kept.
///
/// # Errors
/// When the database refuses.
pub fn release_all(tx: &mut Tx<'_>, link: WfmLinkId, now: Timestamp) -> Result<u64, StorageError> {
    let id = link.to_string();
    tx.execute(
        "insert into due_mark (tenant_id, link_id, employee_id, generation, changed_at, due_at, attempts)
         select k.tenant_id, k.link_id, k.employee_id, 1, $3, $3, 0 from kept_agent k
         where k.tenant_id = $1 and k.link_id = $2 and k.employee_id is not null
         on conflict (tenant_id, link_id, employee_id)
         do update set generation = due_mark.generation + 1, due_at = excluded.due_at, attempts = 0",
        &[(&id).into(), (&time::to_text(now)).into()],
    )?;
    let rows = tx
        .execute("delete from kept_agent where tenant_id = $1 and link_id = $2", &[(&id).into()])?;
    tx.change(Change::Runs);
    tx.due();
    Ok(rows)
}
