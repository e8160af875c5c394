//! Receivers of security events (RFC 9967).

use jiff::Timestamp;

use rollcall_domain::{EventStreamId, TenantId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::{Row, names_text};
use crate::session::Session;
use crate::tx::Tx;

/// A receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventStream {
    /// Its id.
    pub id: EventStreamId,
    /// Its name, for people.
    pub name: String,
    /// How it hears of events.
    pub delivery: Delivery,
    /// Whom its events are for (`aud`).
    pub audience: String,
    /// Who tells them (`iss`): where SCIM stands.
    pub issuer: String,
    /// The URIs of the events that it is told of.
    pub events: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
    /// Since when it is told nothing, and why.
    pub paused: Option<(Timestamp, String)>,
    /// The events that it never heard of, when it was last off.
    pub missed: Option<Missed>,
    /// How often in a row it could not be told.
    pub failures: i64,
    /// Before this moment it is not tried again.
    pub due_at: Timestamp,
    /// Why it could not be told, until it can be again.
    pub problem: Option<String>,
    /// When it last took an event; for one that asks, when it last asked, to a minute or so.
    pub told_at: Option<Timestamp>,
    /// When it last could not be told, or could not use an event, and why.
    pub failed: Option<(Timestamp, String)>,
}

/// A time of which a receiver was told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    /// The first event that was dropped, or the moment from which none was kept.
    pub from: Timestamp,
    /// When it was switched on again; absent while it is off.
    pub until: Option<Timestamp>,
}

/// How a receiver hears of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It asks (RFC 8936).
    Poll {
        /// SHA-256 of the token that it shows, in hex.
        token_hash: String,
    },
    /// It is told (RFC 8935).
    Push {
        /// Where.
        endpoint: String,
        /// The bearer token that is shown there, sealed.
        token_sealed: Option<String>,
    },
}

const COLUMNS: &str =
    "select id, name, method, token_hash, endpoint, token_sealed, audience, issuer, events,
    created_at, ended_at, paused_at, pause_reason, failures, due_at, problem, told_at, failed_at, failure,
    missed_from, missed_until";
/// How many they are.
const COLUMN_COUNT: usize = 21;

