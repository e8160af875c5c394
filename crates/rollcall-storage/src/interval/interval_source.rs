//! What intervals of people are counted from: who belongs to a business unit, and what they did.

use jiff::Timestamp;

use rollcall_domain::agent_state::{Agent, AgentState};
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::structure::WFM_ADVANCED;
use rollcall_domain::{BusinessUnitId, EmployeeId, WfmLinkId, time};

use crate::agent::agent_state::{read_agent, read_state};
use crate::error::StorageError;
use crate::row::{Row, names};
use crate::tx::Tx;

/// Someone who belongs to a business unit, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub employee: EmployeeId,
    /// Their number in this business unit.
    pub agent_number: AgentNumber,
    /// Given and family name.
    pub name: String,
    /// When they came from another unit; what they did before is that one's.
    pub since: Option<Timestamp>,
    /// When they left for another unit; what they did after is that one's.
    pub until: Option<Timestamp>,
    /// From when on they qualify for the WFM; `None` when they do not now.
    pub qualified_since: Option<Timestamp>,
    /// Whether the WFM was told of them before.
    pub known: bool,
}

/// A time in one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Who.
    pub employee: EmployeeId,
    /// What they did.
    pub state: AgentState,
    /// From.
    pub from: Timestamp,
    /// To.
    pub to: Timestamp,
}

/// Who belongs to a business unit, or did, in the order of numbers. `link` is that of the WFM which may know them.
///
/// # Errors
/// When the database refuses.
pub fn people(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    link: Option<WfmLinkId>,
) -> Result<Vec<Person>, StorageError> {
    let known = "(select count(*) from wfm_standing s where s.tenant_id = e.tenant_id and s.employee_id = e.id
        and s.link_id = $3 and s.known is not null)";
    let came = "(select max(o.left_at) from former_agent o where o.tenant_id = e.tenant_id and o.employee_id = e.id)";
    let sql = format!(
        "select e.id, e.agent_number, e.first_name, e.last_name, e.active, e.activated_at, t.features, {known},
         {came}, null from employee e
         join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         where e.tenant_id = $1 and e.business_unit_id = $2
         union all
         select e.id, f.agent_number, e.first_name, e.last_name, false, e.activated_at, '[]', {known},
         null, f.left_at from former_agent f
         join employee e on e.tenant_id = f.tenant_id and e.id = f.employee_id
         where f.tenant_id = $1 and f.business_unit_id = $2
         order by 2"
    );
    let link = link.map(|link| link.to_string()).unwrap_or_default();
    tx.query(&sql, &[(&unit.to_string()).into(), (&link).into()], |row| {
        let features = names(row.text(6)?, ("team", "features"))?;
        let qualifies = row.flag(4)? && features.iter().any(|feature| feature == WFM_ADVANCED);
        let activated = row.moment(5)?;
        Ok(Person {
            employee: row.parsed(0, ("employee", "id"))?,
            agent_number: AgentNumber(row.int(1)?),
            name: format!("{} {}", row.text(2)?, row.text(3)?),
            qualified_since: qualifies.then_some(activated),
            known: row.int(7)? > 0,
            since: row.moment_or_null(8)?,
            until: row.moment_or_null(9)?,
        })
    })
}

/// Whether somebody in a business unit has an agent number, or had it before they left for another unit.
///
/// # Errors
/// When the database refuses.
pub fn has_agent(tx: &mut Tx<'_>, unit: BusinessUnitId, number: i64) -> Result<bool, StorageError> {
    let unit = unit.to_string();
    for sql in [
        "select count(*) from employee where tenant_id = $1 and business_unit_id = $2 and agent_number = $3",
        "select count(*) from former_agent where tenant_id = $1 and business_unit_id = $2 and agent_number = $3",
    ] {
        if tx.count(sql, &[(&unit).into(), number.into()])? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whose times are read.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// Those of everybody who belongs to a business unit, or did.
    Unit(BusinessUnitId),
    /// Those of one person.
    Person(EmployeeId),
}

/// The times that are over and touch a span of time. In no order.
///
/// # Errors
/// When the database refuses.
pub fn stays(
    tx: &mut Tx<'_>,
    whose: Whose,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Stay>, StorageError> {
    let (condition, id) = narrow(whose, "$4");
    let sql = format!(
        "select h.employee_id, h.state, h.code, h.medium, h.began_at, h.ended_at from agent_state_history h
         where h.tenant_id = $1 and h.ended_at > $2 and h.began_at < $3 and {condition}"
    );
    let values = [time::to_text(from), time::to_text(to), id];
    let [from, to, id] = &values;
    tx.query(&sql, &[from.into(), to.into(), id.into()], |row| {
        Ok(Stay {
            employee: row.parsed(0, ("agent_state_history", "employee_id"))?,
            state: read_state(row, 1)?,
            from: row.moment(4)?,
            to: row.moment(5)?,
        })
    })
}

/// What people do now, as it was written last: of timeouts that are due since then it knows nothing.
///
/// # Errors
/// When the database refuses.
pub fn present(tx: &mut Tx<'_>, whose: Whose) -> Result<Vec<(EmployeeId, Agent)>, StorageError> {
    let (condition, id) = narrow(whose, "$2");
    let sql = format!(
        "select h.sequence, h.state, h.code, h.medium, h.since, h.due_at, h.session, h.employee_id
         from agent_state h where h.tenant_id = $1 and {condition}"
    );
    let read =
        |row: &Row<'_>| Ok((row.parsed(7, ("agent_state", "employee_id"))?, read_agent(row)?));
    tx.query(&sql, &[(&id).into()], read)
}

/// The condition that a row is of somebody meant, and the value of its placeholder.
fn narrow(whose: Whose, place: &str) -> (String, String) {
    match whose {
        Whose::Person(employee) => (format!("h.employee_id = {place}"), employee.to_string()),
        Whose::Unit(unit) => (
            format!(
                "(exists (select 1 from employee e where e.tenant_id = $1 and e.id = h.employee_id
                     and e.business_unit_id = {place})
                 or exists (select 1 from former_agent f where f.tenant_id = $1 and f.business_unit_id = {place}
                     and f.employee_id = h.employee_id))"
            ),
            unit.to_string(),
        ),
    }
}
