//! Intervals that other systems counted, as they deliver them: a batch is taken whole or refused whole.
//!
//! What is delivered of a queue or a person and a quarter stands for what was counted here. Late or corrected, it
//! opens its quarter again, which is sent to the WFM anew if it differs.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use rollcall_domain::interval::entry::{Entry, NamedQueue, SourceName};
use rollcall_domain::interval::{AgentTotals, Kind, Quarter, QueueTotals};
use rollcall_domain::{BusinessUnitId, TenantId};
use rollcall_storage::interval::delivered_interval::{self, Delivered};
use rollcall_storage::{
    StorageError, Tx, interval::contact_queue, interval::interval_mark, interval::interval_source,
};
use serde::Serialize;

use super::contact::{AHEAD_MAX, QUEUES_MAX};
use crate::agent::HISTORY_KEPT_DAYS;
use crate::app::App;
use crate::error::ChangeError;

/// As many intervals are in a batch at the most: they are one transaction, for which others wait.
pub const BATCH_ROWS_MAX: usize = 2_000;

/// A batch, as its rows were understood.
#[derive(Clone, Debug)]
pub struct IntervalBatch {
    /// The business unit of its queues and people.
    pub unit: BusinessUnitId,
    /// Who counted.
    pub source: SourceName,
    /// A higher one replaces a lower one of the same source.
    pub revision: i64,
    /// Queues.
    pub queues: Vec<Entry<NamedQueue, QueueTotals>>,
    /// People, by agent number.
    pub agents: Vec<Entry<i64, AgentTotals>>,
}

/// What became of a batch that was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchOutcome {
    /// As many intervals hold from now on as the batch says.
    pub taken: usize,
    /// The rows that changed nothing.
    pub unchanged: Vec<Unchanged>,
}

/// A row that changed nothing, since something else stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchanged {
    /// In which list.
    pub kind: Kind,
    /// Which row of it, from 1.
    pub row: usize,
    /// Whose count stands.
    pub source: String,
    /// Its revision.
    pub revision: i64,
}

/// A row for which a batch is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// In which list.
    pub kind: Kind,
    /// Which row of it, from 1.
    pub row: usize,
    /// Why.
    pub refusal: RowRefusal,
}

/// Why a row is refused; a clause without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowRefusal {
    /// Nothing can be known of it yet.
    #[error("the quarter is not over; check the clock")]
    Future,
    /// It would be forgotten at once.
    #[error("history is kept for {HISTORY_KEPT_DAYS} days, and the quarter is older")]
    TooOld,
    /// Two rows say two things.
    #[error("the batch has another row of the same quarter")]
    Twice,
    /// No such person, or not in this business unit.
    #[error("nobody in the business unit has the agent number {0}, or had it")]
    Nobody(i64),
    /// There is no room for more queues.
    #[error("the business unit has {QUEUES_MAX} queues already, which is the most")]
    TooManyQueues,
}

impl App {
    /// Takes a batch of intervals, or nothing of it. May be sent again: what is known already changes nothing.
    ///
    /// # Errors
    /// [`ChangeError::Refused`] with every row that is at fault; [`ChangeError::Invalid`] for too many rows.
    pub async fn deliver_intervals(
        &self,
        tenant: TenantId,
        batch: IntervalBatch,
    ) -> Result<BatchOutcome, ChangeError<Vec<RowFault>>> {
        if batch.queues.len() + batch.agents.len() > BATCH_ROWS_MAX {
            let words = format!("a batch has {BATCH_ROWS_MAX} rows at the most; send several");
            return Err(ChangeError::Invalid(words));
        }
        let now = self.now();
        self.storage
            .write(tenant, move |tx| {
                let faults = faults(tx, &batch, now)?;
                if !faults.is_empty() {
                    return Err(ChangeError::Refused(faults));
                }
                Ok(keep(tx, &batch, now)?)
            })
            .await
    }
}

