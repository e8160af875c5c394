//! One link's turn: goes on from where the last one was, page by page, each page and the place behind it in one
//! transaction. A process may die at any line of it; the next one does the same page again, to the same effect.

use jiff::{SignedDuration, Timestamp};
use rollcall_connector::ConnectorError;
use rollcall_connector::schedule::{ScheduleChanges, SchedulePage, ScheduleSource};
use rollcall_domain::wfm::schedule::Window;
use rollcall_domain::{BusinessUnitId, TenantId, WfmLinkId};
use rollcall_storage::schedule::wfm_schedule_pull::{self as rows, Pull, PullLease, Stage};
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_storage::{StorageError, Tx, schedule::wfm_schedule, wfm::wfm_link};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::page::{self, Place};
use crate::meter::{self, Ended, Matter, Remote, TurnMeter};
use crate::retry;
use crate::target::WfmTargets;
use crate::world::World;

/// A node that shows nothing for so long is dead. Longer than any call to a WFM.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// As many pages a turn; what is left is the next one's, so that other links have theirs.
const PAGES_MAX: usize = 200;
/// As many rows are swept or pruned in one transaction.
const ROWS_MAX: i64 = 1_000;
/// Everything is read again so often: the window moves on, and what got lost on the way comes back.
const READ_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// A way that tells no schedules may be replaced by one that does.
const ASK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Reads a link's schedules as far as one turn goes.
pub(super) async fn pull(
    world: &World,
    targets: &dyn WfmTargets,
    (tenant, id): (TenantId, WfmLinkId),
    stop: &CancellationToken,
) -> Result<(), StorageError> {
    let (now, holder) = (world.clock.now(), std::sync::Arc::clone(&world.holder));
    let begin = move |tx: &mut Tx<'_>| {
        let Some(link) = wfm_link::get(tx, id)?.filter(|link| link.enabled) else {
            return Ok(None);
        };
        let taken = rows::take(tx, id, &holder, (now, after(now, LEASE)))?;
        Ok::<_, StorageError>(taken.map(|taken| (link, taken)))
    };
    let Some((link, held)) = world.storage.write(tenant, begin).await? else {
        return Ok(());
    };
    let meter = TurnMeter::begin(Matter::Schedules, id);
    let read = read(world, targets, (tenant, link), held, stop);
    let ended = read.instrument(meter.span.clone()).await;
    meter.end(*ended.as_ref().unwrap_or(&Ended::Failed));
    ended.map(drop)
}

/// Reads the schedules of a link that this node holds.
async fn read(
    world: &World,
    targets: &dyn WfmTargets,
    (tenant, link): (TenantId, WfmLink),
    (lease, mut pull): (PullLease, Pull),
    stop: &CancellationToken,
) -> Result<Ended, StorageError> {
    let now = world.clock.now();
    let origin = format!("{} {}", link.base_url, link.acd_id);
    let is_old = pull.read_at.is_none_or(|read_at| after(read_at, READ_EVERY) <= now);
    if pull.origin != origin || (pull.stage == Stage::Following && is_old) {
        pull.origin = origin;
        begin_read(&mut pull);
    }
    let target = targets.open(tenant, &link);
    let interval = SignedDuration::from_secs(link.interval_s);
    let mut turn = Turn { world, tenant, unit: link.business_unit, interval, lease, pull };
    let step = match target {
        Err(error) => Err(error),
        Ok(target) => match target.schedules() {
            Some(source) => return turn.go(source, stop).await,
            None => Ok(()),
        },
    };
    match step {
        Err(error) => turn.failed(&error).await,
        Ok(()) => {
            turn.pull.problem = Some("This way to the WFM tells no schedules.".to_owned());
            turn.pull.problem_at = turn.pull.problem_at.or(Some(now));
            turn.pull.next_at = after(now, ASK_AGAIN);
            turn.end(Ended::Unsupported).await
        }
    }
}

/// A link that is being read.
struct Turn<'a> {
    world: &'a World,
    tenant: TenantId,
    unit: BusinessUnitId,
    /// From one reading to the next.
    interval: SignedDuration,
    lease: PullLease,
    pull: Pull,
}

/// Whether a turn goes on after a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    /// It is up to date.
    UpToDate,
    /// Another node has the link.
    Lost,
}

