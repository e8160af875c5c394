//! The outbox: who is due where. A mark says whom to look at, never what to do.
//!
//! A mark is settled by its generation: one that came while a worker was at it has a higher generation
//! and stays. Nothing here asks for "ids greater than the last one seen": rows become visible in the
//! order of their commits, not of their ids, and such a reader misses some.

use jiff::Timestamp;

use rollcall_domain::employee::{Employee, Status};
use rollcall_domain::wfm::{self, WfmAgent};
use rollcall_domain::{BusinessUnitId, EmployeeId, TeamId, WfmLinkId, time};

use crate::directory::employee;
use crate::error::StorageError;
use crate::row::{Row, Value, names, names_text};
use crate::session::Session;
use crate::tx::Tx;
use crate::wfm::for_each;

/// A person who is due at a link, with all that planning needs.
#[derive(Clone, Debug)]
pub struct Due {
    /// The person as they are now.
    pub employee: Employee,
    /// The features of the person's team.
    pub team_features: Vec<String>,
    /// What the WFM is known to hold, as it was recorded.
    pub known: Option<String>,
    /// Whether somebody refused to let the person depart.
    pub kept: bool,
    /// What was sent and never confirmed, as [`sent_text`] wrote it.
    pub sent: Option<String>,
    /// What a worker wrote that had lost its lease, in the same form.
    pub disowned: Option<String>,
    /// The mark that is to be settled.
    pub mark: Mark,
}

/// A mark, as it was when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The person.
    pub employee: EmployeeId,
    /// Counts the changes that the mark stands for.
    pub generation: i64,
    /// The first change that the WFM has not seen.
    pub changed_at: Timestamp,
    /// From when on a run may take it.
    pub due_at: Timestamp,
    /// How often it was tried in vain.
    pub attempts: i64,
}

/// How a mark is made. One that is there already stands for this change too, and is due at once.
const MARK: &str = "insert into due_mark (tenant_id, link_id, employee_id, generation, changed_at, due_at, attempts)";
const MARK_AGAIN: &str = "on conflict (tenant_id, link_id, employee_id)
     do update set generation = due_mark.generation + 1, due_at = excluded.due_at, attempts = 0";

/// Marks a person as due. A mark that is there already stands for this change too, and is due at once.
///
/// # Errors
/// When the database refuses.
pub fn mark(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    employee: EmployeeId,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        &format!("{MARK} values ($1, $2, $3, 1, $4, $4, 0) {MARK_AGAIN}"),
        &[(&link.to_string()).into(), (&employee.to_string()).into(), (&time::to_text(now)).into()],
    )?;
    tx.due();
    Ok(())
}

/// Marks the people of the link's business unit after one person, at most `limit`, by id; answers the
/// last one marked, or `None` when all were.
///
/// # Errors
/// When the database refuses.
pub fn mark_page(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    after: Option<EmployeeId>,
    limit: i64,
    now: Timestamp,
) -> Result<Option<EmployeeId>, StorageError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    let people: Vec<EmployeeId> = tx.query(
        &format!(
            "{MARK} select e.tenant_id, w.id, e.id, 1, $5, $5, 0 from wfm_link w
             join employee e on e.tenant_id = w.tenant_id and e.business_unit_id = w.business_unit_id
             where w.tenant_id = $1 and w.id = $2 and e.id > $3 order by e.id limit $4
             {MARK_AGAIN} returning employee_id"
        ),
        &[(&link.to_string()).into(), (&after).into(), limit.into(), (&time::to_text(now)).into()],
        |row| row.parsed(0, ("due_mark", "employee_id")),
    )?;
    tx.due();
    // In no order: PostgreSQL and SQLite return rows as they come.
    Ok(people.into_iter().max())
}

/// Marks every person of a team at a link: the team's features changed. Tells how many they are.
///
/// # Errors
/// When the database refuses.
pub fn mark_team(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    team: TeamId,
    now: Timestamp,
) -> Result<u64, StorageError> {
    let rows = tx.execute(
        &format!(
            "{MARK} select e.tenant_id, $2, e.id, 1, $4, $4, 0 from employee e
             where e.tenant_id = $1 and e.team_id = $3 {MARK_AGAIN}"
        ),
        &[(&link.to_string()).into(), (&team.to_string()).into(), (&time::to_text(now)).into()],
    )?;
    tx.due();
    Ok(rows)
}

