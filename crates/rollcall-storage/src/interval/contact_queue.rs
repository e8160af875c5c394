//! The queues of business units: whatever was named as one.

use jiff::Timestamp;

use rollcall_domain::{BusinessUnitId, time};

use crate::error::StorageError;
use crate::tx::Tx;

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactQueue {
    /// Its key at the system that routes contacts.
    pub queue: String,
    /// What people call it.
    pub name: String,
    /// When it was first heard of, or had its first contact, whichever was earlier.
    pub first_at: Timestamp,
}

/// Notes a queue. What it is called changes when a name is given that is another one.
///
/// # Errors
/// When the database refuses.
pub fn note(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    queue: &str,
    name: Option<&str>,
    at: Timestamp,
) -> Result<(), StorageError> {
    let at = time::to_text(at);
    tx.execute(
        "insert into contact_queue (tenant_id, business_unit_id, queue, name, first_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, business_unit_id, queue) do update set
         name = case when $6 then excluded.name else contact_queue.name end,
         first_at = case when excluded.first_at < contact_queue.first_at then excluded.first_at
             else contact_queue.first_at end",
        &[
            (&unit.to_string()).into(),
            queue.into(),
            name.unwrap_or(queue).into(),
            (&at).into(),
            name.is_some().into(),
        ],
    )?;
    Ok(())
}

/// Whether a queue was heard of.
///
/// # Errors
/// When the database refuses.
pub fn is_known(tx: &mut Tx<'_>, unit: BusinessUnitId, queue: &str) -> Result<bool, StorageError> {
    let found = tx.count(
        "select count(*) from contact_queue where tenant_id = $1 and business_unit_id = $2 and queue = $3",
        &[(&unit.to_string()).into(), queue.into()],
    )?;
    Ok(found > 0)
}

/// How many queues a business unit has.
///
/// # Errors
/// When the database refuses.
pub fn count(tx: &mut Tx<'_>, unit: BusinessUnitId) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from contact_queue where tenant_id = $1 and business_unit_id = $2",
        &[(&unit.to_string()).into()],
    )
}

/// The queues of a business unit, by key.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>, unit: BusinessUnitId) -> Result<Vec<ContactQueue>, StorageError> {
    tx.query(
        "select queue, name, first_at from contact_queue where tenant_id = $1 and business_unit_id = $2
         order by queue",
        &[(&unit.to_string()).into()],
        |row| {
            Ok(ContactQueue { queue: row.owned(0)?, name: row.owned(1)?, first_at: row.moment(2)? })
        },
    )
}
