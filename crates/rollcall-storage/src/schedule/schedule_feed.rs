//! The private addresses at which calendar programs read people's schedules.

use jiff::Timestamp;

use rollcall_domain::{EmployeeId, TenantId, time};

use crate::error::StorageError;
use crate::session::Session;
use crate::tx::Tx;

/// A person's address. The secret in it is known here by its hash only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleFeed {
    /// Whose schedule it tells.
    pub employee: EmployeeId,
    /// The hash of its secret; unique in the installation.
    pub hash: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last read.
    pub last_used_at: Option<Timestamp>,
}

/// Gives a person an address; the one that they had is good no longer.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, feed: &ScheduleFeed) -> Result<(), StorageError> {
    tx.execute(
        "insert into schedule_feed (tenant_id, employee_id, hash, created_at, last_used_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, employee_id) do update set hash = excluded.hash,
         created_at = excluded.created_at, last_used_at = excluded.last_used_at",
        &[
            (&feed.employee.to_string()).into(),
            (&feed.hash).into(),
            (&time::to_text(feed.created_at)).into(),
            feed.last_used_at.map(time::to_text).as_ref().into(),
        ],
    )?;
    Ok(())
}

/// Ends a person's address; tells whether there was one.
///
/// # Errors
/// When the database refuses.
pub fn delete(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<bool, StorageError> {
    let ended = tx.execute(
        "delete from schedule_feed where tenant_id = $1 and employee_id = $2",
        &[(&employee.to_string()).into()],
    )?;
    Ok(ended > 0)
}

/// Notes that a calendar program read a person's schedule.
///
/// # Errors
/// When the database refuses.
pub fn note_use(tx: &mut Tx<'_>, employee: EmployeeId, at: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "update schedule_feed set last_used_at = $2 where tenant_id = $1 and employee_id = $3",
        &[(&time::to_text(at)).into(), (&employee.to_string()).into()],
    )?;
    Ok(())
}

/// A person's address.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<Option<ScheduleFeed>, StorageError> {
    tx.optional(
        "select employee_id, hash, created_at, last_used_at from schedule_feed
         where tenant_id = $1 and employee_id = $2",
        &[(&employee.to_string()).into()],
        |row| {
            Ok(ScheduleFeed {
                employee: row.parsed(0, ("schedule_feed", "employee_id"))?,
                hash: row.owned(1)?,
                created_at: row.moment(2)?,
                last_used_at: row.moment_or_null(3)?,
            })
        },
    )
}

/// Whose address has a secret of this hash.
///
/// # Errors
/// When the database refuses.
pub fn find(
    session: &mut Session<'_>,
    hash: &str,
) -> Result<Option<(TenantId, EmployeeId)>, StorageError> {
    // Tenant scope: installation. The secret is what proves the tenant.
    let found = session.query(
        "select tenant_id, employee_id from schedule_feed where hash = $1",
        &[hash.into()],
        |row| {
            Ok((
                row.parsed(0, ("schedule_feed", "tenant_id"))?,
                row.parsed(1, ("schedule_feed", "employee_id"))?,
            ))
        },
    )?;
    Ok(found.into_iter().next())
}