/// The people who are due at a link, longest due first.
///
/// # Errors
/// When the database refuses.
pub fn list_due(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Due>, StorageError> {
    let sql = format!(
        "select {}, {DUE_COLUMNS} from due_mark m
         join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id
         join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         left join wfm_standing s on s.tenant_id = m.tenant_id and s.link_id = m.link_id and s.employee_id = m.employee_id
         where m.tenant_id = $1 and m.link_id = $2 and m.due_at <= $3
         order by m.due_at, m.employee_id limit $4",
        employee::COLUMNS
    );
    let (link, now) = (link.to_string(), time::to_text(now));
    tx.query(&sql, &[(&link).into(), (&now).into(), limit.into()], read_due)
}

/// What [`read_due`] expects after the columns of the employee.
const DUE_COLUMNS: &str = "m.generation, m.changed_at, m.attempts, t.features, s.known,
     (select count(*) from kept_agent k where k.tenant_id = m.tenant_id and k.link_id = m.link_id
      and k.employee_id = m.employee_id), m.sent, m.disowned, m.due_at";

fn read_due(row: &Row<'_>) -> Result<Due, StorageError> {
    const AFTER: usize = employee::COLUMN_COUNT;
    let employee = employee::read(row)?;
    Ok(Due {
        mark: Mark {
            employee: employee.id,
            generation: row.int(AFTER)?,
            changed_at: row.moment(AFTER + 1)?,
            attempts: row.int(AFTER + 2)?,
            due_at: row.moment(AFTER + 8)?,
        },
        employee,
        team_features: names(row.text(AFTER + 3)?, ("team", "features"))?,
        known: row.owned_or_null(AFTER + 4)?,
        kept: row.int(AFTER + 5)? > 0,
        sent: row.owned_or_null(AFTER + 6)?,
        disowned: row.owned_or_null(AFTER + 7)?,
    })
}

/// A person at a link, as if they were due there.
///
/// # Errors
/// When the database refuses.
pub fn imagine(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    employee: EmployeeId,
) -> Result<Option<Due>, StorageError> {
    let sql = format!(
        "select {}, cast(0 as bigint), e.updated_at, cast(0 as bigint), t.features, s.known,
         (select count(*) from kept_agent k where k.tenant_id = w.tenant_id and k.link_id = w.id
          and k.employee_id = e.id), m.sent, m.disowned, e.updated_at
         from wfm_link w join employee e on e.tenant_id = w.tenant_id
         join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         left join wfm_standing s on s.tenant_id = e.tenant_id and s.link_id = w.id and s.employee_id = e.id
         left join due_mark m on m.tenant_id = e.tenant_id and m.link_id = w.id and m.employee_id = e.id
         where w.tenant_id = $1 and w.id = $2 and e.id = $3",
        employee::COLUMNS
    );
    tx.optional(&sql, &[(&link.to_string()).into(), (&employee.to_string()).into()], read_due)
}

/// Settles marks, apart from those of people who were marked again meanwhile.
///
/// # Errors
/// When the database refuses.
pub fn settle(tx: &mut Tx<'_>, link: WfmLinkId, marks: &[Mark]) -> Result<(), StorageError> {
    let link = link.to_string();
    let people: Vec<String> = marks.iter().map(|mark| mark.employee.to_string()).collect();
    let rows: Vec<[Value<'_>; 3]> = marks
        .iter()
        .zip(&people)
        .map(|(mark, employee)| [(&link).into(), employee.into(), mark.generation.into()])
        .collect();
    tx.execute_each(
        "delete from due_mark where tenant_id = $1 and link_id = $2 and employee_id = $3 and generation = $4",
        &rows,
    )
}

/// Writes down what is about to be sent of people: should the answer be lost, the next to look at them knows that
/// the WFM may hold it.
///
/// # Errors
/// When the database refuses.
pub fn note_sent(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    sent: &[(EmployeeId, String)],
) -> Result<(), StorageError> {
    let link = link.to_string();
    let people: Vec<String> = sent.iter().map(|(employee, _)| employee.to_string()).collect();
    let rows: Vec<[Value<'_>; 3]> = sent
        .iter()
        .zip(&people)
        .map(|((_, sent), employee)| [(&link).into(), employee.into(), sent.into()])
        .collect();
    tx.execute_each(
        "update due_mark set sent = $4 where tenant_id = $1 and link_id = $2 and employee_id = $3",
        &rows,
    )
}

/// Marks a person of whom a worker wrote something without a lease: it may have come after what its successor wrote.
/// The successor, which settles what it read before, does not forget this.
///
/// # Errors
/// When the database refuses.
pub fn disown(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    written: (EmployeeId, &WfmAgent),
    now: Timestamp,
) -> Result<(), StorageError> {
    let (employee, agent) = written;
    mark(tx, link, employee, now)?;
    let (link, employee) = (link.to_string(), employee.to_string());
    let known: Option<Option<String>> = tx.optional(
        "select disowned from due_mark where tenant_id = $1 and link_id = $2 and employee_id = $3",
        &[(&link).into(), (&employee).into()],
        |row| row.owned_or_null(0),
    )?;
    let mut disowned = known.flatten().as_deref().map_or_else(|| Ok(Vec::new()), sent_from_text)?;
    if disowned.contains(agent) {
        return Ok(());
    }
    disowned.push(agent.clone());
    tx.execute(
        "update due_mark set disowned = $4 where tenant_id = $1 and link_id = $2 and employee_id = $3",
        &[(&link).into(), (&employee).into(), (&sent_text(&disowned)).into()],
    )?;
    Ok(())
}

/// Forgets everything that may be in the WFM of people: it said that it lacks them.
///
/// # Errors
/// When the database refuses.
pub fn forget_all(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    people: &[EmployeeId],
) -> Result<(), StorageError> {
    for_each(
        tx,
        "update due_mark set sent = null, disowned = null
         where tenant_id = $1 and link_id = $2 and employee_id = $3",
        (link, people),
    )
}

/// Forgets what was sent of people: the WFM has said what it holds of them. Marks that are settled need no such
/// thing, so that this is about those who were marked again meanwhile.
///
/// # Errors
/// When the database refuses.
pub fn forget_sent(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    people: &[EmployeeId],
) -> Result<(), StorageError> {
    for_each(
        tx,
        "update due_mark set sent = null where tenant_id = $1 and link_id = $2 and employee_id = $3",
        (link, people),
    )
}

/// The written form of what was sent.
#[must_use]
pub fn sent_text(sent: &[WfmAgent]) -> String {
    serde_json::to_string(sent).unwrap_or_default()
}

/// Reads the written form of what was sent.
///
/// # Errors
/// When it is not one.
pub fn sent_from_text(text: &str) -> Result<Vec<WfmAgent>, StorageError> {
    serde_json::from_str(text).map_err(|_| StorageError::Inconsistent {
        table: "due_mark",
        column: "sent",
        row: text.to_owned(),
    })
}

/// Puts a mark off after a failure, unless the person was marked again meanwhile.
///
/// # Errors
/// When the database refuses.
pub fn postpone(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    mark: Mark,
    due_at: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "update due_mark set due_at = $2, attempts = attempts + 1
         where tenant_id = $1 and link_id = $3 and employee_id = $4 and generation = $5",
        &[
            (&time::to_text(due_at)).into(),
            (&link.to_string()).into(),
            (&mark.employee.to_string()).into(),
            mark.generation.into(),
        ],
    )?;
    Ok(())
}

/// Makes every mark of a link due now: what it waited for is over.
///
/// # Errors
/// When the database refuses.
pub fn hurry(tx: &mut Tx<'_>, link: WfmLinkId, now: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "update due_mark set due_at = $2 where tenant_id = $1 and link_id = $3 and due_at > $2",
        &[(&time::to_text(now)).into(), (&link.to_string()).into()],
    )?;
    tx.due();
    Ok(())
}

/// What is due at a link now, in a few figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// People who are due.
    pub due: i64,
    /// Of them, those whom the WFM is known to have with mu 1 or may have (something was sent of them and never
    /// confirmed), by all that decides whether they stay. Without those of whom somebody decided that they stay.
    pub present: Vec<Group>,
}