/// Adds a receiver.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, stream: &EventStream) -> Result<(), StorageError> {
    let (method, token_hash, endpoint, token_sealed) = match &stream.delivery {
        Delivery::Poll { token_hash } => ("poll", Some(token_hash), None, None),
        Delivery::Push { endpoint, token_sealed } => {
            ("push", None, Some(endpoint), token_sealed.as_ref())
        }
    };
    tx.execute(
        "insert into security_event_stream (tenant_id, id, name, method, token_hash, endpoint, token_sealed,
         audience, issuer, events, created_at, failures, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &[
            (&stream.id.to_string()).into(),
            (&stream.name).into(),
            method.into(),
            token_hash.into(),
            endpoint.into(),
            token_sealed.into(),
            (&stream.audience).into(),
            (&stream.issuer).into(),
            (&names_text(&stream.events)).into(),
            (&time::to_text(stream.created_at)).into(),
            stream.failures.into(),
            (&time::to_text(stream.due_at)).into(),
        ],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// Writes that a receiver was ended or paused, or goes on.
///
/// # Errors
/// When the database refuses.
pub fn save_state(tx: &mut Tx<'_>, stream: &EventStream) -> Result<(), StorageError> {
    let (paused_at, reason) = stream.paused.as_ref().map(|(at, reason)| (*at, reason)).unzip();
    tx.execute(
        "update security_event_stream set ended_at = $2, paused_at = $3, pause_reason = $4, missed_from = $5,
         missed_until = $6 where tenant_id = $1 and id = $7",
        &[
            stream.ended_at.map(time::to_text).as_ref().into(),
            paused_at.map(time::to_text).as_ref().into(),
            reason.into(),
            stream.missed.map(|missed| time::to_text(missed.from)).as_ref().into(),
            stream.missed.and_then(|missed| missed.until).map(time::to_text).as_ref().into(),
            (&stream.id.to_string()).into(),
        ],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// Writes how telling a receiver went. Pages may show it; it is no reason for a cache to forget anything.
///
/// # Errors
/// When the database refuses.
pub fn save_attempt(tx: &mut Tx<'_>, stream: &EventStream) -> Result<(), StorageError> {
    let (failed_at, failure) = stream.failed.as_ref().map(|(at, why)| (*at, why)).unzip();
    tx.execute(
        "update security_event_stream set failures = $2, due_at = $3, problem = $4, told_at = $5, failed_at = $6,
         failure = $7 where tenant_id = $1 and id = $8",
        &[
            stream.failures.into(),
            (&time::to_text(stream.due_at)).into(),
            stream.problem.as_ref().into(),
            stream.told_at.map(time::to_text).as_ref().into(),
            failed_at.map(time::to_text).as_ref().into(),
            failure.into(),
            (&stream.id.to_string()).into(),
        ],
    )?;
    tx.change(Change::SecurityEvents);
    Ok(())
}

/// Writes that a receiver asked, and why it could not use an event if it said so.
///
/// # Errors
/// When the database refuses.
pub fn note_poll(
    tx: &mut Tx<'_>,
    id: EventStreamId,
    at: Timestamp,
    refused: Option<&str>,
) -> Result<(), StorageError> {
    let (id, at) = (id.to_string(), time::to_text(at));
    tx.execute(
        "update security_event_stream set told_at = $2 where tenant_id = $1 and id = $3",
        &[(&at).into(), (&id).into()],
    )?;
    if let Some(refused) = refused {
        tx.execute(
            "update security_event_stream set failed_at = $2, failure = $3 where tenant_id = $1 and id = $4",
            &[(&at).into(), refused.into(), (&id).into()],
        )?;
    }
    tx.change(Change::SecurityEvents);
    Ok(())
}

/// Takes the turn of telling a receiver, until a moment; tells whether nobody else had taken it.
///
/// # Errors
/// When the database refuses.
pub fn take_turn(
    tx: &mut Tx<'_>,
    id: EventStreamId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StorageError> {
    let rows = tx.execute(
        "update security_event_stream set due_at = $2 where tenant_id = $1 and id = $3 and due_at <= $4",
        &[
            (&time::to_text(until)).into(),
            (&id.to_string()).into(),
            (&time::to_text(now)).into(),
        ],
    )?;
    Ok(rows > 0)
}

/// One receiver.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, id: EventStreamId) -> Result<Option<EventStream>, StorageError> {
    let sql = format!("{COLUMNS} from security_event_stream where tenant_id = $1 and id = $2");
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// All receivers that were not ended, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<EventStream>, StorageError> {
    let sql = format!(
        "{COLUMNS} from security_event_stream where tenant_id = $1 and ended_at is null order by id"
    );
    tx.query(&sql, &[], read)
}

/// The receivers that are told of what happens now.
///
/// # Errors
/// When the database refuses.
pub fn list_live(tx: &mut Tx<'_>) -> Result<Vec<EventStream>, StorageError> {
    Ok(list(tx)?.into_iter().filter(|stream| stream.paused.is_none()).collect())
}

/// The receiver that a poll's token belongs to, unless it was ended.
///
/// # Errors
/// When the database refuses.
pub fn find_by_token(
    session: &mut Session<'_>,
    token_hash: &str,
) -> Result<Option<(TenantId, EventStream)>, StorageError> {
    // Tenant scope: installation
    let sql = format!(
        "{COLUMNS}, tenant_id from security_event_stream where token_hash = $1 and ended_at is null"
    );
    session.optional(&sql, &[token_hash.into()], read_with_tenant)
}

/// All receivers of all tenants that were not ended.
///
/// # Errors
/// When the database refuses.
pub fn list_all(session: &mut Session<'_>) -> Result<Vec<(TenantId, EventStream)>, StorageError> {
    // Tenant scope: installation
    let sql = format!("{COLUMNS}, tenant_id from security_event_stream where ended_at is null");
    session.query(&sql, &[], read_with_tenant)
}

fn read_with_tenant(row: &Row<'_>) -> Result<(TenantId, EventStream), StorageError> {
    Ok((row.parsed(COLUMN_COUNT, ("security_event_stream", "tenant_id"))?, read(row)?))
}

fn read(row: &Row<'_>) -> Result<EventStream, StorageError> {
    let (id, method) = (row.parsed(0, ("security_event_stream", "id"))?, row.text(2)?);
    let inconsistent = || StorageError::Inconsistent {
        table: "security_event_stream",
        column: "method",
        row: method.to_owned(),
    };
    let delivery = match method {
        "poll" => Delivery::Poll { token_hash: row.owned_or_null(3)?.ok_or_else(inconsistent)? },
        "push" => Delivery::Push {
            endpoint: row.owned_or_null(4)?.ok_or_else(inconsistent)?,
            token_sealed: row.owned_or_null(5)?,
        },
        _ => return Err(inconsistent()),
    };
    Ok(EventStream {
        id,
        name: row.owned(1)?,
        delivery,
        audience: row.owned(6)?,
        issuer: row.owned(7)?,
        events: row.json(8, ("security_event_stream", "events"))?,
        created_at: row.moment(9)?,
        ended_at: row.moment_or_null(10)?,
        paused: row.moment_or_null(11)?.zip(row.owned_or_null(12)?),
        failures: row.int(13)?,
        due_at: row.moment(14)?,
        problem: row.owned_or_null(15)?,
        told_at: row.moment_or_null(16)?,
        failed: row.moment_or_null(17)?.zip(row.owned_or_null(18)?),
        missed: match row.moment_or_null(19)? {
            Some(from) => Some(Missed { from, until: row.moment_or_null(20)? }),
            None => None,
        },
    })
}
