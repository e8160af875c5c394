//! How far the reading of each link's schedules is, and which node does it.
//!
//! Apart from the link's own lease: reading schedules and writing people do not wait for each other. The epoch
//! is the fencing token, shown with everything that a holder writes.

use jiff::Timestamp;

use rollcall_domain::{TenantId, WfmLinkId, time};

use crate::error::StorageError;
use crate::row::Row;
use crate::session::Session;
use crate::tx::Tx;

/// What the reading of a link's schedules does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It reads everything, from the page that a cursor names, or from the first one.
    Reading(Option<String>),
    /// It has read everything, and forgets what was not found, behind an id.
    Sweeping(String),
    /// It follows the WFM's list of changes.
    Following,
}

/// How far the reading of a link's schedules is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// The link.
    pub link: WfmLinkId,
    /// The WFM and the acd that cursors are good for.
    pub origin: String,
    /// What comes next.
    pub stage: Stage,
    /// Where the changes go on.
    pub changes_cursor: Option<String>,
    /// How many whole reads have begun.
    pub read_number: i64,
    /// When the last whole read ended.
    pub read_at: Option<Timestamp>,
    /// When the reading was last up to date.
    pub pulled_at: Option<Timestamp>,
    /// When it goes on.
    pub next_at: Timestamp,
    /// How often in a row the WFM failed.
    pub failures: i64,
    /// Why it is behind.
    pub problem: Option<String>,
    /// Since when.
    pub problem_at: Option<Timestamp>,
    /// Activities since the last whole read began of which the person, or the time, was none that we know.
    pub unknown_agents: i64,
}

/// The right to go on with a link's reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullLease {
    holder: String,
    epoch: i64,
}

const COLUMNS: &str = "link_id, origin, stage, place, changes_cursor, read_number, read_at, pulled_at, next_at, failures, \
     problem, problem_at, unknown_agents";

/// How far a link's reading is; `None` when it never began.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<Option<Pull>, StorageError> {
    let sql =
        format!("select {COLUMNS} from wfm_schedule_pull where tenant_id = $1 and link_id = $2");
    tx.optional(&sql, &[(&link.to_string()).into()], read)
}

/// Takes a link's reading until a moment; `None` while another node has it. One that never began does so with a
/// whole read.
///
/// # Errors
/// When the database refuses.
pub fn take(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    holder: &str,
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<(PullLease, Pull)>, StorageError> {
    let (link_text, now_text) = (link.to_string(), time::to_text(now));
    tx.execute(
        "insert into wfm_schedule_pull (tenant_id, link_id, origin, stage, read_number, next_at, failures,
         unknown_agents, holder, epoch, lease_until)
         values ($1, $2, '', 'reading', 0, $3, 0, 0, '', 0, $3) on conflict (tenant_id, link_id) do nothing",
        &[(&link_text).into(), (&now_text).into()],
    )?;
    let epoch = tx.optional(
        "update wfm_schedule_pull set holder = $2, epoch = epoch + 1, lease_until = $3
         where tenant_id = $1 and link_id = $4 and lease_until <= $5 returning epoch",
        &[holder.into(), (&time::to_text(until)).into(), (&link_text).into(), (&now_text).into()],
        |row| row.int(0),
    )?;
    let (Some(epoch), Some(pull)) = (epoch, get(tx, link)?) else { return Ok(None) };
    Ok(Some((PullLease { holder: holder.to_owned(), epoch }, pull)))
}

