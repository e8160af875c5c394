//! Feeds of real-time states: which links tell their WFM what people do, who tells it, and how that goes.
//!
//! One node at a time tells a link's states. The epoch is the fencing token: it is counted up at each change of
//! hands, and whoever notes what was sent shows theirs in the same transaction.

use jiff::Timestamp;

use rollcall_domain::{TenantId, WfmLinkId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::session::Session;
use crate::tx::Tx;

/// A link's feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealTimeFeed {
    /// The link.
    pub link: WfmLinkId,
    /// Whether it is on.
    pub enabled: bool,
    /// The address below which the WFM takes states.
    pub base_url: String,
    /// By which name the WFM knows this source.
    pub source_id: String,
    /// The key that it expects, sealed.
    pub authentication_key_sealed: String,
    /// Whether the last call failed.
    pub failing: bool,
    /// Why.
    pub problem: Option<String>,
    /// Since when it is so.
    pub health_since: Timestamp,
    /// When the last snapshot was taken.
    pub snapshot_at: Option<Timestamp>,
    /// When the last states were taken.
    pub sent_at: Option<Timestamp>,
}

/// A feed that this holder tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLease {
    /// The link.
    pub link: WfmLinkId,
    /// Who holds it.
    pub holder: String,
    /// The fencing token.
    pub epoch: i64,
}

const COLUMNS: &str = "link_id, enabled, base_url, source_id, authentication_key_sealed, failing, problem, health_since, \
     snapshot_at, sent_at";

/// Writes the settings of a feed. Its health begins anew.
///
/// # Errors
/// When the database refuses.
pub fn save_settings(tx: &mut Tx<'_>, feed: &RealTimeFeed) -> Result<(), StorageError> {
    tx.execute(
        "insert into real_time_feed (tenant_id, link_id, enabled, base_url, source_id, authentication_key_sealed,
         failing, health_since, epoch) values ($1, $2, $3, $4, $5, $6, false, $7, 0)
         on conflict (tenant_id, link_id) do update set enabled = excluded.enabled, base_url = excluded.base_url,
         source_id = excluded.source_id, authentication_key_sealed = excluded.authentication_key_sealed,
         failing = false, problem = null, health_since = excluded.health_since, expires_at = null",
        &[
            (&feed.link.to_string()).into(),
            feed.enabled.into(),
            (&feed.base_url).into(),
            (&feed.source_id).into(),
            (&feed.authentication_key_sealed).into(),
            (&time::to_text(feed.health_since)).into(),
        ],
    )?;
    tx.change(Change::Health);
    Ok(())
}

/// The feed of a link; `None` where nobody ever made one.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<Option<RealTimeFeed>, StorageError> {
    let sql = format!("select {COLUMNS} from real_time_feed where tenant_id = $1 and link_id = $2");
    tx.optional(&sql, &[(&link.to_string()).into()], |row| read(row, 0))
}

/// The feeds that are on, of all tenants, with the links whose synchronization is on.
///
/// # Errors
/// When the database refuses.
pub fn list_enabled(
    session: &mut Session<'_>,
) -> Result<Vec<(TenantId, RealTimeFeed)>, StorageError> {
    let columns: Vec<String> =
        COLUMNS.split(", ").map(|name| format!("f.{}", name.trim())).collect();
    let sql = format!(
        // Tenant scope: installation
        "select f.tenant_id, {} from real_time_feed f
         join wfm_link l on l.tenant_id = f.tenant_id and l.id = f.link_id
         where f.enabled = true and l.enabled = true order by f.tenant_id, f.link_id",
        columns.join(", ")
    );
    session.query(&sql, &[], |row| {
        Ok((row.parsed(0, ("real_time_feed", "tenant_id"))?, read(row, 1)?))
    })
}

