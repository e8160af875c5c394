//! Intervals that others counted: importers, and files that people bring. One is kept of each queue or person and
//! quarter; which one stands is said by [`save`].

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
    /// Who counted it.
    pub source: String,
}

/// The source of the files that people bring. No system is called so.
pub const FILE: &str = "file";

/// Keeps an interval unless the one that is kept stands; tells whether it was kept. What people bring as a file
/// ([`FILE`]) stands for everything but a later file; otherwise an interval is its first source's, and a higher
/// revision replaces a lower one.
///
/// # Errors
/// When the database refuses.
pub fn save<T: Serialize>(
    tx: &mut Tx<'_>,
    (unit, kind): (BusinessUnitId, Kind),
    delivered: &Delivered<T>,
) -> Result<bool, StorageError> {
    let totals = serde_json::to_string(&delivered.totals).unwrap_or_default();
    let rows = tx.execute(
        "insert into delivered_interval (tenant_id, business_unit_id, kind, subject, began_at, revision, totals,
         source) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, business_unit_id, kind, subject, began_at) do update set
         revision = excluded.revision, totals = excluded.totals, source = excluded.source
         where (excluded.source = delivered_interval.source and excluded.revision > delivered_interval.revision)
         or (excluded.source = $9 and delivered_interval.source <> $9)",
        &[
            (&unit.to_string()).into(),
            kind.name().into(),
            (&delivered.subject).into(),
            (&time::to_text(delivered.quarter.start())).into(),
            delivered.revision.into(),
            (&totals).into(),
            (&delivered.source).into(),
            FILE.into(),
        ],
    )?;
    Ok(rows > 0)
}

/// Who counted the interval that is kept, and its revision.
///
/// # Errors
/// When the database refuses.
pub fn stands(
    tx: &mut Tx<'_>,
    (unit, kind): (BusinessUnitId, Kind),
    (subject, quarter): (&str, Quarter),
) -> Result<Option<(String, i64)>, StorageError> {
    tx.optional(
        "select source, revision from delivered_interval
         where tenant_id = $1 and business_unit_id = $2 and kind = $3 and subject = $4 and began_at = $5",
        &[
            (&unit.to_string()).into(),
            kind.name().into(),
            subject.into(),
            (&time::to_text(quarter.start())).into(),
        ],
        |row| Ok((row.owned(0)?, row.int(1)?)),
    )
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
        "select subject, began_at, revision, totals, source from delivered_interval
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
                source: row.owned(4)?,
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

/// Forgets intervals of a business unit that began before a moment, so many of each kind at the least where there
/// are so many; tells how many.
///
/// # Errors
/// When the database refuses.
pub fn prune(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StorageError> {
    let (unit, before) = (unit.to_string(), time::to_text(before));
    let mut forgotten = 0;
    for kind in Kind::ALL {
        forgotten += tx.execute(
            "delete from delivered_interval where tenant_id = $1 and business_unit_id = $2 and kind = $3
             and began_at <= (select max(d.began_at) from (select began_at from delivered_interval
                 where tenant_id = $1 and business_unit_id = $2 and kind = $3 and began_at < $4
                 order by began_at limit $5) d)",
            &[(&unit).into(), kind.name().into(), (&before).into(), limit.into()],
        )?;
    }
    Ok(forgotten)
}
