//! What was sent of intervals: which content, and how often it was corrected.
//!
//! The content is written down as pending before it leaves. Whoever finds it pending does not know whether it
//! arrived, and sends what holds then; with a revision of its own if that is something else.

use jiff::Timestamp;

use rollcall_domain::interval::{Kind, Quarter, Span};
use rollcall_domain::{WfmLinkId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// What was sent of an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Counts contents that left: the WFM takes none that is lower than what it has.
    pub revision: i64,
    /// The hash of the content that is on its way.
    pub pending: Option<String>,
    /// The hash of the content that the WFM confirmed last.
    pub sent: Option<String>,
    /// When it did.
    pub sent_at: Option<Timestamp>,
    /// As many rows told of something.
    pub entries: i64,
    /// How often another content was confirmed after the first.
    pub corrections: i64,
}

/// Which interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The link.
    pub link: WfmLinkId,
    /// Of what.
    pub kind: Kind,
    /// When.
    pub quarter: Quarter,
}

/// What of an interval is to be done, decided by its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The WFM has it.
    Nothing,
    /// It is to be sent under this revision.
    Send(i64),
}

const COLUMNS: &str = "revision, pending, sent, sent_at, entries, corrections, kind, began_at";

/// What was sent of an interval.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, key: Key) -> Result<Option<Delivery>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from interval_delivery
         where tenant_id = $1 and link_id = $2 and kind = $3 and began_at = $4"
    );
    let began = time::to_text(key.quarter.start());
    tx.optional(
        &sql,
        &[(&key.link.to_string()).into(), key.kind.name().into(), (&began).into()],
        read,
    )
}

/// Decides whether a content has to be sent, and notes that it leaves.
///
/// # Errors
/// When the database refuses.
pub fn begin(tx: &mut Tx<'_>, key: Key, hash: &str) -> Result<Step, StorageError> {
    let known = get(tx, key)?;
    let revision = match &known {
        None => 1,
        // The same content again: the WFM knows its revision, whether it arrived or not.
        Some(known) if known.pending.as_deref() == Some(hash) => {
            return Ok(Step::Send(known.revision));
        }
        Some(known) if known.pending.is_none() && known.sent.as_deref() == Some(hash) => {
            return Ok(Step::Nothing);
        }
        Some(known) => known.revision + 1,
    };
    tx.execute(
        "insert into interval_delivery (tenant_id, link_id, kind, began_at, revision, pending, entries, corrections)
         values ($1, $2, $3, $4, $5, $6, 0, 0)
         on conflict (tenant_id, link_id, kind, began_at) do update set revision = excluded.revision,
         pending = excluded.pending",
        &[
            (&key.link.to_string()).into(),
            key.kind.name().into(),
            (&time::to_text(key.quarter.start())).into(),
            revision.into(),
            hash.into(),
        ],
    )?;
    Ok(Step::Send(revision))
}

/// Notes that the WFM confirmed a revision.
///
/// # Errors
/// When the database refuses.
pub fn confirm(
    tx: &mut Tx<'_>,
    key: Key,
    revision: i64,
    entries: i64,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "update interval_delivery set corrections = corrections + case
             when sent is null or sent = pending then 0 else 1 end,
         sent = pending, pending = null, sent_at = $6, entries = $7
         where tenant_id = $1 and link_id = $2 and kind = $3 and began_at = $4 and revision = $5
         and pending is not null",
        &[
            (&key.link.to_string()).into(),
            key.kind.name().into(),
            (&time::to_text(key.quarter.start())).into(),
            revision.into(),
            (&time::to_text(now)).into(),
            entries.into(),
        ],
    )?;
    tx.change(Change::Runs);
    Ok(())
}

/// Notes that the WFM holds a revision that is higher than all that left here, as after a backup was put back: the
/// next content goes out under one that is higher still.
///
/// # Errors
/// When the database refuses.
pub fn overtake(tx: &mut Tx<'_>, key: Key, revision: i64) -> Result<(), StorageError> {
    tx.execute(
        "update interval_delivery set revision = $5, pending = ''
         where tenant_id = $1 and link_id = $2 and kind = $3 and began_at = $4 and revision < $5",
        &[
            (&key.link.to_string()).into(),
            key.kind.name().into(),
            (&time::to_text(key.quarter.start())).into(),
            revision.into(),
        ],
    )?;
    Ok(())
}

/// Forgets what was sent of intervals that began before a moment.
///
/// # Errors
/// When the database refuses.
pub fn prune(tx: &mut Tx<'_>, link: WfmLinkId, before: Timestamp) -> Result<u64, StorageError> {
    tx.execute(
        "delete from interval_delivery where tenant_id = $1 and link_id = $2 and began_at < $3",
        &[(&link.to_string()).into(), (&time::to_text(before)).into()],
    )
}

/// What was sent of the intervals of a span, in order of time, with what is to be sent again.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    (link, kind): (WfmLinkId, Kind),
    span: Span,
) -> Result<Vec<(Quarter, Delivery)>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from interval_delivery
         where tenant_id = $1 and link_id = $2 and kind = $3 and began_at >= $4 and began_at < $5 order by began_at"
    );
    tx.query(
        &sql,
        &[
            (&link.to_string()).into(),
            kind.name().into(),
            (&time::to_text(span.first.start())).into(),
            (&time::to_text(span.end.start())).into(),
        ],
        |row| Ok((Quarter::of(row.moment(7)?), read(row)?)),
    )
}

fn read(row: &Row<'_>) -> Result<Delivery, StorageError> {
    Ok(Delivery {
        revision: row.int(0)?,
        pending: row.owned_or_null(1)?,
        sent: row.owned_or_null(2)?,
        sent_at: row.moment_or_null(3)?,
        entries: row.int(4)?,
        corrections: row.int(5)?,
    })
}