/// Takes a feed, or lengthens the time for which the holder has it; `None` while another has it. A new epoch
/// says that it changed hands.
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
        "select holder, epoch, expires_at from real_time_feed where tenant_id = $1 and link_id = $2",
        &[(&link_text).into()],
        |row| Ok((row.owned_or_null(0)?, row.int(1)?, row.owned_or_null(2)?)),
    )?;
    let Some((present, epoch, expires_at)) = found else { return Ok(None) };
    let is_taken = expires_at.is_some_and(|end| end > now);
    let is_own = is_taken && present.as_deref() == Some(holder);
    if is_taken && !is_own {
        return Ok(None);
    }
    // A holder whose time ran out begins anew: another may have been there in between.
    let epoch = if is_own { epoch } else { epoch + 1 };
    tx.execute(
        "update real_time_feed set holder = $2, epoch = $3, expires_at = $4 where tenant_id = $1 and link_id = $5",
        &[holder.into(), epoch.into(), (&until).into(), (&link_text).into()],
    )?;
    Ok(Some(FeedLease { link, holder: holder.to_owned(), epoch }))
}

/// Whether a feed is still the holder's. To be asked in the transaction that it protects.
///
/// # Errors
/// When the database refuses.
pub fn stands(tx: &mut Tx<'_>, lease: &FeedLease) -> Result<bool, StorageError> {
    let found = tx.count(
        "select count(*) from real_time_feed where tenant_id = $1 and link_id = $2 and holder = $3 and epoch = $4",
        &[(&lease.link.to_string()).into(), (&lease.holder).into(), lease.epoch.into()],
    )?;
    Ok(found == 1)
}

/// Gives a feed back, so that another need not wait for the end of its time.
///
/// # Errors
/// When the database refuses.
pub fn release(tx: &mut Tx<'_>, lease: &FeedLease) -> Result<(), StorageError> {
    tx.execute(
        "update real_time_feed set expires_at = null
         where tenant_id = $1 and link_id = $2 and holder = $3 and epoch = $4",
        &[(&lease.link.to_string()).into(), (&lease.holder).into(), lease.epoch.into()],
    )?;
    Ok(())
}

/// Ends whatever hold there is on a feed: its holder is known to be gone.
///
/// # Errors
/// When the database refuses.
pub fn lapse(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<(), StorageError> {
    tx.execute(
        "update real_time_feed set expires_at = null where tenant_id = $1 and link_id = $2",
        &[(&link.to_string()).into()],
    )?;
    Ok(())
}

/// Writes how a feed is doing.
///
/// # Errors
/// When the database refuses.
pub fn save_state(tx: &mut Tx<'_>, feed: &RealTimeFeed) -> Result<(), StorageError> {
    let before = get(tx, feed.link)?;
    let is_news = |before: RealTimeFeed| {
        before.failing != feed.failing || before.snapshot_at != feed.snapshot_at
    };
    // Not each state that is sent: pages would ask again all the time.
    if before.is_some_and(is_news) {
        tx.change(Change::Health);
    }
    tx.execute(
        "update real_time_feed set failing = $2, problem = $3, health_since = $4, snapshot_at = $5, sent_at = $6
         where tenant_id = $1 and link_id = $7",
        &[
            feed.failing.into(),
            feed.problem.as_ref().into(),
            (&time::to_text(feed.health_since)).into(),
            feed.snapshot_at.map(time::to_text).as_ref().into(),
            feed.sent_at.map(time::to_text).as_ref().into(),
            (&feed.link.to_string()).into(),
        ],
    )?;
    Ok(())
}

fn read(row: &Row<'_>, first: usize) -> Result<RealTimeFeed, StorageError> {
    Ok(RealTimeFeed {
        link: row.parsed(first, ("real_time_feed", "link_id"))?,
        enabled: row.flag(first + 1)?,
        base_url: row.owned(first + 2)?,
        source_id: row.owned(first + 3)?,
        authentication_key_sealed: row.owned(first + 4)?,
        failing: row.flag(first + 5)?,
        problem: row.owned_or_null(first + 6)?,
        health_since: row.moment(first + 7)?,
        snapshot_at: row.moment_or_null(first + 8)?,
        sent_at: row.moment_or_null(first + 9)?,
    })
}
