//! One turn of a feed: takes the lease, marks what became due, and sends what is marked, interval by interval.
//!
//! The content of an interval is noted before it leaves and confirmed after it arrived, each in a transaction
//! that first proves the lease. Whoever dies in between leaves a mark and a content that may have arrived; the
//! next one sends what holds then, under the same revision if it is the same.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rollcall_app::history::{AgentTable, Content, QueueTable, Scope};
use rollcall_connector::ConnectorError;
use rollcall_connector::history::{HistoryFile, HistoryReceipt, HistoryTarget};
use rollcall_domain::interval::{Kind, Span};
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::interval::history_feed::{self, FeedLease, HistoryFeed};
use rollcall_storage::interval::interval_delivery::{self, Key, Step};
use rollcall_storage::interval::interval_mark::{self, IntervalMark};
use rollcall_storage::wfm::wfm_link::{self, WfmLink};
use rollcall_storage::{StorageError, Tx};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{HistoryTargets, progress};
use crate::meter::{self, Ended, Interval, Matter, Remote, TurnMeter};
use crate::retry;
use crate::world::World;

/// A lease is good for so long; each file lengthens it.
const LEASE: SignedDuration = SignedDuration::from_secs(120);
/// As many quarters are counted in one go.
const COUNTED_MAX: i64 = 96;
/// As many files go in one turn; what is left is the next one's.
const FILES_MAX: usize = 2_000;

/// A feed's turn.
pub(super) struct Turn {
    pub(super) world: World,
    pub(super) tenant: TenantId,
    pub(super) link: WfmLinkId,
    pub(super) targets: Arc<dyn HistoryTargets>,
    pub(super) stop: CancellationToken,
}

/// What a turn works on.
struct Work {
    feed: HistoryFeed,
    link: WfmLink,
    lease: FeedLease,
}

/// Why a turn ends early.
#[derive(Debug, thiserror::Error)]
enum Halt {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Remote(#[from] ConnectorError),
    #[error("another node serves the feed")]
    Lost,
    #[error("{0}")]
    Waiting(Waiting),
}

/// Files that the WFM has still to look at. That is no failure, unless it takes too long.
#[derive(Debug)]
struct Waiting {
    ask_after: Duration,
    within: Duration,
    reason: String,
}

impl std::fmt::Display for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Turn {
    pub(super) async fn take(self) {
        let work = match self.begin().await {
            Ok(Some(work)) => work,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(link.id = %self.link, %error, "a history feed could not be served");
                return;
            }
        };
        let (lease, meter) = (work.lease.clone(), TurnMeter::begin(Matter::History, self.link));
        let ended = self.drive(work).instrument(meter.span.clone()).await;
        meter.end(match &ended {
            Ok(ended) => *ended,
            Err(Halt::Waiting(_)) => Ended::Waiting,
            Err(Halt::Lost) => Ended::Lost,
            Err(Halt::Storage(_) | Halt::Remote(_)) => Ended::Failed,
        });
        let ended = ended.map(drop);
        if let Err(error) = self.end(lease, ended).await {
            tracing::warn!(link.id = %self.link, %error, "a history feed's turn was not noted");
        }
    }

    /// Takes the lease and marks what became due; `None` where there is nothing to serve.
    async fn begin(&self) -> Result<Option<Work>, StorageError> {
        let (id, now, holder) = (self.link, self.world.clock.now(), Arc::clone(&self.world.holder));
        self.world
            .storage
            .write(self.tenant, move |tx| {
                let Some(mut feed) = history_feed::get(tx, id)? else { return Ok(None) };
                let Some(link) = wfm_link::get(tx, id)? else { return Ok(None) };
                if !feed.enabled || !link.enabled || feed.next_at > now {
                    return Ok(None);
                }
                let times = (now, later(now, LEASE));
                let Some(lease) = history_feed::take(tx, id, &holder, times)? else {
                    return Ok(None);
                };
                progress::advance(tx, &mut feed, now)?;
                Ok(Some(Work { feed, link, lease }))
            })
            .await
    }

