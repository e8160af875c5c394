//! Intervals that others counted: importers, and files that people bring. The natural key makes the same one
//! delivered twice one, and the higher revision replaces the lower, whichever came first.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use rollcall_domain::interval::{Kind, Quarter, Span};
use rollcall_domain::{BusinessUnitId, time};

use crate::error::StorageError;
use crate::tx::Tx;

/// A delivered interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered<T> {
    /// Which queue, or which agent number.
    pub subject: String,
    /// When.
    pub quarter: Quarter,
    /// Higher ones replace lower ones.
    pub revision: i64,
    /// What happened.
    pub totals: T,
}

/// Keeps an interval unless one is kept that counts more: of a higher revision, or of the same revision with
/// greater totals. Tells whether it was kept.
///
/// # Errors
/// When the database refuses.
pub fn save<T: Serialize>(
    tx: &mut Tx<'_>,
    (unit, kind): (BusinessUnitId, Kind),
    delivered: &Delivered<T>,
    source: &str,
) -> Result<bool, StorageError> {
    let totals = serde_json::to_string(&delivered.totals).unwrap_or_default();
    let rows = tx.execute(
        "insert into delivered_interval (tenant_id, business_unit_id, kind, subject, began_at, revision, totals,
         source) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, business_unit_id, kind, subject, began_at) do update set
         revision = excluded.revision, totals = excluded.totals, source = excluded.source
         where excluded.revision > delivered_interval.revision
         or (excluded.revision = delivered_interval.revision and excluded.totals > delivered_interval.totals)",
        &[
            (&unit.to_string()).into(),
            kind.name().into(),
            (&delivered.subject).into(),
            (&time::to_text(delivered.quarter.start())).into(),
            delivered.revision.into(),
            (&totals).into(),
            source.into(),
        ],
    )?;
    Ok(rows > 0)
}

/// The delivered intervals of a business unit within a span.
///
/// # Errors
/// When the database refuses.
pub fn list<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    (unit, kind): (BusinessUnitId, Kind),
    span: Span,
) -> Result<Vec<Delivered<T>>, StorageError> {
    tx.query(
        "select subject, began_at, revision, totals from delivered_interval
         where tenant_id = $1 and business_unit_id = $2 and kind = $3 and began_at >= $4 and began_at < $5",
        &[
            (&unit.to_string()).into(),
            kind.name().into(),
            (&time::to_text(span.first.start())).into(),
            (&time::to_text(span.end.start())).into(),
        ],
        |row| {
            Ok(Delivered {
                subject: row.owned(0)?,
                quarter: Quarter::of(row.moment(1)?),
                revision: row.int(2)?,
                totals: row.json(3, ("delivered_interval", "totals"))?,
            })
        },
    )
}

/// How many intervals a source delivered within a span: for saying what a file would replace.
///
/// # Errors
/// When the database refuses.
pub fn count(
    tx: &mut Tx<'_>,
    (unit, kind): (BusinessUnitId, Kind),
    (from, to): (Timestamp, Timestamp),
) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from delivered_interval
         where tenant_id = $1 and business_unit_id = $2 and kind = $3 and began_at >= $4 and began_at < $5",
        &[
            (&unit.to_string()).into(),
            kind.name().into(),
            (&time::to_text(from)).into(),
            (&time::to_text(to)).into(),
        ],
    )
}
