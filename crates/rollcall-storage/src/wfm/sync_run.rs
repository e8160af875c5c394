//! Runs: one pass over one WFM link, and what it did to whom.

use jiff::Timestamp;

use rollcall_domain::{EmployeeId, RunId, WfmLinkId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::tx::Tx;

/// A run. Causes: `event`, `schedule`, `comparison`, `approval`, `request`, `preview`. States: `running`, `done`, `failed`, `held`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncRun {
    /// Its id.
    pub id: RunId,
    /// The link.
    pub link: WfmLinkId,
    /// Why it began.
    pub cause: String,
    /// How far it is.
    pub state: String,
    /// Why it failed or was held.
    pub reason: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// What it counted so far.
    pub counts: RunCounts,
}

/// What a run counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// People that were due.
    pub due: i64,
    /// Of whom the WFM held the right values already.
    pub unchanged: i64,
    /// Who came with mu 1.
    pub arrived: i64,
    /// Whose values were written.
    pub updated: i64,
    /// Who went to mu 2.
    pub departed: i64,
    /// Of whom the WFM refused the values.
    pub failed: i64,
    /// Calls to the WFM.
    pub remote_calls: i64,
    /// The median of milliseconds from our commit to the WFM's confirmation.
    pub lag_p50_ms: Option<i64>,
    /// The largest of them.
    pub lag_max_ms: Option<i64>,
}

/// What a run did to one person. Steps: `arrive`, `update`, `depart`; results: `done`, `failed`,
/// `held`, `planned` (in a preview).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncOutcome {
    /// The person.
    pub employee: EmployeeId,
    /// When.
    pub at: Timestamp,
    /// What was to be done.
    pub step: String,
    /// What became of it.
    pub result: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// Milliseconds from our commit to the WFM's confirmation.
    pub lag_ms: Option<i64>,
}

/// An outcome with the name of its person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedOutcome {
    /// The outcome.
    pub outcome: SyncOutcome,
    /// First and last name.
    pub name: String,
    /// The agent number by which the WFM of the run's link knows them: of who left its business unit, the one from there.
    pub agent_number: i64,
}

/// As many people a held run names at the most.
pub const HELD_NAMED_MAX: i64 = 10_000;

const COLUMNS: &str = "select id, link_id, cause, state, reason, started_at, finished_at, due, unchanged, arrived, \
     updated, departed, failed, remote_calls, lag_p50_ms, lag_max_ms from sync_run";

/// Adds a run, or writes what became of it since.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, run: &SyncRun) -> Result<(), StorageError> {
    save_all(tx, std::slice::from_ref(run))
}

/// The same for several runs.
///
/// # Errors
/// When the database refuses.
pub fn save_all(tx: &mut Tx<'_>, runs: &[SyncRun]) -> Result<(), StorageError> {
    let texts: Vec<Texts> = runs.iter().map(Texts::of).collect();
    let rows: Vec<_> = runs.iter().zip(&texts).map(|(run, texts)| texts.row(run)).collect();
    tx.execute_rows(
        |rows| {
            format!(
                "insert into sync_run (tenant_id, id, link_id, cause, state, reason, started_at, finished_at, due,
                 unchanged, arrived, updated, departed, failed, remote_calls, lag_p50_ms, lag_max_ms)
                 values {rows}
                 on conflict (tenant_id, id) do update set state = excluded.state, reason = excluded.reason,
                 finished_at = excluded.finished_at, due = excluded.due, unchanged = excluded.unchanged,
                 arrived = excluded.arrived, updated = excluded.updated, departed = excluded.departed,
                 failed = excluded.failed, remote_calls = excluded.remote_calls,
                 lag_p50_ms = excluded.lag_p50_ms, lag_max_ms = excluded.lag_max_ms"
            )
        },
        &rows,
    )?;
    tx.change(Change::Runs);
    Ok(())
}

/// The texts of a run, as long as a statement needs them.
struct Texts {
    id: String,
    link: String,
    started_at: String,
    finished_at: Option<String>,
}

impl Texts {
    fn of(run: &SyncRun) -> Self {
        Self {
            id: run.id.to_string(),
            link: run.link.to_string(),
            started_at: time::to_text(run.started_at),
            finished_at: run.finished_at.map(time::to_text),
        }
    }