    async fn drive(&self, work: Work) -> Result<Ended, Halt> {
        let target = self.targets.open_history(self.tenant, &work.link)?;
        let mut left = FILES_MAX;
        while left > 0 && !self.stop.is_cancelled() {
            let contents = self.count(&work).await?;
            if contents.is_empty() {
                return Ok(Ended::Done);
            }
            let mut waiting = None;
            for (mark, content) in contents {
                if self.stop.is_cancelled() {
                    return Ok(Ended::Unfinished);
                }
                match self.send(&work, target.as_ref(), &mark, content).await {
                    // The next one can be put meanwhile.
                    Err(Halt::Remote(ConnectorError::Pending { ask_after, within, reason })) => {
                        waiting = Some(Waiting { ask_after, within, reason });
                    }
                    sent => sent?,
                }
                left = left.saturating_sub(1);
            }
            // What waits is asked for again before more is put, so that no place fills up with files.
            if let Some(waiting) = waiting {
                return Err(Halt::Waiting(waiting));
            }
        }
        Ok(Ended::Unfinished)
    }

    /// Reads marks of one kind that lie close together, and counts what they point at, in one transaction: a mark
    /// that comes later has a higher generation, and stays.
    async fn count(&self, work: &Work) -> Result<Vec<(IntervalMark, Content)>, StorageError> {
        let (link, now) = (self.link, self.world.clock.now());
        let scope =
            Scope { unit: work.feed.unit, link: Some(link), thresholds: work.feed.thresholds };
        self.world
            .storage
            .scan(self.tenant, move |tx| {
                let mut marks = interval_mark::list_due(tx, link, now, COUNTED_MAX)?;
                let Some(first) = marks.first().copied() else { return Ok(Vec::new()) };
                marks.retain(|mark| {
                    mark.kind == first.kind && mark.quarter.since(first.quarter) < COUNTED_MAX
                });
                let end = marks.last().map_or(first.quarter, |mark| mark.quarter).next();
                let span = Span { first: first.quarter, end };
                let counted = count(tx, &scope, first.kind, span, now)?;
                Ok(marks.into_iter().map(|mark| (mark, counted(mark.quarter))).collect())
            })
            .await
    }

    /// Brings one interval to the WFM, if it is not there as it is.
    async fn send(
        &self,
        work: &Work,
        target: &dyn HistoryTarget,
        mark: &IntervalMark,
        content: Content,
    ) -> Result<(), Halt> {
        let key = Key { link: self.link, kind: mark.kind, quarter: mark.quarter };
        let Step::Send(revision) = self.plan(&work.lease, key, *mark, &content).await? else {
            meter::interval(Interval::Unchanged);
            return Ok(());
        };
        let file =
            HistoryFile { kind: mark.kind, quarter: mark.quarter, revision, text: content.text };
        let receipt = match meter::measured(Remote::History, target.put(&file)).await {
            // The others do not wait for an interval that the WFM does not want.
            Err(ConnectorError::Rejected { reason }) => HistoryReceipt::Refused { reason },
            answer => answer?,
        };
        let (mark, entries, now) = (*mark, content.entries, self.world.clock.now());
        let outcome = match &receipt {
            HistoryReceipt::Taken => Interval::Taken,
            HistoryReceipt::Overtaken { .. } => Interval::Overtaken,
            HistoryReceipt::Refused { .. } => Interval::Refused,
        };
        self.fenced(&work.lease, move |tx| match &receipt {
            HistoryReceipt::Taken => {
                interval_delivery::confirm(tx, key, revision, entries, now)?;
                interval_mark::settle(tx, key.link, &mark)?;
                well(tx, key.link, Some(now))
            }
            HistoryReceipt::Overtaken { revision } => {
                interval_delivery::overtake(tx, key, *revision)?;
                let words = "The WFM has a newer revision; it is sent again under a higher one.";
                let again = later(now, SignedDuration::from_secs(1));
                interval_mark::put_off(tx, key.link, &mark, words, again)?;
                well(tx, key.link, None)
            }
            HistoryReceipt::Refused { reason } => {
                let again = later(now, retry::put_off(mark.attempts));
                interval_mark::put_off(tx, key.link, &mark, reason, again)?;
                well(tx, key.link, None)
            }
        })
        .await?;
        meter::interval(outcome);
        Ok(())
    }

