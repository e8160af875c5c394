//! Marking everyone of a link's business unit as due: a page at a time, since they may be a million. How far it got
//! stands with the link, so that what one process begins another ends.

use jiff::Timestamp;
use rollcall_domain::{EmployeeId, TenantId, WfmLinkId};

use crate::error::StorageError;
use crate::session::Session;
use crate::tx::Tx;
use crate::wfm::outbox;

/// As many people are marked in one transaction.
const PAGE: i64 = 1_000;

/// Begins it, in the transaction of the change that concerns everyone.
///
/// # Errors
/// When the database refuses.
pub fn begin(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<(), StorageError> {
    save(tx, link, Some(""))?;
    tx.due();
    Ok(())
}

/// Marks the next page; tells whether there is more to mark. Where nothing was begun, nothing is done.
///
/// # Errors
/// When the database refuses.
pub fn next(tx: &mut Tx<'_>, link: WfmLinkId, now: Timestamp) -> Result<bool, StorageError> {
    let after: Option<Option<EmployeeId>> = tx.optional(
        "select marking from wfm_link where tenant_id = $1 and id = $2 and marking is not null",
        &[(&link.to_string()).into()],
        |row| match row.text(0)? {
            "" => Ok(None),
            _ => row.parsed(0, ("wfm_link", "marking")).map(Some),
        },
    )?;
    let Some(after) = after else { return Ok(false) };
    let last = outbox::mark_page(tx, link, after, PAGE, now)?;
    save(tx, link, last.map(|id| id.to_string()).as_deref())?;
    Ok(last.is_some())
}

/// The links at which it was begun and did not end, of all tenants.
///
/// # Errors
/// When the database refuses.
pub fn list_all(session: &mut Session<'_>) -> Result<Vec<(TenantId, WfmLinkId)>, StorageError> {
    // Tenant scope: installation
    session.query("select tenant_id, id from wfm_link where marking is not null", &[], |row| {
        Ok((row.parsed(0, ("wfm_link", "tenant_id"))?, row.parsed(1, ("wfm_link", "id"))?))
    })
}

fn save(tx: &mut Tx<'_>, link: WfmLinkId, marking: Option<&str>) -> Result<(), StorageError> {
    tx.execute(
        "update wfm_link set marking = $2 where tenant_id = $1 and id = $3",
        &[marking.into(), (&link.to_string()).into()],
    )?;
    Ok(())
}
