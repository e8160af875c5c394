//! History feeds: whether and how a WFM link is told of intervals, how far that has come, and who does it now.
//!
//! The lease works as that of [`crate::wfm::link_lease`]: its epoch is the fencing token, and whoever settles shows it
//! in the same transaction.

use jiff::Timestamp;
use jiff::civil::Date;

use rollcall_domain::interval::queue::Thresholds;
use rollcall_domain::{BusinessUnitId, TenantId, WfmLinkId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::session::Session;
use crate::tx::Tx;

/// A feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryFeed {
    /// The link.
    pub link: WfmLinkId,
    /// The link's business unit.
    pub unit: BusinessUnitId,
    /// Whether it is on.
    pub enabled: bool,
    /// The name of the time zone in which days begin.
    pub time_zone: String,
    /// An interval is sent so many seconds after its end.
    pub settle_s: i64,
    /// From how long a wait in a queue is something else.
    pub thresholds: Thresholds,
    /// Intervals that end until then were marked.
    pub marked_until: Timestamp,
    /// The last local day that was marked again as a whole.
    pub rebuilt_day: Date,
    /// Calls that failed since the last one that went well.
    pub failures: i64,
    /// Why it does not go well.
    pub problem: Option<String>,
    /// Since when.
    pub problem_at: Option<Timestamp>,
    /// Nothing is sent before.
    pub next_at: Timestamp,
    /// When something was sent last.
    pub sent_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A lease on a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLease {
    /// The link.
    pub link: WfmLinkId,
    holder: String,
    epoch: i64,
}

const COLUMNS: &str = "f.link_id, w.business_unit_id, f.enabled, f.time_zone, f.settle_s, f.service_level_s, \
     f.short_abandon_s, f.marked_until, f.rebuilt_day, f.failures, f.problem, f.problem_at, f.next_at, f.sent_at, \
     f.created_at, f.tenant_id";

/// Makes a feed, or changes the settings of the one that is there; how far it has come stays then.
///
/// # Errors
/// When the database refuses.
pub fn save_settings(tx: &mut Tx<'_>, feed: &HistoryFeed) -> Result<(), StorageError> {
    tx.execute(
        "insert into history_feed (tenant_id, link_id, enabled, time_zone, settle_s, service_level_s,
         short_abandon_s, marked_until, rebuilt_day, holder, epoch, expires_at, failures, next_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', 0, '', 0, $10, $10)
         on conflict (tenant_id, link_id) do update set enabled = excluded.enabled,
         time_zone = excluded.time_zone, settle_s = excluded.settle_s, service_level_s = excluded.service_level_s,
         short_abandon_s = excluded.short_abandon_s, next_at = excluded.next_at, failures = 0",
        &[
            (&feed.link.to_string()).into(),
            feed.enabled.into(),
            (&feed.time_zone).into(),
            feed.settle_s.into(),
            feed.thresholds.service_level_s.into(),
            feed.thresholds.short_abandon_s.into(),
            (&time::to_text(feed.marked_until)).into(),
            (&feed.rebuilt_day.to_string()).into(),
            (&time::to_text(feed.next_at)).into(),
        ],
    )?;
    tx.change(Change::Health);
    Ok(())
}

/// Writes how far a feed has come and how it does.
///
/// # Errors
/// When the database refuses.
pub fn save_state(tx: &mut Tx<'_>, feed: &HistoryFeed) -> Result<(), StorageError> {
    tx.execute(
        "update history_feed set marked_until = $2, rebuilt_day = $3, failures = $4, problem = $5, problem_at = $6,
         next_at = $7, sent_at = $8 where tenant_id = $1 and link_id = $9",
        &[
            (&time::to_text(feed.marked_until)).into(),
            (&feed.rebuilt_day.to_string()).into(),
            feed.failures.into(),
            feed.problem.as_ref().into(),
            feed.problem_at.map(time::to_text).as_ref().into(),
            (&time::to_text(feed.next_at)).into(),
            feed.sent_at.map(time::to_text).as_ref().into(),
            (&feed.link.to_string()).into(),
        ],
    )?;
    tx.change(Change::Health);
    Ok(())
}

/// The feed of a link.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<Option<HistoryFeed>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from history_feed f join wfm_link w on w.tenant_id = f.tenant_id and w.id = f.link_id
         where f.tenant_id = $1 and f.link_id = $2"
    );
    tx.optional(&sql, &[(&link.to_string()).into()], read)
}

