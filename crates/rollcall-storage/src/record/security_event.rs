//! Security events that wait until their receiver has acknowledged them.

use jiff::Timestamp;

use rollcall_domain::{EventStreamId, SecurityEventId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::session::Session;
use crate::tx::Tx;

/// One event for one receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityEvent {
    /// Its id (`jti`): the order in which events are told.
    pub id: SecurityEventId,
    /// When it happened.
    pub at: Timestamp,
    /// Its claims as a JSON object, but for those that are the same for all events of the receiver.
    pub claims: String,
}

/// Adds an event for a receiver.
///
/// # Errors
/// When the database refuses.
pub fn insert(
    tx: &mut Tx<'_>,
    stream: EventStreamId,
    event: &SecurityEvent,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into security_event (tenant_id, stream_id, id, at, claims) values ($1, $2, $3, $4, $5)",
        &[
            (&stream.to_string()).into(),
            (&event.id.to_string()).into(),
            (&time::to_text(event.at)).into(),
            (&event.claims).into(),
        ],
    )?;
    tx.change(Change::SecurityEvents);
    Ok(())
}

/// The oldest events of a receiver, at most `limit`. All that wait are looked at, never only those behind the
/// last that was seen: an event with a smaller id may be committed later.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    stream: EventStreamId,
    limit: i64,
) -> Result<Vec<SecurityEvent>, StorageError> {
    tx.query(
        "select id, at, claims from security_event where tenant_id = $1 and stream_id = $2
         order by id limit $3",
        &[(&stream.to_string()).into(), limit.into()],
        read,
    )
}

/// How many events of a receiver wait; no more than `most` are counted.
///
/// # Errors
/// When the database refuses.
pub fn count(tx: &mut Tx<'_>, stream: EventStreamId, most: i64) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from (select 1 from security_event
         where tenant_id = $1 and stream_id = $2 limit $3) as some_of_them",
        &[(&stream.to_string()).into(), most.into()],
    )
}

/// When what waits longest for each receiver happened, of all receivers that were not ended; `None` where nothing
/// waits.
///
/// # Errors
/// When the database refuses.
pub fn list_oldest(
    session: &mut Session<'_>,
) -> Result<Vec<(EventStreamId, Option<Timestamp>)>, StorageError> {
    session.query(
        // Tenant scope: installation. The subquery reads one entry of the key for each.
        "select s.id, (select e.at from security_event e where e.tenant_id = s.tenant_id and e.stream_id = s.id
         order by e.id limit 1) from security_event_stream s where s.ended_at is null order by s.tenant_id, s.id",
        &[],
        |row| Ok((row.parsed(0, ("security_event_stream", "id"))?, row.moment_or_null(1)?)),
    )
}

/// Forgets events that were acknowledged.
///
/// # Errors
/// When the database refuses.
pub fn delete(
    tx: &mut Tx<'_>,
    stream: EventStreamId,
    ids: &[SecurityEventId],
) -> Result<(), StorageError> {
    let stream = stream.to_string();
    for id in ids {
        tx.execute(
            "delete from security_event where tenant_id = $1 and stream_id = $2 and id = $3",
            &[(&stream).into(), (&id.to_string()).into()],
        )?;
    }
    Ok(())
}

/// Forgets all events of a receiver.
///
/// # Errors
/// When the database refuses.
pub fn delete_all(tx: &mut Tx<'_>, stream: EventStreamId) -> Result<(), StorageError> {
    tx.execute(
        "delete from security_event where tenant_id = $1 and stream_id = $2",
        &[(&stream.to_string()).into()],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<SecurityEvent, StorageError> {
    Ok(SecurityEvent {
        id: row.parsed(0, ("security_event", "id"))?,
        at: row.moment(1)?,
        claims: row.owned(2)?,
    })
}
