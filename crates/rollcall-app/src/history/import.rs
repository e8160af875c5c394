//! Taking in a file of history: first what it would do, then the doing, in one transaction.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::interval::{Kind, Quarter, QueueTotals, Span};
use rollcall_domain::source::Actor;
use rollcall_domain::{BusinessUnitId, TenantId};
use rollcall_storage::interval::delivered_interval::{self, Delivered};
use rollcall_storage::{
    StorageError, Tx, directory::structure, interval::contact_queue, interval::interval_mark,
    interval::queue_contact,
};

use super::file::HistoryRows;
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// What taking in a file means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPlan {
    /// Its queues, by key.
    pub queues: Vec<PlannedQueue>,
    /// As many intervals it holds.
    pub intervals: i64,
    /// As many of them were brought before, and are replaced.
    pub replaced: i64,
    /// As many contacts in its span were counted here; what the file says of their intervals stands for them.
    pub counted: i64,
}

/// A queue of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedQueue {
    /// Its key.
    pub queue: String,
    /// Whether nobody has heard of it yet.
    pub is_new: bool,
    /// Its first quarter.
    pub first: Timestamp,
    /// The end of its last quarter.
    pub end: Timestamp,
    /// As many intervals it has.
    pub intervals: i64,
    /// As many contacts were offered to it.
    pub offered: i64,
}

impl App {
    /// What taking in a file would do. Changes nothing.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for a unit that is not there.
    pub async fn plan_history_import(
        &self,
        tenant: TenantId,
        unit: BusinessUnitId,
        rows: &HistoryRows,
    ) -> Result<ImportPlan, ChangeError> {
        let rows = rows.clone();
        let look = move |tx: &mut Tx<'_>| {
            let counted = int(counted(tx, unit, &rows)?);
            Ok::<_, ChangeError>(ImportPlan { counted, ..plan(tx, unit, &rows)? })
        };
        self.storage.scan(tenant, look).await
    }

    /// Takes in a file: its intervals stand for whatever was counted or brought before, and are sent to the WFM
    /// where the business unit's link has a history feed.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for a unit that is not there.
    pub async fn import_history(
        &self,
        tenant: TenantId,
        actor: Actor,
        unit: BusinessUnitId,
        rows: HistoryRows,
    ) -> Result<ImportPlan, ChangeError> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let done = plan(tx, unit, &rows)?;
                keep(tx, unit, &rows, now)?;
                let units = structure::list_business_units(tx)?;
                let name = units.into_iter().find(|one| one.id == unit).map(|one| one.name);
                let subject = Subject {
                    kind: "business_unit",
                    id: unit.to_string(),
                    name: name.unwrap_or_default(),
                };
                let queues: Vec<&str> = done.queues.iter().map(|one| one.queue.as_str()).collect();
                let values = json!({
                    "queues": queues, "intervals": done.intervals, "replaced": done.replaced
                });
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.audit(tx, "history.imported", subject, Values::made(values))?;
                Ok(done)
            })
            .await
    }
}

fn plan(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    rows: &HistoryRows,
) -> Result<ImportPlan, ChangeError> {
    if !structure::list_business_units(tx)?.iter().any(|one| one.id == unit) {
        return Err(ChangeError::NotFound("business unit"));
    }
    let known: BTreeSet<String> =
        contact_queue::list(tx, unit)?.into_iter().map(|queue| queue.queue).collect();
    let mut queues = Vec::new();
    let mut replaced = 0;
    if let Some(span) = span(rows) {
        let before: Vec<Delivered<QueueTotals>> =
            delivered_interval::list(tx, (unit, Kind::Queues), span)?;
        let has = |queue: &str, quarter: Quarter| {
            rows.queues.get(queue).is_some_and(|quarters| quarters.contains_key(&quarter))
        };
        replaced = before.iter().filter(|one| has(&one.subject, one.quarter)).count();
    }
    for (queue, quarters) in &rows.queues {
        let ends = (quarters.keys().next(), quarters.keys().next_back());
        let (Some(first), Some(last)) = ends else { continue };
        queues.push(PlannedQueue {
            queue: queue.clone(),
            is_new: !known.contains(queue),
            first: first.start(),
            end: last.end(),
            intervals: int(quarters.len()),
            offered: quarters.values().map(|totals| totals.offered).sum(),
        });
    }
    let intervals = queues.iter().map(|queue| queue.intervals).sum();
    Ok(ImportPlan { queues, intervals, replaced: int(replaced), counted: 0 })
}

/// How many contacts that were counted here a file stands for from then on. Read quarter by quarter of the file:
/// its first and its last may be a year apart.
fn counted(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    rows: &HistoryRows,
) -> Result<usize, StorageError> {
    let quarters: BTreeSet<Quarter> =
        rows.queues.values().flat_map(|quarters| quarters.keys().copied()).collect();
    let mut counted = 0;
    for quarter in quarters {
        let contacts = queue_contact::list(tx, unit, (quarter.start(), quarter.end()))?;
        let has =
            |queue: &String| rows.queues.get(queue).is_some_and(|it| it.contains_key(&quarter));
        counted += contacts.iter().filter(|(queue, ..)| has(queue)).count();
    }
    Ok(counted)
}

fn keep(
    tx: &mut Tx<'_>,
    unit: BusinessUnitId,
    rows: &HistoryRows,
    now: Timestamp,
) -> Result<(), ChangeError> {
    let mut touched = BTreeSet::new();
    for (queue, quarters) in &rows.queues {
        let Some(first) = quarters.keys().next() else { continue };
        contact_queue::note(tx, unit, queue, None, first.start())?;
        for (quarter, totals) in quarters {
            let one = Delivered {
                subject: queue.clone(),
                quarter: *quarter,
                revision: now.as_millisecond(),
                totals: *totals,
                source: delivered_interval::FILE.to_owned(),
            };
            if delivered_interval::save(tx, (unit, Kind::Queues), &one)? {
                touched.insert(*quarter);
            }
        }
    }
    for quarter in touched {
        interval_mark::mark_changed(tx, unit, Kind::Queues, quarter, now)?;
    }
    Ok(())
}

fn span(rows: &HistoryRows) -> Option<Span> {
    let firsts = rows.queues.values().filter_map(|quarters| quarters.keys().next());
    let lasts = rows.queues.values().filter_map(|quarters| quarters.keys().next_back());
    Some(Span { first: *firsts.min()?, end: lasts.max()?.next() })
}

fn int(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