/// The feeds of all tenants that are on: the engine's list of what to serve.
///
/// # Errors
/// When the database refuses.
pub fn list_all(session: &mut Session<'_>) -> Result<Vec<(TenantId, HistoryFeed)>, StorageError> {
    // Tenant scope: installation
    let sql = format!(
        "select {COLUMNS} from history_feed f join wfm_link w on w.tenant_id = f.tenant_id and w.id = f.link_id
         where f.enabled = $1 order by f.tenant_id, f.link_id"
    );
    session.query(&sql, &[true.into()], |row| {
        Ok((row.parsed(15, ("history_feed", "tenant_id"))?, read(row)?))
    })
}

/// Takes the lease, or lengthens one that the holder has; `None` while another holds it, and where there is no
/// feed.
///
/// # Errors
/// When the database refuses.
pub fn take(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    holder: &str,
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<FeedLease>, StorageError> {
    let (link_text, now, until) = (link.to_string(), time::to_text(now), time::to_text(until));
    let found = tx.optional(
        "select holder, epoch, expires_at from history_feed where tenant_id = $1 and link_id = $2",
        &[(&link_text).into()],
        |row| Ok((row.owned(0)?, row.int(1)?, row.owned(2)?)),
    )?;
    let Some((present, epoch, expires_at)) = found else { return Ok(None) };
    if present != holder && expires_at > now {
        return Ok(None);
    }
    let epoch = if present == holder { epoch } else { epoch + 1 };
    tx.execute(
        "update history_feed set holder = $2, epoch = $3, expires_at = $4 where tenant_id = $1 and link_id = $5",
        &[holder.into(), epoch.into(), (&until).into(), (&link_text).into()],
    )?;
    Ok(Some(FeedLease { link, holder: holder.to_owned(), epoch }))
}

/// Whether a lease still stands. To be asked in the transaction that it protects.
///
/// # Errors
/// When the database refuses.
pub fn stands(tx: &mut Tx<'_>, lease: &FeedLease) -> Result<bool, StorageError> {
    let found = tx.count(
        "select count(*) from history_feed where tenant_id = $1 and link_id = $2 and holder = $3 and epoch = $4",
        &[(&lease.link.to_string()).into(), (&lease.holder).into(), lease.epoch.into()],
    )?;
    Ok(found == 1)
}

/// Gives a lease back, so that another need not wait for its end.
///
/// # Errors
/// When the database refuses.
pub fn release(tx: &mut Tx<'_>, lease: &FeedLease) -> Result<(), StorageError> {
    tx.execute(
        "update history_feed set expires_at = '' where tenant_id = $1 and link_id = $2 and holder = $3 and epoch = $4",
        &[(&lease.link.to_string()).into(), (&lease.holder).into(), lease.epoch.into()],
    )?;
    Ok(())
}

/// Ends whatever leases there are: their holders are known to be gone. Should one live after all, the next epoch
/// keeps it from settling.
///
/// # Errors
/// When the database refuses.
pub fn lapse(session: &mut Session<'_>) -> Result<(), StorageError> {
    // Tenant scope: installation
    session.execute("update history_feed set expires_at = $1", &["".into()])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<HistoryFeed, StorageError> {
    Ok(HistoryFeed {
        link: row.parsed(0, ("history_feed", "link_id"))?,
        unit: row.parsed(1, ("wfm_link", "business_unit_id"))?,
        enabled: row.flag(2)?,
        time_zone: row.owned(3)?,
        settle_s: row.int(4)?,
        thresholds: Thresholds { service_level_s: row.int(5)?, short_abandon_s: row.int(6)? },
        marked_until: row.moment(7)?,
        rebuilt_day: row.parsed(8, ("history_feed", "rebuilt_day"))?,
        failures: row.int(9)?,
        problem: row.owned_or_null(10)?,
        problem_at: row.moment_or_null(11)?,
        next_at: row.moment(12)?,
        sent_at: row.moment_or_null(13)?,
        created_at: row.moment(14)?,
    })
}
