//! The roster as people page and search through it.

use rollcall_domain::employee::Employee;
use rollcall_domain::{EmployeeId, WfmLinkId};

use crate::directory::employee;
use crate::directory::roster::condition::{Conditions, Way};
use crate::error::StorageError;
use crate::tx::Tx;

mod condition;
mod query;

pub use query::{From, Place, RosterQuery};

/// Sorting fewer people than this by name takes a few milliseconds.
const SORTED_MAX: i64 = 2_000;

/// A person on a page.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The person.
    pub employee: Employee,
    /// Their team's name.
    pub team: String,
    /// Whether they are due at a WFM.
    pub due: bool,
    /// Whether all that they are due for waits for a run by the interval, because changes do not go out at once.
    pub waits: bool,
    /// The problem that a WFM has with them.
    pub problem: Option<String>,
    /// Whether a WFM is known to have them.
    pub in_wfm: bool,
    /// Whether they stay in a WFM as they are since a rejection.
    pub kept: bool,
    /// Their place in the order.
    pub place: Place,
}

/// One page of the people that a query finds, in order.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>, query: &RosterQuery, limit: i64) -> Result<Vec<Listed>, StorageError> {
    const AFTER: usize = employee::COLUMN_COUNT;
    let way = way(tx, &query.team)?;
    let mut conditions = Conditions::of(query, way);
    let order = match &query.from {
        From::Start => "asc",
        From::After(place) => {
            conditions.seek(way, ">", place);
            "asc"
        }
        From::Before(place) => {
            conditions.seek(way, "<", place);
            "desc"
        }
    };
    let limit = conditions.limit(limit);
    let sql = format!(
        "select {}, e.name_key,
         (select t.name from team t where t.tenant_id = e.tenant_id and t.id = e.team_id),
         (select count(*) from due_mark m where m.tenant_id = e.tenant_id and m.employee_id = e.id
          and m.link_id in (select w.id from wfm_link w where w.tenant_id = e.tenant_id)),
         (select max(s.problem) from wfm_standing s where s.tenant_id = e.tenant_id and s.employee_id = e.id),
         (select count(*) from wfm_standing s where s.tenant_id = e.tenant_id and s.employee_id = e.id and s.present = true),
         (select count(*) from due_mark m where m.tenant_id = e.tenant_id and m.employee_id = e.id
          and m.link_id in (select w.id from wfm_link w where w.tenant_id = e.tenant_id)
          and m.due_at > coalesce((select w.swept_at from wfm_link w where w.tenant_id = m.tenant_id and w.id = m.link_id
           and w.immediate = false and w.health = 'well'), '9')),
         (select count(*) from kept_agent k where k.tenant_id = e.tenant_id and k.employee_id = e.id
          and k.link_id in (select w.id from wfm_link w where w.tenant_id = e.tenant_id))
         from (select e.id from employee e where e.tenant_id = $1{}
          order by {} {order}, e.id {order} limit {limit}) found
         cross join employee e where e.tenant_id = $1 and e.id = found.id
         order by e.name_key {order}, e.id {order}",
        employee::COLUMNS,
        conditions.sql(),
        way.name_key(),
    );
    let mut people = tx.query(&sql, &conditions.values(), |row| {
        let employee = employee::read(row)?;
        Ok(Listed {
            place: Place { name_key: row.owned(AFTER)?, id: employee.id },
            employee,
            team: row.owned_or_null(AFTER + 1)?.unwrap_or_default(),
            due: row.int(AFTER + 2)? > 0,
            waits: row.int(AFTER + 5)? > 0 && row.int(AFTER + 5)? == row.int(AFTER + 2)?,
            problem: row.owned_or_null(AFTER + 3)?,
            in_wfm: row.int(AFTER + 4)? > 0,
            kept: row.int(AFTER + 6)? > 0,
        })
    })?;
    if matches!(query.from, From::Before(_)) {
        people.reverse();
    }
    Ok(people)
}

/// The people of a small team are sorted by name; of a team with many they are met while the roster is read by name.
fn way(tx: &mut Tx<'_>, team: &str) -> Result<Way, StorageError> {
    if team.is_empty() {
        return Ok(Way::Name);
    }
    let people = tx.count(
        "select count(*) from (select e.id from employee e where e.tenant_id = $1 and e.team_id = $2 limit $3) found",
        &[team.into(), SORTED_MAX.into()],
    )?;
    Ok(if people < SORTED_MAX { Way::Team } else { Way::Name })
}

/// The people that a query finds behind one of them, or the first ones, in the order of their ids: for whoever
/// looks at all of them. Where the query's page begins does not count.
///
/// # Errors
/// When the database refuses.
pub fn list_after(
    tx: &mut Tx<'_>,
    query: &RosterQuery,
    after: Option<EmployeeId>,
    limit: i64,
) -> Result<Vec<Employee>, StorageError> {
    let mut conditions = Conditions::of(query, Way::Team);
    if let Some(after) = after {
        conditions.seek_id(after);
    }
    let limit = conditions.limit(limit);
    let sql = format!(
        "select {} from employee e where e.tenant_id = $1{} order by e.id limit {limit}",
        employee::COLUMNS,
        conditions.sql()
    );
    tx.query(&sql, &conditions.values(), employee::read)
}

/// How many people a query finds, counted up to `at_most`.
///
/// # Errors
/// When the database refuses.
pub fn count(tx: &mut Tx<'_>, query: &RosterQuery, at_most: i64) -> Result<i64, StorageError> {
    let mut conditions = Conditions::of(query, Way::Team);
    let limit = conditions.limit(at_most);
    let sql = format!(
        "select count(*) from (select e.id from employee e where e.tenant_id = $1{} limit {limit}) found",
        conditions.sql()
    );
    tx.count(&sql, &conditions.values())
}

/// How many people there are: active, and in all.
///
/// # Errors
/// When the database refuses.
pub fn totals(tx: &mut Tx<'_>) -> Result<(i64, i64), StorageError> {
    let active =
        tx.count("select count(*) from employee where tenant_id = $1 and active = true", &[])?;
    let all = tx.count("select count(*) from employee where tenant_id = $1", &[])?;
    Ok((active, all))
}

/// The people who are due or failed at a link, longest due first.
///
/// # Errors
/// When the database refuses.
pub fn list_out_of_step(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    limit: i64,
) -> Result<Vec<(Employee, Option<String>)>, StorageError> {
    let sql = format!(
        "select {}, s.problem from due_mark m
         join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id
         left join wfm_standing s on s.tenant_id = m.tenant_id and s.link_id = m.link_id and s.employee_id = m.employee_id
         where m.tenant_id = $1 and m.link_id = $2 order by m.due_at, m.employee_id limit $3",
        employee::COLUMNS
    );
    tx.query(&sql, &[(&link.to_string()).into(), limit.into()], |row| {
        Ok((employee::read(row)?, row.owned_or_null(employee::COLUMN_COUNT)?))
    })
}