/// Every row that is at fault.
fn faults(
    tx: &mut Tx<'_>,
    batch: &IntervalBatch,
    now: Timestamp,
) -> Result<Vec<RowFault>, StorageError> {
    let mut faults = Vec::new();
    let mut add = |kind, index: usize, refusal| {
        faults.push(RowFault { kind, row: index + 1, refusal });
    };
    let (mut seen, mut fresh) = (BTreeSet::new(), BTreeSet::new());
    let room = usize::try_from(QUEUES_MAX - contact_queue::count(tx, batch.unit)?).unwrap_or(0);
    for (index, entry) in batch.queues.iter().enumerate() {
        let queue = entry.subject.queue.as_str();
        if let Some(refusal) = check_moment(entry.quarter, now) {
            add(Kind::Queues, index, refusal);
        }
        if !seen.insert((queue, entry.quarter)) {
            add(Kind::Queues, index, RowRefusal::Twice);
        }
        let is_new = !fresh.contains(queue) && !contact_queue::is_known(tx, batch.unit, queue)?;
        if is_new && fresh.len() >= room {
            add(Kind::Queues, index, RowRefusal::TooManyQueues);
        } else if is_new {
            fresh.insert(queue);
        }
    }
    let mut seen = BTreeSet::new();
    for (index, entry) in batch.agents.iter().enumerate() {
        if let Some(refusal) = check_moment(entry.quarter, now) {
            add(Kind::Agents, index, refusal);
        }
        if !seen.insert((entry.subject, entry.quarter)) {
            add(Kind::Agents, index, RowRefusal::Twice);
        }
        if !interval_source::has_agent(tx, batch.unit, entry.subject)? {
            add(Kind::Agents, index, RowRefusal::Nobody(entry.subject));
        }
    }
    Ok(faults)
}

fn check_moment(quarter: Quarter, now: Timestamp) -> Option<RowRefusal> {
    let latest = now.checked_add(AHEAD_MAX).unwrap_or(now);
    let kept = SignedDuration::from_hours(24 * HISTORY_KEPT_DAYS);
    let oldest = now.checked_sub(kept).unwrap_or(now);
    if quarter.end() > latest {
        Some(RowRefusal::Future)
    } else if quarter.start() < oldest {
        Some(RowRefusal::TooOld)
    } else {
        None
    }
}

fn keep(
    tx: &mut Tx<'_>,
    batch: &IntervalBatch,
    now: Timestamp,
) -> Result<BatchOutcome, StorageError> {
    let mut keeping = Keeping { batch, outcome: BatchOutcome::default(), touched: BTreeSet::new() };
    for (index, entry) in batch.queues.iter().enumerate() {
        let NamedQueue { queue, name } = &entry.subject;
        if keeping.save(tx, (Kind::Queues, index), queue.clone(), entry)? {
            let begun = entry.quarter.start();
            contact_queue::note(tx, batch.unit, queue, name.as_deref(), begun)?;
        }
    }
    for (index, entry) in batch.agents.iter().enumerate() {
        keeping.save(tx, (Kind::Agents, index), entry.subject.to_string(), entry)?;
    }
    for (kind, quarter) in &keeping.touched {
        interval_mark::mark_changed(tx, batch.unit, *kind, *quarter, now)?;
    }
    Ok(keeping.outcome)
}

/// A batch on its way into storage.
struct Keeping<'a> {
    batch: &'a IntervalBatch,
    outcome: BatchOutcome,
    touched: BTreeSet<(Kind, Quarter)>,
}

impl Keeping<'_> {
    /// Keeps a row, unless something else stands; tells whether it was kept.
    fn save<S, T: Serialize + Clone>(
        &mut self,
        tx: &mut Tx<'_>,
        (kind, index): (Kind, usize),
        subject: String,
        entry: &Entry<S, T>,
    ) -> Result<bool, StorageError> {
        let place = (self.batch.unit, kind);
        let one = Delivered {
            subject,
            quarter: entry.quarter,
            revision: self.batch.revision,
            totals: entry.totals.clone(),
            source: self.batch.source.as_str().to_owned(),
        };
        if delivered_interval::save(tx, place, &one)? {
            self.outcome.taken += 1;
            self.touched.insert((kind, one.quarter));
            return Ok(true);
        }
        let stands = delivered_interval::stands(tx, place, (&one.subject, one.quarter))?;
        if let Some((source, revision)) = stands {
            self.outcome.unchanged.push(Unchanged { kind, row: index + 1, source, revision });
        }
        Ok(false)
    }
}