impl Turn<'_> {
    async fn go(
        mut self,
        source: &dyn ScheduleSource,
        stop: &CancellationToken,
    ) -> Result<Ended, StorageError> {
        let mut ended = Ended::Unfinished;
        for _ in 0..PAGES_MAX {
            if stop.is_cancelled() {
                break;
            }
            match self.step(source).await? {
                Ok(Next::GoOn) => {}
                Ok(Next::Lost) => return Ok(Ended::Lost),
                Ok(Next::UpToDate) => {
                    let now = self.world.clock.now();
                    self.pull.pulled_at = Some(now);
                    self.pull.next_at = after(now, self.interval);
                    self.prune(now).await?;
                    ended = Ended::Done;
                    break;
                }
                Err(error) => return self.failed(&error).await,
            }
        }
        self.end(ended).await
    }

    /// The next page, or the next stretch to be swept.
    async fn step(
        &mut self,
        source: &dyn ScheduleSource,
    ) -> Result<Result<Next, ConnectorError>, StorageError> {
        let window = Window::kept(self.world.clock.now());
        let called = match (self.pull.stage.clone(), self.pull.changes_cursor.clone()) {
            (Stage::Sweeping(after), _) => return self.sweep(after).await.map(Ok),
            (Stage::Reading(cursor), _) => {
                let page = source.window(window, cursor.as_deref());
                meter::measured(Remote::Schedule, page).await.map(Page::Whole)
            }
            (Stage::Following, Some(cursor)) => {
                let page = source.changes(&cursor);
                meter::measured(Remote::Schedule, page).await.map(Page::Changes)
            }
            (Stage::Following, None) => {
                begin_read(&mut self.pull);
                return Ok(Ok(Next::GoOn));
            }
        };
        match called {
            Ok(page) => self.take(page, window).await.map(Ok),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn take(&mut self, page: Page, window: Window) -> Result<Next, StorageError> {
        let place = Place {
            link: self.pull.link,
            unit: self.unit,
            read_number: self.pull.read_number,
            window,
        };
        let (mut pull, before) = (self.pull.clone(), self.pull.unknown_agents);
        let (next, told) = (page.turn(&mut pull), page.entries());
        pull.failures = 0;
        (pull.problem, pull.problem_at) = (None, None);
        let work = move |tx: &mut Tx<'_>, pull: &mut Pull| {
            let unknown = match &page {
                Page::Whole(page) => page::keep(tx, place, &page.activities)?,
                Page::Changes(page) => page::follow(tx, place, &page.changes)?,
            };
            pull.unknown_agents += unknown;
            Ok(())
        };
        if !self.fenced(pull, work).await? {
            return Ok(Next::Lost);
        }
        let unknown = u64::try_from(self.pull.unknown_agents - before).unwrap_or(0);
        meter::activities(told.saturating_sub(unknown), unknown);
        Ok(next)
    }

    async fn sweep(&mut self, behind: String) -> Result<Next, StorageError> {
        let (link, number, now) = (self.pull.link, self.pull.read_number, self.world.clock.now());
        let work = move |tx: &mut Tx<'_>, pull: &mut Pull| {
            match wfm_schedule::sweep(tx, link, number, &behind, ROWS_MAX)? {
                Some(last) => pull.stage = Stage::Sweeping(last),
                None => {
                    pull.stage = Stage::Following;
                    pull.read_at = Some(now);
                }
            }
            Ok(())
        };
        Ok(if self.fenced(self.pull.clone(), work).await? { Next::GoOn } else { Next::Lost })
    }

    /// Does a step and writes down how far it led, together; `false` where another node has the link.
    async fn fenced(
        &mut self,
        pull: Pull,
        work: impl Fn(&mut Tx<'_>, &mut Pull) -> Result<(), StorageError> + Send + 'static,
    ) -> Result<bool, StorageError> {
        let (lease, until) = (self.lease.clone(), after(self.world.clock.now(), LEASE));
        let step = move |tx: &mut Tx<'_>| {
            let mut pull = pull.clone();
            // Whatever a step did is undone where the lease has gone to another.
            let done = tx.attempt(|tx| {
                work(tx, &mut pull)?;
                if rows::save(tx, &lease, &pull, until)? { Ok(()) } else { Err(Undone::Lost) }
            });
            match done {
                Ok(()) => Ok(Some(pull)),
                Err(Undone::Lost) => Ok(None),
                Err(Undone::Storage(error)) => Err(error),
            }
        };
        let pull = self.world.storage.write(self.tenant, step).await?;
        let is_ours = pull.is_some();
        if let Some(pull) = pull {
            self.pull = pull;
        }
        Ok(is_ours)
    }

    /// What follows from a call that failed. Changes that are not told any more are no trouble: everything is
    /// read again, but not again and again.
    async fn failed(mut self, error: &ConnectorError) -> Result<Ended, StorageError> {
        use ConnectorError as E;
        let now = self.world.clock.now();
        let is_refused =
            matches!(error, E::NotFound { .. } | E::Rejected { .. } | E::Conflict { .. });
        let follows = self.pull.stage == Stage::Following;
        let is_fresh = self.pull.read_at.is_some_and(|at| after(at, self.interval) > now);
        if is_refused && self.pull.stage != Stage::Reading(None) {
            begin_read(&mut self.pull);
        }
        if is_refused && follows && !is_fresh {
            self.pull.next_at = now;
            return self.end(Ended::Unfinished).await;
        }
        self.pull.failures = self.pull.failures.saturating_add(1);
        let failures = u32::try_from(self.pull.failures).unwrap_or(u32::MAX);
        let verdict = retry::judge(error, failures);
        if failures == 1 {
            tracing::warn!(link.id = %self.pull.link, %error, "a WFM does not tell schedules");
        }
        self.pull.problem = Some(verdict.reason);
        self.pull.problem_at = self.pull.problem_at.or(Some(now));
        let retry_at = now.checked_add(verdict.wait).unwrap_or(now);
        let soon = if is_refused && follows { after(now, self.interval) } else { retry_at };
        self.pull.next_at = soon.max(retry_at);
        self.end(Ended::Failed).await
    }

    /// Writes down how far it came, and gives the link back.
    async fn end(self, ended: Ended) -> Result<Ended, StorageError> {
        let (lease, pull, now) = (self.lease, self.pull, self.world.clock.now());
        let save = move |tx: &mut Tx<'_>| {
            let mut pull = pull.clone();
            // The operator may have shortened the interval while this went on.
            if let Some(link) = wfm_link::get(tx, pull.link)?.filter(|_| ended == Ended::Done) {
                pull.next_at =
                    pull.next_at.min(after(now, SignedDuration::from_secs(link.interval_s)));
            }
            rows::save(tx, &lease, &pull, now)
        };
        let is_ours = self.world.storage.write(self.tenant, save).await?;
        Ok(if is_ours { ended } else { Ended::Lost })
    }

    async fn prune(&self, now: Timestamp) -> Result<(), StorageError> {
        let (link, before) = (self.pull.link, Window::kept(now).from);
        for _ in 0..PAGES_MAX {
            let prune = move |tx: &mut Tx<'_>| wfm_schedule::prune(tx, link, before, ROWS_MAX);
            if self.world.storage.write(self.tenant, prune).await? < ROWS_MAX.unsigned_abs() {
                break;
            }
        }
        Ok(())
    }
}

