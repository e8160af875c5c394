//! Removing a link over which nothing was ever sent. What a WFM holds because of a link is never forgotten here: such a
//! link stays.

use rollcall_domain::WfmLinkId;

use crate::effect::Change;
use crate::error::StorageError;
use crate::tx::Tx;

/// What there can be of a link, its runs before it.
const OF_RUNS: [&str; 2] = ["sync_outcome", "sync_drift"];
const OF_LINK: [&str; 13] = [
    "sync_run",
    "due_mark",
    "link_lease",
    "wfm_standing",
    "kept_agent",
    "wfm_notice",
    "wfm_activity",
    "wfm_schedule_pull",
    "history_feed",
    "interval_mark",
    "interval_delivery",
    "real_time_feed",
    "sent_state",
];

/// What says that something was sent, or may have been: people whom the WFM confirmed, whatever was on its way to it, and
/// strays, intervals and states.
const TRACES: [&str; 6] = [
    "wfm_standing where tenant_id = $1 and link_id = $2 and confirmed_at is not null",
    "due_mark where tenant_id = $1 and link_id = $2 and (sent is not null or disowned is not null)",
    "sync_run where tenant_id = $1 and link_id = $2 and arrived + updated + departed > 0",
    "interval_delivery where tenant_id = $1 and link_id = $2",
    "real_time_feed where tenant_id = $1 and link_id = $2 and (snapshot_at is not null or sent_at is not null)",
    "sent_state where tenant_id = $1 and link_id = $2",
];

/// Whether the WFM of a link was ever sent anything, or may have been.
///
/// # Errors
/// When the database refuses.
pub fn has_sent(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<bool, StorageError> {
    let link = link.to_string();
    for trace in TRACES {
        if tx.count(&format!("select count(*) from {trace}"), &[(&link).into()])? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes a link with everything that is kept of it. The audit log stays.
///
/// # Errors
/// When the database refuses.
pub fn delete(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<(), StorageError> {
    let link = link.to_string();
    for table in OF_RUNS {
        let sql = format!(
            "delete from {table} where tenant_id = $1 and run_id in
             (select id from sync_run where tenant_id = $1 and link_id = $2)"
        );
        tx.execute(&sql, &[(&link).into()])?;
    }
    for table in OF_LINK {
        let sql = format!("delete from {table} where tenant_id = $1 and link_id = $2");
        tx.execute(&sql, &[(&link).into()])?;
    }
    tx.execute("delete from wfm_link where tenant_id = $1 and id = $2", &[(&link).into()])?;
    tx.change(Change::Health);
    tx.change(Change::Runs);
    Ok(())
}