    fn row<'v>(&'v self, run: &'v SyncRun) -> [Value<'v>; 16] {
        let counts = &run.counts;
        [
            (&self.id).into(),
            (&self.link).into(),
            (&run.cause).into(),
            (&run.state).into(),
            run.reason.as_ref().into(),
            (&self.started_at).into(),
            self.finished_at.as_ref().into(),
            counts.due.into(),
            counts.unchanged.into(),
            counts.arrived.into(),
            counts.updated.into(),
            counts.departed.into(),
            counts.failed.into(),
            counts.remote_calls.into(),
            counts.lag_p50_ms.into(),
            counts.lag_max_ms.into(),
        ]
    }
}

/// Adds what a run did to people, or what became of it since.
///
/// # Errors
/// When the database refuses.
pub fn save_outcomes(
    tx: &mut Tx<'_>,
    run: RunId,
    outcomes: &[SyncOutcome],
) -> Result<(), StorageError> {
    let run = run.to_string();
    let texts: Vec<(String, String)> =
        outcomes.iter().map(|it| (it.employee.to_string(), time::to_text(it.at))).collect();
    let rows: Vec<[Value<'_>; 7]> = outcomes
        .iter()
        .zip(&texts)
        .map(|(outcome, (employee, at))| {
            [
                (&run).into(),
                employee.into(),
                at.into(),
                (&outcome.step).into(),
                (&outcome.result).into(),
                outcome.reason.as_ref().into(),
                outcome.lag_ms.into(),
            ]
        })
        .collect();
    tx.execute_each(
        "insert into sync_outcome (tenant_id, run_id, employee_id, at, step, result, reason, lag_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, run_id, employee_id) do update set at = excluded.at, step = excluded.step,
         result = excluded.result, reason = excluded.reason, lag_ms = excluded.lag_ms",
        &rows,
    )
}

/// One run.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, id: RunId) -> Result<Option<SyncRun>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and id = $2");
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// The runs of a link, newest first, older than one.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    before: Option<RunId>,
    limit: i64,
) -> Result<Vec<SyncRun>, StorageError> {
    let before = before.map_or_else(|| "~".to_owned(), |id| id.to_string());
    let sql = format!(
        "{COLUMNS} where tenant_id = $1 and link_id = $2 and id < $3 order by id desc limit $4"
    );
    tx.query(&sql, &[(&link.to_string()).into(), (&before).into(), limit.into()], read)
}