/// Why a step left nothing.
enum Undone {
    Lost,
    Storage(StorageError),
}

impl From<StorageError> for Undone {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// What the WFM told.
enum Page {
    Whole(SchedulePage),
    Changes(ScheduleChanges),
}

impl Page {
    /// How much it tells, with what could not be read.
    fn entries(&self) -> u64 {
        let (told, unreadable) = match self {
            Self::Whole(page) => (page.activities.len(), page.unreadable),
            Self::Changes(page) => (page.changes.len(), page.unreadable),
        };
        u64::try_from(told).unwrap_or(u64::MAX).saturating_add(unreadable)
    }

    /// Where the reading stands behind it.
    fn turn(&self, pull: &mut Pull) -> Next {
        match self {
            Self::Whole(page) => {
                if pull.stage == Stage::Reading(None) {
                    pull.changes_cursor = Some(page.changes_cursor.clone());
                }
                pull.stage = match &page.next_cursor {
                    Some(cursor) => Stage::Reading(Some(cursor.clone())),
                    None => Stage::Sweeping(String::new()),
                };
                pull.unknown_agents += count(page.unreadable);
                Next::GoOn
            }
            Self::Changes(page) => {
                pull.changes_cursor = Some(page.next_cursor.clone());
                pull.unknown_agents += count(page.unreadable);
                if page.more { Next::GoOn } else { Next::UpToDate }
            }
        }
    }
}

/// Everything is read from the beginning.
fn begin_read(pull: &mut Pull) {
    pull.stage = Stage::Reading(None);
    pull.read_number += 1;
    pull.unknown_agents = 0;
}

fn count(entries: u64) -> i64 {
    i64::try_from(entries).unwrap_or(i64::MAX)
}

fn after(now: Timestamp, time: SignedDuration) -> Timestamp {
    now.checked_add(time).unwrap_or(now)
}
