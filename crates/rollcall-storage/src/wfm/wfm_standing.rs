//! Standings: what a WFM is known to hold of a person, or why it does not hold what it should.

use jiff::Timestamp;

use rollcall_domain::wfm::{ManagementUnit, OptionalField, WfmAgent};
use rollcall_domain::{EmployeeId, RunId, WfmLinkId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::tx::Tx;
use crate::wfm::for_each;

/// Where a person stands at a WFM.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The link.
    pub link: WfmLinkId,
    /// The person.
    pub employee: EmployeeId,
    /// What the WFM confirmed last.
    pub known: Option<WfmAgent>,
    /// When it did.
    pub confirmed_at: Option<Timestamp>,
    /// Milliseconds from our commit to its confirmation.
    pub lag_ms: Option<i64>,
    /// Why it does not hold what it should.
    pub problem: Option<String>,
    /// Since when.
    pub problem_at: Option<Timestamp>,
    /// The run that wrote this last.
    pub run: RunId,
}

/// How many people stand how at a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In the WFM with mu 1, as far as Rollcall knows.
    pub present: i64,
    /// With a problem.
    pub failed: i64,
    /// Due, now or later.
    pub due: i64,
}

/// Writes standings.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, standings: &[Standing]) -> Result<(), StorageError> {
    let texts: Vec<Texts> = standings.iter().map(Texts::of).collect();
    let rows: Vec<_> = standings.iter().zip(&texts).map(|(it, texts)| texts.row(it)).collect();
    tx.execute_each(
        "insert into wfm_standing (tenant_id, link_id, employee_id, known, present, confirmed_at, lag_ms, problem,
         problem_at, run_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (tenant_id, link_id, employee_id) do update set known = excluded.known,
         present = excluded.present, confirmed_at = excluded.confirmed_at, lag_ms = excluded.lag_ms,
         problem = excluded.problem, problem_at = excluded.problem_at, run_id = excluded.run_id",
        &rows,
    )?;
    tx.change(Change::Runs);
    Ok(())
}

/// The texts of a standing, as long as a statement needs them.
struct Texts {
    link: String,
    employee: String,
    known: Option<String>,
    confirmed_at: Option<String>,
    problem_at: Option<String>,
    run: String,
}

impl Texts {
    fn of(standing: &Standing) -> Self {
        Self {
            link: standing.link.to_string(),
            employee: standing.employee.to_string(),
            known: standing.known.as_ref().map(known_text),
            confirmed_at: standing.confirmed_at.map(time::to_text),
            problem_at: standing.problem_at.map(time::to_text),
            run: standing.run.to_string(),
        }
    }

    fn row<'v>(&'v self, standing: &'v Standing) -> [Value<'v>; 9] {
        let known = standing.known.as_ref();
        let present = known.is_some_and(|it| it.management_unit == ManagementUnit::Arrived);
        [
            (&self.link).into(),
            (&self.employee).into(),
            self.known.as_ref().into(),
            present.into(),
            self.confirmed_at.as_ref().into(),
            standing.lag_ms.into(),
            standing.problem.as_ref().into(),
            self.problem_at.as_ref().into(),
            (&self.run).into(),
        ]
    }
}

/// Notes a failure; what the WFM holds stays as it was known.
///
/// # Errors
/// When the database refuses.
pub fn save_problem(
    tx: &mut Tx<'_>,
    (link, employee): (WfmLinkId, EmployeeId),
    problem: &str,
    at: Timestamp,
    run: RunId,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into wfm_standing (tenant_id, link_id, employee_id, present, problem, problem_at, run_id)
         values ($1, $2, $3, false, $4, $5, $6)
         on conflict (tenant_id, link_id, employee_id) do update set problem = excluded.problem,
         problem_at = excluded.problem_at, run_id = excluded.run_id",
        &[
            (&link.to_string()).into(),
            (&employee.to_string()).into(),
            problem.into(),
            (&time::to_text(at)).into(),
            (&run.to_string()).into(),
        ],
    )?;
    tx.change(Change::Runs);
    Ok(())
}

/// Forgets the problems of people whom the WFM holds as it should.
///
/// # Errors
/// When the database refuses.
pub fn clear_problems(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    people: &[EmployeeId],
) -> Result<(), StorageError> {
    for_each(
        tx,
        "update wfm_standing set problem = null, problem_at = null
         where tenant_id = $1 and link_id = $2 and employee_id = $3 and problem is not null",
        (link, people),
    )
}

/// Corrects what the WFM is known to hold, by what it says itself; when it confirmed a write of ours, and
/// any problem, stay as they are.
///
/// # Errors
/// When the database refuses.
pub fn correct(
    tx: &mut Tx<'_>,
    (link, employee): (WfmLinkId, EmployeeId),
    known: Option<&WfmAgent>,
    run: RunId,
) -> Result<(), StorageError> {
    let present = known.is_some_and(|agent| agent.management_unit == ManagementUnit::Arrived);
    tx.execute(
        "insert into wfm_standing (tenant_id, link_id, employee_id, known, present, run_id)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, link_id, employee_id) do update set known = excluded.known,
         present = excluded.present, run_id = excluded.run_id",
        &[
            (&link.to_string()).into(),
            (&employee.to_string()).into(),
            known.map(known_text).as_ref().into(),
            present.into(),
            (&run.to_string()).into(),
        ],
    )?;
    tx.change(Change::Runs);
    Ok(())
}