/// People who are alike in what decides whether they belong into the WFM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Their business unit: another one than the link's for those who moved away.
    pub business_unit: BusinessUnitId,
    /// Whether they are active.
    pub status: Status,
    /// The features of their team.
    pub team_features: Vec<String>,
    /// How many they are.
    pub people: i64,
}

impl Group {
    /// Whether its people belong into the WFM of a business unit.
    #[must_use]
    pub fn belongs(&self, unit: BusinessUnitId) -> bool {
        self.business_unit == unit && wfm::belongs(self.status, &self.team_features)
    }
}

/// Weighs what is due at a link, without reading the people one by one.
///
/// # Errors
/// When the database refuses.
pub fn weigh(tx: &mut Tx<'_>, link: WfmLinkId, now: Timestamp) -> Result<Load, StorageError> {
    let (link, now) = (link.to_string(), time::to_text(now));
    let due = tx.count(
        "select count(*) from due_mark where tenant_id = $1 and link_id = $2 and due_at <= $3",
        &[(&link).into(), (&now).into()],
    )?;
    // A cross join and a scalar subquery, so that no planner begins at the people or the standings, of which there are
    // many more.
    let present = tx.query(
        "select e.active, t.features, count(*), e.business_unit_id from due_mark m
         cross join employee e join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         where e.tenant_id = m.tenant_id and e.id = m.employee_id and m.tenant_id = $1 and m.link_id = $2 and m.due_at <= $3
         and ((select s.present from wfm_standing s where s.tenant_id = m.tenant_id and s.link_id = m.link_id
               and s.employee_id = m.employee_id) = true or m.sent is not null or m.disowned is not null)
         and (select count(*) from kept_agent k where k.tenant_id = m.tenant_id and k.link_id = m.link_id
              and k.employee_id = m.employee_id) = 0
         group by e.active, t.features, e.business_unit_id",
        &[(&link).into(), (&now).into()],
        read_group,
    )?;
    Ok(Load { due, present })
}