    /// Decides, and notes what leaves. An interval in which there is nothing to tell, and of which nothing was
    /// told, is settled.
    async fn plan(
        &self,
        lease: &FeedLease,
        key: Key,
        mark: IntervalMark,
        content: &Content,
    ) -> Result<Step, Halt> {
        let (hash, empty) = (content.hash.clone(), content.text.is_empty());
        self.fenced(lease, move |tx| {
            let untold = empty && interval_delivery::get(tx, key)?.is_none();
            let step =
                if untold { Step::Nothing } else { interval_delivery::begin(tx, key, &hash)? };
            if step == Step::Nothing {
                interval_mark::settle(tx, key.link, &mark)?;
            }
            Ok(step)
        })
        .await
    }

    /// Runs a transaction that counts only while the lease stands, and lengthens it.
    async fn fenced<T: Send + 'static>(
        &self,
        lease: &FeedLease,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, Halt> {
        let (lease, now) = (lease.clone(), self.world.clock.now());
        let holder = Arc::clone(&self.world.holder);
        let done = self
            .world
            .storage
            .write(self.tenant, move |tx| {
                if !history_feed::stands(tx, &lease)? {
                    return Ok(None);
                }
                history_feed::take(tx, lease.link, &holder, (now, later(now, LEASE)))?;
                Ok::<_, StorageError>(Some(work(tx)?))
            })
            .await?;
        done.ok_or(Halt::Lost)
    }

    /// Gives the lease back, and notes a failure with the time until the next try.
    async fn end(&self, lease: FeedLease, ended: Result<(), Halt>) -> Result<(), StorageError> {
        let (id, now) = (self.link, self.world.clock.now());
        let halt = match ended {
            Ok(()) => None,
            Err(Halt::Lost) => return Ok(()),
            Err(Halt::Storage(error)) => return Err(error),
            Err(halt) => Some(halt),
        };
        self.world
            .storage
            .write(self.tenant, move |tx| {
                if !history_feed::stands(tx, &lease)? {
                    return Ok(());
                }
                if let (Some(halt), Some(mut feed)) = (&halt, history_feed::get(tx, id)?) {
                    note(&mut feed, halt, now);
                    history_feed::save_state(tx, &feed)?;
                }
                history_feed::release(tx, &lease)
            })
            .await
    }
}

/// Notes in a feed why its turn ended early, and when the next one is.
fn note(feed: &mut HistoryFeed, halt: &Halt, now: Timestamp) {
    let wait = match halt {
        Halt::Waiting(waiting) => {
            let since = *feed.problem_at.get_or_insert(now);
            let within = waiting.within.try_into().unwrap_or(LEASE);
            if now.duration_since(since) > within {
                feed.problem = Some(format!("The WFM looks at no files: {}.", waiting.reason));
            }
            waiting.ask_after
        }
        Halt::Remote(error) => {
            feed.failures += 1;
            let failures = u32::try_from(feed.failures).unwrap_or(u32::MAX);
            let verdict = retry::judge(error, failures);
            feed.problem = Some(verdict.reason);
            feed.problem_at.get_or_insert(now);
            verdict.wait
        }
        Halt::Storage(_) | Halt::Lost => return,
    };
    feed.next_at = later(now, wait.try_into().unwrap_or(LEASE));
}

/// Counts the intervals of a span; answers what is told of each.
fn count(
    tx: &mut Tx<'_>,
    scope: &Scope,
    kind: Kind,
    span: Span,
    now: Timestamp,
) -> Result<Box<dyn Fn(rollcall_domain::interval::Quarter) -> Content>, StorageError> {
    Ok(match kind {
        Kind::Agents => {
            let table = AgentTable::read(tx, scope, span, now)?;
            Box::new(move |quarter| table.content(quarter))
        }
        Kind::Queues => {
            let table = QueueTable::read(tx, scope, span)?;
            Box::new(move |quarter| table.content(quarter))
        }
    })
}

/// Notes that the WFM answered, and when it took a file.
fn well(tx: &mut Tx<'_>, link: WfmLinkId, taken_at: Option<Timestamp>) -> Result<(), StorageError> {
    let Some(mut feed) = history_feed::get(tx, link)? else { return Ok(()) };
    feed.failures = 0;
    feed.problem = None;
    feed.problem_at = None;
    feed.sent_at = taken_at.or(feed.sent_at);
    history_feed::save_state(tx, &feed)
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(now)
}