const COLUMNS: &str = "select link_id, employee_id, known, confirmed_at, lag_ms, problem, problem_at, run_id from wfm_standing";

/// A person's standings at all links.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<Vec<Standing>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and employee_id = $2 order by link_id");
    tx.query(&sql, &[(&employee.to_string()).into()], read)
}

/// How many people the WFM is known to have with mu 1.
///
/// # Errors
/// When the database refuses.
pub fn count_present(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from wfm_standing where tenant_id = $1 and link_id = $2 and present = true",
        &[(&link.to_string()).into()],
    )
}

/// Of how many people the WFM is known to hold a value in an optional field, who are there and nobody keeps as they
/// are: so many are cleared when it is switched off.
///
/// # Errors
/// When the database refuses.
pub fn count_holding(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    field: OptionalField,
) -> Result<i64, StorageError> {
    // The quotes of a value are escaped in JSON, so that nobody's name looks like a key.
    let holds = match field {
        OptionalField::PersonalId => r#"%"personalId":"%"#,
        OptionalField::ExternalId => r#"%"externalId":"%"#,
    };
    tx.count(
        "select count(*) from wfm_standing s where s.tenant_id = $1 and s.link_id = $2 and s.present = true
         and s.known like $3 and (select count(*) from kept_agent k where k.tenant_id = s.tenant_id
          and k.link_id = s.link_id and k.employee_id = s.employee_id) = 0",
        &[(&link.to_string()).into(), holds.into()],
    )
}

/// How many people stand how at a link.
///
/// # Errors
/// When the database refuses.
pub fn tally(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<Tally, StorageError> {
    let link = link.to_string();
    let failed = tx.count(
        "select count(*) from wfm_standing where tenant_id = $1 and link_id = $2 and problem is not null",
        &[(&link).into()],
    )?;
    let present = tx.count(
        "select count(*) from wfm_standing where tenant_id = $1 and link_id = $2 and present = true",
        &[(&link).into()],
    )?;
    let due = tx.count(
        "select count(*) from due_mark where tenant_id = $1 and link_id = $2",
        &[(&link).into()],
    )?;
    Ok(Tally { present, failed, due })
}

/// The standings of a link after one agent number, with the number: for the full comparison.
///
/// # Errors
/// When the database refuses.
pub fn list_by_agent_number(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    numbers: (i64, i64),
) -> Result<Vec<(i64, EmployeeId, Option<WfmAgent>)>, StorageError> {
    tx.query(
        "select e.agent_number, e.id, s.known from wfm_link w
         join employee e on e.tenant_id = w.tenant_id and e.business_unit_id = w.business_unit_id
         left join wfm_standing s on s.tenant_id = w.tenant_id and s.link_id = w.id and s.employee_id = e.id
         where w.tenant_id = $1 and w.id = $2 and e.agent_number >= $3 and e.agent_number <= $4
         order by e.agent_number",
        &[(&link.to_string()).into(), numbers.0.into(), numbers.1.into()],
        |row| {
            let known = row.text_or_null(2)?.map(known_from_text).transpose()?;
            Ok((row.int(0)?, row.parsed(1, ("employee", "id"))?, known))
        },
    )
}

/// The people behind one agent number of whom the WFM is known to hold something, with their numbers.
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
        "select e.agent_number, e.id from wfm_link w
         join employee e on e.tenant_id = w.tenant_id and e.business_unit_id = w.business_unit_id
         where w.tenant_id = $1 and w.id = $2 and e.agent_number > $3
         and (select s.known from wfm_standing s where s.tenant_id = w.tenant_id and s.link_id = w.id
              and s.employee_id = e.id) is not null
         order by e.agent_number limit $4",
        &[(&link.to_string()).into(), after.into(), limit.into()],
        |row| Ok((row.int(0)?, row.parsed(1, ("employee", "id"))?)),
    )
}

/// The written form of what a WFM holds.
#[must_use]
pub fn known_text(agent: &WfmAgent) -> String {
    serde_json::to_string(agent).unwrap_or_default()
}

/// Reads the written form of what a WFM holds.
///
/// # Errors
/// When it is not one.
pub fn known_from_text(text: &str) -> Result<WfmAgent, StorageError> {
    serde_json::from_str(text).map_err(|_| StorageError::Inconsistent {
        table: "wfm_standing",
        column: "known",
        row: text.to_owned(),
    })
}

fn read(row: &Row<'_>) -> Result<Standing, StorageError> {
    Ok(Standing {
        link: row.parsed(0, ("wfm_standing", "link_id"))?,
        employee: row.parsed(1, ("wfm_standing", "employee_id"))?,
        known: row.text_or_null(2)?.map(known_from_text).transpose()?,
        confirmed_at: row.moment_or_null(3)?,
        lag_ms: row.int_or_null(4)?,
        problem: row.owned_or_null(5)?,
        problem_at: row.moment_or_null(6)?,
        run: row.parsed(7, ("wfm_standing", "run_id"))?,
    })
}
