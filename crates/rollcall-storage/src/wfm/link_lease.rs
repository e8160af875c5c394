//! Leases: one worker at a time for a link, on however many nodes.
//!
//! The epoch is the fencing token: it is counted up at each change of hands, and whoever settles shows
//! theirs in the same transaction. A worker that slept through its lease settles nothing.

use jiff::Timestamp;

use rollcall_domain::{WfmLinkId, time};

use crate::error::StorageError;
use crate::session::Session;
use crate::tx::Tx;

/// A lease that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The link.
    pub link: WfmLinkId,
    /// Who holds it: one worker of one process.
    pub holder: String,
    /// The fencing token.
    pub epoch: i64,
}

/// Takes the lease, or lengthens one that the holder has; `None` while another holds it.
///
/// # Errors
/// When the database refuses.
pub fn take(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Lease>, StorageError> {
    let (link_text, now, until) = (link.to_string(), time::to_text(now), time::to_text(until));
    let found = tx.optional(
        "select holder, epoch, expires_at from link_lease where tenant_id = $1 and link_id = $2",
        &[(&link_text).into()],
        |row| Ok((row.owned(0)?, row.int(1)?, row.owned(2)?)),
    )?;
    let lease = |epoch| Lease { link, holder: holder.to_owned(), epoch };
    let Some((present, epoch, expires_at)) = found else {
        tx.execute(
            "insert into link_lease (tenant_id, link_id, holder, epoch, expires_at) values ($1, $2, $3, 1, $4)",
            &[(&link_text).into(), holder.into(), (&until).into()],
        )?;
        return Ok(Some(lease(1)));
    };
    if present != holder && expires_at > now {
        return Ok(None);
    }
    let epoch = if present == holder { epoch } else { epoch + 1 };
    tx.execute(
        "update link_lease set holder = $2, epoch = $3, expires_at = $4 where tenant_id = $1 and link_id = $5",
        &[holder.into(), epoch.into(), (&until).into(), (&link_text).into()],
    )?;
    Ok(Some(lease(epoch)))
}

/// Whether a lease still stands. To be asked in the transaction that it protects.
///
/// # Errors
/// When the database refuses.
pub fn stands(tx: &mut Tx<'_>, lease: &Lease) -> Result<bool, StorageError> {
    let found = tx.count(
        "select count(*) from link_lease where tenant_id = $1 and link_id = $2 and holder = $3 and epoch = $4",
        &[(&lease.link.to_string()).into(), (&lease.holder).into(), lease.epoch.into()],
    )?;
    Ok(found == 1)
}

/// Gives a lease back, so that another need not wait for its end.
///
/// # Errors
/// When the database refuses.
pub fn release(tx: &mut Tx<'_>, lease: &Lease, now: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "update link_lease set expires_at = $2 where tenant_id = $1 and link_id = $3 and holder = $4 and epoch = $5",
        &[
            (&time::to_text(now)).into(),
            (&lease.link.to_string()).into(),
            (&lease.holder).into(),
            lease.epoch.into(),
        ],
    )?;
    Ok(())
}

/// The links on which another holder has a lease at a moment.
///
/// # Errors
/// When the database refuses.
pub fn list_of_others(
    tx: &mut Tx<'_>,
    holder: &str,
    now: Timestamp,
) -> Result<Vec<WfmLinkId>, StorageError> {
    tx.query(
        "select link_id from link_lease where tenant_id = $1 and holder <> $2 and expires_at > $3",
        &[holder.into(), (&time::to_text(now)).into()],
        |row| row.parsed(0, ("link_lease", "link_id")),
    )
}

/// Ends whatever leases there are on links of whichever tenant: their holders are known to be gone. Should one
/// live after all, the next epoch keeps it from settling.
///
/// # Errors
/// When the database refuses.
pub fn lapse_all(session: &mut Session<'_>, now: Timestamp) -> Result<(), StorageError> {
    let now = time::to_text(now);
    // Tenant scope: installation
    session
        .execute("update link_lease set expires_at = $1 where expires_at > $1", &[(&now).into()])?;
    Ok(())
}