/// When the last run of a link ended that called its WFM and was answered.
///
/// # Errors
/// When the database refuses.
pub fn last_answered(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<Option<Timestamp>, StorageError> {
    let found = tx.optional(
        "select finished_at from sync_run where tenant_id = $1 and link_id = $2 and state = 'done'
         and remote_calls > 0 and finished_at is not null order by id desc limit 1",
        &[(&link.to_string()).into()],
        |row| row.moment_or_null(0),
    )?;
    Ok(found.flatten())
}

/// The held run of a link that names whom a held run would move: that run itself, or the last one before it that names
/// somebody, where it found the same people. Agents whom nobody here knows are named by its findings. `None` for the
/// newest held run.
///
/// # Errors
/// When the database refuses.
pub fn find_naming(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    run: Option<RunId>,
) -> Result<Option<RunId>, StorageError> {
    let run = run.map_or_else(|| "~".to_owned(), |id| id.to_string());
    tx.optional(
        "select r.id from sync_run r where r.tenant_id = $1 and r.link_id = $2 and r.id <= $3 and r.state = 'held'
         and ((select min(o.employee_id) from sync_outcome o where o.tenant_id = r.tenant_id and o.run_id = r.id)
         is not null or (select min(d.position) from sync_drift d where d.tenant_id = r.tenant_id
         and d.run_id = r.id and d.kind in ('stray', 'duplicate')) is not null) order by r.id desc limit 1",
        &[(&link.to_string()).into(), (&run).into()],
        |row| row.parsed(0, ("sync_run", "id")),
    )
}

/// The runs that say they are running: after a crash, the ones that nobody will end.
///
/// # Errors
/// When the database refuses.
pub fn list_running(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<Vec<SyncRun>, StorageError> {
    let sql = format!(
        "{COLUMNS} where tenant_id = $1 and link_id = $2 and state = 'running' order by id"
    );
    tx.query(&sql, &[(&link.to_string()).into()], read)
}

/// The links of which a run says that it is running.
///
/// # Errors
/// When the database refuses.
pub fn list_running_links(tx: &mut Tx<'_>) -> Result<Vec<WfmLinkId>, StorageError> {
    tx.query(
        "select link_id from sync_run where tenant_id = $1 and state = 'running'",
        &[],
        |row| row.parsed(0, ("sync_run", "link_id")),
    )
}

/// What a run did, by person, after one person; `result` empty for any.
///
/// # Errors
/// When the database refuses.
pub fn list_outcomes(
    tx: &mut Tx<'_>,
    run: RunId,
    result: &str,
    after: Option<EmployeeId>,
    limit: i64,
) -> Result<Vec<NamedOutcome>, StorageError> {
    tx.query(
        "select o.employee_id, o.at, o.step, o.result, o.reason, o.lag_ms, e.first_name, e.last_name,
         coalesce((select f.agent_number from former_agent f where f.tenant_id = o.tenant_id
          and f.employee_id = o.employee_id and f.business_unit_id = (select w.business_unit_id from sync_run r
           join wfm_link w on w.tenant_id = r.tenant_id and w.id = r.link_id where r.tenant_id = $1 and r.id = $2)),
          e.agent_number)
         from sync_outcome o join employee e on e.tenant_id = o.tenant_id and e.id = o.employee_id
         where o.tenant_id = $1 and o.run_id = $2 and ($3 = '' or o.result = $3) and o.employee_id > $4
         order by o.employee_id limit $5",
        &[
            (&run.to_string()).into(),
            result.into(),
            (&after.map_or_else(String::new, |id| id.to_string())).into(),
            limit.into(),
        ],
        |row| {
            let outcome = SyncOutcome {
                employee: row.parsed(0, ("sync_outcome", "employee_id"))?,
                at: row.moment(1)?,
                step: row.owned(2)?,
                result: row.owned(3)?,
                reason: row.owned_or_null(4)?,
                lag_ms: row.int_or_null(5)?,
            };
            Ok(NamedOutcome {
                outcome,
                name: format!("{} {}", row.text(6)?, row.text(7)?),
                agent_number: row.int(8)?,
            })
        },
    )
}

/// The lags of a link since a run, smallest first; of more than 10,000 those of the latest runs.
///
/// # Errors
/// When the database refuses.
pub fn list_lags(tx: &mut Tx<'_>, link: WfmLinkId, since: RunId) -> Result<Vec<i64>, StorageError> {
    let mut lags = tx.query(
        "select o.lag_ms from sync_run r
         join sync_outcome o on o.tenant_id = r.tenant_id and o.run_id = r.id
         where r.tenant_id = $1 and r.link_id = $2 and r.id >= $3 and o.lag_ms is not null
         order by r.id desc limit 10000",
        &[(&link.to_string()).into(), (&since.to_string()).into()],
        |row| row.int(0),
    )?;
    lags.sort_unstable();
    Ok(lags)
}

/// How many people were written to WFMs from one run's id to another's (ids are in their order).
///
/// # Errors
/// When the database refuses.
pub fn count_written(tx: &mut Tx<'_>, from: RunId, to: RunId) -> Result<i64, StorageError> {
    tx.count(
        // PostgreSQL sums bigints to a numeric.
        "select cast(coalesce(sum(arrived + updated + departed), 0) as bigint) from sync_run
         where tenant_id = $1 and id >= $2 and id < $3 and cause <> 'preview'",
        &[(&from.to_string()).into(), (&to.to_string()).into()],
    )
}

fn read(row: &Row<'_>) -> Result<SyncRun, StorageError> {
    Ok(SyncRun {
        id: row.parsed(0, ("sync_run", "id"))?,
        link: row.parsed(1, ("sync_run", "link_id"))?,
        cause: row.owned(2)?,
        state: row.owned(3)?,
        reason: row.owned_or_null(4)?,
        started_at: row.moment(5)?,
        finished_at: row.moment_or_null(6)?,
        counts: RunCounts {
            due: row.int(7)?,
            unchanged: row.int(8)?,
            arrived: row.int(9)?,
            updated: row.int(10)?,
            departed: row.int(11)?,
            failed: row.int(12)?,
            remote_calls: row.int(13)?,
            lag_p50_ms: row.int_or_null(14)?,
            lag_max_ms: row.int_or_null(15)?,
        },
    })
}
