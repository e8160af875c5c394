//! The numbers that people had in business units that they left. A number is given once and stays its
//! person's: they have it again when they come back.

use jiff::Timestamp;

use rollcall_domain::employee::AgentNumber;
use rollcall_domain::wfm::WfmAgent;
use rollcall_domain::{BusinessUnitId, EmployeeId, WfmLinkId, time};

use crate::error::StorageError;
use crate::tx::Tx;
use crate::wfm::wfm_standing::known_from_text;

/// Notes that a person left a business unit in which they had a number.
///
/// # Errors
/// When the database refuses.
pub fn insert(
    tx: &mut Tx<'_>,
    (unit, employee): (BusinessUnitId, EmployeeId),
    number: AgentNumber,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into former_agent (tenant_id, business_unit_id, employee_id, agent_number, left_at)
         values ($1, $2, $3, $4, $5)",
        &[
            (&unit.to_string()).into(),
            (&employee.to_string()).into(),
            number.0.into(),
            (&time::to_text(now)).into(),
        ],
    )?;
    Ok(())
}

/// Takes the number that a person had in a business unit, for their return; `None` if they never were there.
///
/// # Errors
/// When the database refuses.
pub fn take(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    employee: EmployeeId,
) -> Result<Option<AgentNumber>, StorageError> {
    tx.optional(
        "delete from former_agent where tenant_id = $1 and business_unit_id = $2 and employee_id = $3
         returning agent_number",
        &[(&unit.to_string()).into(), (&employee.to_string()).into()],
        |row| row.int(0).map(AgentNumber),
    )
}

/// The business units that a person left, with the number that they had there.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
) -> Result<Vec<(BusinessUnitId, AgentNumber)>, StorageError> {
    tx.query(
        "select business_unit_id, agent_number from former_agent where tenant_id = $1 and employee_id = $2
         order by business_unit_id",
        &[(&employee.to_string()).into()],
        |row| Ok((row.parsed(0, ("former_agent", "business_unit_id"))?, AgentNumber(row.int(1)?))),
    )
}

/// Those who left a link's business unit, by the number that they had there, with what the WFM is known to
/// hold of them: for the full comparison.
///
/// # Errors
/// When the database refuses.
pub fn list_by_agent_number(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    (first, last): (i64, i64),
) -> Result<Vec<(i64, EmployeeId, Option<WfmAgent>)>, StorageError> {
    tx.query(
        "select f.agent_number, f.employee_id, s.known from wfm_link w
         join former_agent f on f.tenant_id = w.tenant_id and f.business_unit_id = w.business_unit_id
         left join wfm_standing s on s.tenant_id = w.tenant_id and s.link_id = w.id and s.employee_id = f.employee_id
         where w.tenant_id = $1 and w.id = $2 and f.agent_number >= $3 and f.agent_number <= $4
         order by f.agent_number",
        &[(&link.to_string()).into(), first.into(), last.into()],
        |row| {
            let known = row.text_or_null(2)?.map(known_from_text).transpose()?;
            Ok((row.int(0)?, row.parsed(1, ("former_agent", "employee_id"))?, known))
        },
    )
}

/// Those who left a link's business unit, behind one of their numbers there, of whom the WFM is known to hold
/// something.
///
/// # Errors
/// When the database refuses.
pub fn list_known(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, EmployeeId)>, StorageError> {
    tx.query(
        "select f.agent_number, f.employee_id from wfm_link w
         join former_agent f on f.tenant_id = w.tenant_id and f.business_unit_id = w.business_unit_id
         where w.tenant_id = $1 and w.id = $2 and f.agent_number > $3
         and (select s.known from wfm_standing s where s.tenant_id = w.tenant_id and s.link_id = w.id
              and s.employee_id = f.employee_id) is not null
         order by f.agent_number limit $4",
        &[(&link.to_string()).into(), after.into(), limit.into()],
        |row| Ok((row.int(0)?, row.parsed(1, ("former_agent", "employee_id"))?)),
    )
}