/// Writes how far a reading is, and keeps it until a moment (now: gives it back). `false`: another node has it,
/// and nothing that belongs to this step may stay.
///
/// # Errors
/// When the database refuses.
pub fn save(
    tx: &mut Tx<'_>,
    lease: &PullLease,
    pull: &Pull,
    until: Timestamp,
) -> Result<bool, StorageError> {
    let (stage, place) = match &pull.stage {
        Stage::Reading(cursor) => ("reading", cursor.as_deref()),
        Stage::Sweeping(after) => ("sweeping", Some(after.as_str())),
        Stage::Following => ("following", None),
    };
    let written = tx.execute(
        "update wfm_schedule_pull set origin = $2, stage = $3, place = $4, changes_cursor = $5, read_number = $6,
         read_at = $7, pulled_at = $8, next_at = $9, failures = $10, problem = $11, problem_at = $12,
         unknown_agents = $13, lease_until = $14
         where tenant_id = $1 and link_id = $15 and holder = $16 and epoch = $17",
        &[
            (&pull.origin).into(),
            stage.into(),
            place.into(),
            pull.changes_cursor.as_ref().into(),
            pull.read_number.into(),
            pull.read_at.map(time::to_text).as_ref().into(),
            pull.pulled_at.map(time::to_text).as_ref().into(),
            (&time::to_text(pull.next_at)).into(),
            pull.failures.into(),
            pull.problem.as_ref().into(),
            pull.problem_at.map(time::to_text).as_ref().into(),
            pull.unknown_agents.into(),
            (&time::to_text(until)).into(),
            (&pull.link.to_string()).into(),
            (&lease.holder).into(),
            lease.epoch.into(),
        ],
    )?;
    Ok(written == 1)
}

/// Ends whatever hold there is on a link's reading: who had it is known to be gone.
///
/// # Errors
/// When the database refuses.
pub fn lapse(tx: &mut Tx<'_>, link: WfmLinkId, now: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "update wfm_schedule_pull set lease_until = $2 where tenant_id = $1 and link_id = $3 and lease_until > $2",
        &[(&time::to_text(now)).into(), (&link.to_string()).into()],
    )?;
    Ok(())
}

/// Lets a link's reading go on at once, where it waits.
///
/// # Errors
/// When the database refuses.
pub fn hurry(tx: &mut Tx<'_>, link: WfmLinkId, now: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "update wfm_schedule_pull set next_at = $2 where tenant_id = $1 and link_id = $3 and next_at > $2",
        &[(&time::to_text(now)).into(), (&link.to_string()).into()],
    )?;
    Ok(())
}

/// The links that are on and whose reading is to go on, of all tenants, those that wait longest first.
///
/// # Errors
/// When the database refuses.
pub fn list_due(
    session: &mut Session<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(TenantId, WfmLinkId)>, StorageError> {
    // Tenant scope: installation. The engine serves all tenants.
    session.query(
        "select w.tenant_id, w.id from wfm_link w
         left join wfm_schedule_pull p on p.tenant_id = w.tenant_id and p.link_id = w.id
         where w.enabled = true and (p.link_id is null or (p.next_at <= $1 and p.lease_until <= $1))
         order by coalesce(p.next_at, ''), w.id limit $2",
        &[(&time::to_text(now)).into(), limit.into()],
        |row| Ok((row.parsed(0, ("wfm_link", "tenant_id"))?, row.parsed(1, ("wfm_link", "id"))?)),
    )
}

/// When the reading of each link's schedules was last up to date, of all tenants; `None` before the first time. Links
/// whose reading never began are not among them.
///
/// # Errors
/// When the database refuses.
pub fn list_pulled(
    session: &mut Session<'_>,
) -> Result<Vec<(WfmLinkId, Option<Timestamp>)>, StorageError> {
    // Tenant scope: installation
    session.query(
        "select link_id, pulled_at from wfm_schedule_pull order by tenant_id, link_id",
        &[],
        |row| Ok((row.parsed(0, ("wfm_schedule_pull", "link_id"))?, row.moment_or_null(1)?)),
    )
}

fn read(row: &Row<'_>) -> Result<Pull, StorageError> {
    let stage = match (row.text(2)?, row.owned_or_null(3)?) {
        ("reading", place) => Stage::Reading(place),
        ("sweeping", Some(place)) => Stage::Sweeping(place),
        ("following", None) => Stage::Following,
        _ => {
            return Err(StorageError::Inconsistent {
                table: "wfm_schedule_pull",
                column: "stage",
                row: row.owned(0)?,
            });
        }
    };
    Ok(Pull {
        link: row.parsed(0, ("wfm_schedule_pull", "link_id"))?,
        origin: row.owned(1)?,
        stage,
        changes_cursor: row.owned_or_null(4)?,
        read_number: row.int(5)?,
        read_at: row.moment_or_null(6)?,
        pulled_at: row.moment_or_null(7)?,
        next_at: row.moment(8)?,
        failures: row.int(9)?,
        problem: row.owned_or_null(10)?,
        problem_at: row.moment_or_null(11)?,
        unknown_agents: row.int(12)?,
    })
}
