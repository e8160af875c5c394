//! Which intervals are to be looked at for a link. A mark says where to look, never what is there, and is settled
//! by its generation, as those of [`crate::wfm::outbox`].

use jiff::Timestamp;

use rollcall_domain::interval::{Kind, Quarter, Span};
use rollcall_domain::{BusinessUnitId, WfmLinkId, time};

use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::session::Session;
use crate::tx::Tx;

/// What waits at a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The link.
    pub link: WfmLinkId,
    /// How many intervals are due; no more than were asked for are counted.
    pub due: i64,
    /// Since when the first of them is.
    pub since: Option<Timestamp>,
}

/// A mark, as it was when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntervalMark {
    /// Of what.
    pub kind: Kind,
    /// Which interval.
    pub quarter: Quarter,
    /// Counts the changes that the mark stands for.
    pub generation: i64,
    /// How often it was refused.
    pub attempts: i64,
}

const MARK_AGAIN: &str = "on conflict (tenant_id, link_id, kind, began_at)
     do update set generation = interval_mark.generation + 1, due_at = excluded.due_at, attempts = 0, problem = null";

/// Marks the intervals of a span for a link, due at a moment.
///
/// # Errors
/// When the database refuses.
pub fn mark_span(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    span: Span,
    (now, due_at): (Timestamp, Timestamp),
) -> Result<(), StorageError> {
    let (link, now, due_at) = (link.to_string(), time::to_text(now), time::to_text(due_at));
    let begins: Vec<String> =
        span.quarters().map(|quarter| time::to_text(quarter.start())).collect();
    for kind in Kind::ALL {
        let rows: Vec<[Value<'_>; 5]> = begins
            .iter()
            .map(|began| {
                [(&link).into(), kind.name().into(), began.into(), (&now).into(), (&due_at).into()]
            })
            .collect();
        tx.execute_each(
            &format!(
                "insert into interval_mark (tenant_id, link_id, kind, began_at, generation, changed_at, due_at,
                 attempts) values ($1, $2, $3, $4, 1, $5, $6, 0) {MARK_AGAIN}"
            ),
            &rows,
        )?;
    }
    Ok(())
}

/// Marks an interval of a business unit for its link, if that has a feed, because something in it changed. It is
/// due when it has settled, and at once if it has already.
///
/// # Errors
/// When the database refuses.
pub fn mark_changed(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    kind: Kind,
    quarter: Quarter,
    now: Timestamp,
) -> Result<(), StorageError> {
    let settle = tx.optional(
        "select f.settle_s, f.link_id from history_feed f
         join wfm_link w on w.tenant_id = f.tenant_id and w.id = f.link_id
         where f.tenant_id = $1 and w.business_unit_id = $2",
        &[(&unit.to_string()).into()],
        |row| Ok((row.int(0)?, row.owned(1)?)),
    )?;
    let Some((settle_s, link)) = settle else { return Ok(()) };
    let settled = quarter.end().checked_add(jiff::SignedDuration::from_secs(settle_s));
    let due_at = settled.unwrap_or(now).max(now);
    tx.execute(
        &format!(
            "insert into interval_mark (tenant_id, link_id, kind, began_at, generation, changed_at, due_at, attempts)
             values ($1, $2, $3, $4, 1, $5, $6, 0) {MARK_AGAIN}"
        ),
        &[
            (&link).into(),
            kind.name().into(),
            (&time::to_text(quarter.start())).into(),
            (&time::to_text(now)).into(),
            (&time::to_text(due_at)).into(),
        ],
    )?;
    Ok(())
}

/// The marks of a link that are due, oldest interval first.
///
/// # Errors
/// When the database refuses.
pub fn list_due(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<IntervalMark>, StorageError> {
    tx.query(
        "select kind, began_at, generation, attempts from interval_mark
         where tenant_id = $1 and link_id = $2 and due_at <= $3 order by kind, began_at limit $4",
        &[(&link.to_string()).into(), (&time::to_text(now)).into(), limit.into()],
        read,
    )
}

/// The marks of a link that are still there: how many, and the first interval.
///
/// # Errors
/// When the database refuses.
pub fn tally(tx: &mut Tx<'_>, link: WfmLinkId, now: Timestamp) -> Result<i64, StorageError> {
    tx.count(
        "select count(*) from interval_mark where tenant_id = $1 and link_id = $2 and due_at <= $3",
        &[(&link.to_string()).into(), (&time::to_text(now)).into()],
    )
}

/// What waits at each feed that is on, of all tenants; of each no more than `most` marks are counted.
///
/// # Errors
/// When the database refuses.
pub fn list_backlogs(
    session: &mut Session<'_>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Backlog>, StorageError> {
    session.query(
        // Tenant scope: installation. One question for all feeds; the index of marks answers both parts of it.
        "select f.link_id, (select count(*) from (select 1 from interval_mark m where m.tenant_id = f.tenant_id
         and m.link_id = f.link_id and m.due_at <= $1 limit $2) as some_of_them),
         (select m.due_at from interval_mark m where m.tenant_id = f.tenant_id and m.link_id = f.link_id
         and m.due_at <= $1 order by m.due_at limit 1)
         from history_feed f where f.enabled = true order by f.tenant_id, f.link_id",
        &[(&time::to_text(now)).into(), most.into()],
        |row| {
            let link = row.parsed(0, ("history_feed", "link_id"))?;
            Ok(Backlog { link, due: row.int(1)?, since: row.moment_or_null(2)? })
        },
    )
}

/// Settles a mark, unless the interval was marked again meanwhile.
///
/// # Errors
/// When the database refuses.
pub fn settle(tx: &mut Tx<'_>, link: WfmLinkId, mark: &IntervalMark) -> Result<(), StorageError> {
    tx.execute(
        "delete from interval_mark
         where tenant_id = $1 and link_id = $2 and kind = $3 and began_at = $4 and generation = $5",
        &[
            (&link.to_string()).into(),
            mark.kind.name().into(),
            (&time::to_text(mark.quarter.start())).into(),
            mark.generation.into(),
        ],
    )?;
    Ok(())
}

/// Puts a mark off that was refused, unless the interval was marked again meanwhile.
///
/// # Errors
/// When the database refuses.
pub fn put_off(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    mark: &IntervalMark,
    problem: &str,
    due_at: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "update interval_mark set due_at = $6, problem = $7, attempts = attempts + 1
         where tenant_id = $1 and link_id = $2 and kind = $3 and began_at = $4 and generation = $5",
        &[
            (&link.to_string()).into(),
            mark.kind.name().into(),
            (&time::to_text(mark.quarter.start())).into(),
            mark.generation.into(),
            (&time::to_text(due_at)).into(),
            problem.into(),
        ],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<IntervalMark, StorageError> {
    Ok(IntervalMark {
        kind: kind(row, 0)?,
        quarter: Quarter::of(row.moment(1)?),
        generation: row.int(2)?,
        attempts: row.int(3)?,
    })
}

pub(crate) fn kind(row: &Row<'_>, column: usize) -> Result<Kind, StorageError> {
    let name = row.text(column)?;
    Kind::from_name(name).ok_or_else(|| StorageError::Inconsistent {
        table: "interval_mark",
        column: "kind",
        row: name.to_owned(),
    })
}
