//! Contacts in queues, and what became of them. Accounts of a contact may come in any order and more than once:
//! which one counts is said by the domain.

use jiff::Timestamp;

use rollcall_domain::interval::queue::{Outcome, QueueContact};
use rollcall_domain::{BusinessUnitId, time};

use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

const COLUMNS: &str = "queue, contact_id, revision, offered_at, outcome, left_at, overflowed_in";

/// Which contact in which queue.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The business unit.
    pub unit: BusinessUnitId,
    /// The queue.
    pub queue: &'a str,
    /// The contact.
    pub contact: &'a str,
}

/// What is known of a contact in a queue.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, key: Key<'_>) -> Result<Option<QueueContact>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from queue_contact
         where tenant_id = $1 and business_unit_id = $2 and queue = $3 and contact_id = $4"
    );
    tx.optional(&sql, &[(&key.unit.to_string()).into(), key.queue.into(), key.contact.into()], read)
        .map(|found| found.map(|(_, _, contact)| contact))
}

/// Writes what is known of a contact in a queue.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, key: Key<'_>, contact: &QueueContact) -> Result<(), StorageError> {
    tx.execute(
        "insert into queue_contact (tenant_id, business_unit_id, queue, contact_id, revision, offered_at, outcome,
         left_at, overflowed_in) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id, business_unit_id, queue, contact_id) do update set revision = excluded.revision,
         offered_at = excluded.offered_at, outcome = excluded.outcome, left_at = excluded.left_at,
         overflowed_in = excluded.overflowed_in",
        &[
            (&key.unit.to_string()).into(),
            key.queue.into(),
            key.contact.into(),
            contact.revision.into(),
            (&time::to_text(contact.offered_at)).into(),
            contact.outcome.name().into(),
            contact.left_at.map(time::to_text).as_ref().into(),
            contact.came_over.into(),
        ],
    )?;
    Ok(())
}

/// The contacts that were offered to the queues of a business unit between two moments: queue, contact, and
/// what is known of it.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(String, String, QueueContact)>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from queue_contact
         where tenant_id = $1 and business_unit_id = $2 and offered_at >= $3 and offered_at < $4"
    );
    tx.query(
        &sql,
        &[(&unit.to_string()).into(), (&time::to_text(from)).into(), (&time::to_text(to)).into()],
        read,
    )
}

/// Forgets contacts of a business unit that were offered before a moment, `limit` at the most; tells how many.
///
/// # Errors
/// When the database refuses.
pub fn prune(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StorageError> {
    tx.execute(
        "delete from queue_contact where tenant_id = $1 and business_unit_id = $2 and offered_at <= (
             select max(d.offered_at) from (select offered_at from queue_contact
                 where tenant_id = $1 and business_unit_id = $2 and offered_at < $3
                 order by offered_at limit $4) d)",
        &[(&unit.to_string()).into(), (&time::to_text(before)).into(), limit.into()],
    )
}

fn read(row: &Row<'_>) -> Result<(String, String, QueueContact), StorageError> {
    let outcome = row.text(4)?;
    let outcome = Outcome::from_name(outcome).ok_or_else(|| StorageError::Inconsistent {
        table: "queue_contact",
        column: "outcome",
        row: outcome.to_owned(),
    })?;
    let contact = QueueContact {
        revision: row.int(2)?,
        offered_at: row.moment(3)?,
        outcome,
        left_at: row.moment_or_null(5)?,
        came_over: row.flag(6)?,
    };
    Ok((row.owned(0)?, row.owned(1)?, contact))
}