/// Reads whether they are active, the features of their team, how many they are, and their business unit.
pub(crate) fn read_group(row: &Row<'_>) -> Result<Group, StorageError> {
    Ok(Group {
        status: Status::from_active(row.flag(0)?),
        team_features: names(row.text(1)?, ("team", "features"))?,
        people: row.int(2)?,
        business_unit: row.parsed(3, ("employee", "business_unit_id"))?,
    })
}

/// Some people of a group that [`weigh`] told of, by id.
///
/// # Errors
/// When the database refuses.
pub fn list_group(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    group: &Group,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<EmployeeId>, StorageError> {
    tx.query(
        "select m.employee_id from due_mark m
         join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id
         join team t on t.tenant_id = e.tenant_id and t.id = e.team_id
         where m.tenant_id = $1 and m.link_id = $2 and m.due_at <= $3 and e.active = $4 and t.features = $5
         and e.business_unit_id = $6
         and ((select s.present from wfm_standing s where s.tenant_id = m.tenant_id and s.link_id = m.link_id
               and s.employee_id = m.employee_id) = true or m.sent is not null or m.disowned is not null)
         and (select count(*) from kept_agent k where k.tenant_id = m.tenant_id and k.link_id = m.link_id
              and k.employee_id = m.employee_id) = 0
         order by m.employee_id limit $7",
        &[
            (&link.to_string()).into(),
            (&time::to_text(now)).into(),
            group.status.is_active().into(),
            (&names_text(&group.team_features)).into(),
            (&group.business_unit.to_string()).into(),
            limit.into(),
        ],
        |row| row.parsed(0, ("due_mark", "employee_id")),
    )
}

/// How many people are due at a link, now or later.
///
/// # Errors
/// When the database refuses.
pub fn count(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from due_mark where tenant_id = $1 and link_id = $2",
        &[(&link.to_string()).into()],
    )
}

/// How many people are due, now or later, at each link of all tenants that has any.
///
/// # Errors
/// When the database refuses.
pub fn count_all(session: &mut Session<'_>) -> Result<Vec<(WfmLinkId, i64)>, StorageError> {
    // Tenant scope: installation
    session.query(
        "select link_id, count(*) from due_mark group by tenant_id, link_id",
        &[],
        |row| Ok((row.parsed(0, ("due_mark", "link_id"))?, row.int(1)?)),
    )
}

/// The moment at which the next mark of a link is due.
///
/// # Errors
/// When the database refuses.
pub fn next_due(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<Option<Timestamp>, StorageError> {
    tx.optional(
        "select due_at from due_mark where tenant_id = $1 and link_id = $2 order by due_at limit 1",
        &[(&link.to_string()).into()],
        |row| row.moment(0),
    )
}

/// A person's mark at a link, if they are due there.
///
/// # Errors
/// When the database refuses.
pub fn get(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    employee: EmployeeId,
) -> Result<Option<Mark>, StorageError> {
    tx.optional(
        "select generation, changed_at, attempts, due_at from due_mark
         where tenant_id = $1 and link_id = $2 and employee_id = $3",
        &[(&link.to_string()).into(), (&employee.to_string()).into()],
        |row| {
            Ok(Mark {
                employee,
                generation: row.int(0)?,
                changed_at: row.moment(1)?,
                attempts: row.int(2)?,
                due_at: row.moment(3)?,
            })
        },
    )
}
