//! Tells WFMs the history of intervals: each when it has settled, again when something in it came late, and each
//! day once more in the night after it. All of these are marks, and marks go one way ([`turn`]).
//!
//! One worker at a time serves a feed, under a lease of the feed's own: history does not wait for people, nor
//! people for history.

mod progress;
mod turn;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rollcall_connector::ConnectorError;
use rollcall_connector::history::HistoryTarget;
use rollcall_domain::{Clock, Ids, TenantId, WfmLinkId};
use rollcall_storage::interval::history_feed::{self, HistoryFeed};
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_storage::{Storage, StorageError, interval::interval_mark};
use tokio::task::{Id, JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::world::World;
use turn::Turn;

/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_secs(1);
/// As many feeds are served at a time.
const TURNS_MAX: usize = 16;
/// A file in flight has this long to be settled, once it is to end.
const STOP_PATIENCE: Duration = Duration::from_secs(60);

/// What history is told with.
pub struct HistoryOptions {
    /// Where what happened is.
    pub storage: Storage,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn Ids>,
    /// The way to the WFMs.
    pub targets: Arc<dyn HistoryTargets>,
}

/// Opens the way to the WFM of a link for its history.
pub trait HistoryTargets: Send + Sync + 'static {
    /// Makes the connector; calls nobody yet.
    ///
    /// # Errors
    /// Why there is no way to this WFM.
    fn open_history(
        &self,
        tenant: TenantId,
        link: &WfmLink,
    ) -> Result<Arc<dyn HistoryTarget>, ConnectorError>;
}

/// The tasks that tell history. Dropped, they begin to stop; [`History::stop`] also waits for them.
pub struct History {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl History {
    /// Starts serving all feeds. Any number of nodes may do so on one database.
    ///
    /// What one that died held is free when this answers.
    pub async fn start(options: HistoryOptions) -> Self {
        let HistoryOptions { storage, clock, ids, targets } = options;
        let stop = CancellationToken::new();
        let holder = ids.next().to_string();
        if storage.is_sole_writer() {
            let lapsed: Result<(), StorageError> =
                storage.write_installation(history_feed::lapse).await;
            if let Err(error) = lapsed {
                tracing::warn!(%error, "leases of feeds that were held are waited out");
            }
        }
        let world = World { storage, clock, ids, holder: holder.into() };
        let task = tokio::spawn(run(world, targets, stop.clone()));
        Self { stop, task: Some(task) }
    }

    /// Ends in order: what is on its way is settled, and nothing more is sent.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let Some(mut task) = self.task.take() else { return };
        if tokio::time::timeout(STOP_PATIENCE, &mut task).await.is_err() {
            tracing::warn!("a file of history did not end in time and is left to the next start");
            task.abort();
        }
    }
}

impl Drop for History {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn run(world: World, targets: Arc<dyn HistoryTargets>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut turns, mut busy) = (JoinSet::new(), HashMap::new());
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = tick.tick() => {}
            Some(ended) = turns.join_next_with_id() => {
                busy.remove(&ended_id(&ended));
                continue;
            }
        }
        let look = look(&world, &targets, &stop, (&mut turns, &mut busy));
        if let Err(error) = look.await {
            tracing::warn!(%error, "history feeds cannot be read; they are looked at again in a second");
        }
    }
    while turns.join_next().await.is_some() {}
}

fn ended_id(ended: &Result<(Id, ()), tokio::task::JoinError>) -> Id {
    match ended {
        Ok((id, ())) => *id,
        Err(error) => {
            tracing::error!(%error, "a history feed's turn broke off");
            error.id()
        }
    }
}

/// Begins a turn for each idle feed that needs one.
async fn look(
    world: &World,
    targets: &Arc<dyn HistoryTargets>,
    stop: &CancellationToken,
    (turns, busy): (&mut JoinSet<()>, &mut HashMap<Id, WfmLinkId>),
) -> Result<(), StorageError> {
    let feeds = world.storage.read_installation(history_feed::list_all).await?;
    for (tenant, feed) in feeds {
        let is_busy = busy.values().any(|link| *link == feed.link);
        if is_busy || turns.len() >= TURNS_MAX || !is_wanted(world, tenant, &feed).await? {
            continue;
        }
        let turn = Turn {
            world: world.clone(),
            tenant,
            link: feed.link,
            targets: Arc::clone(targets),
            stop: stop.clone(),
        };
        let link = feed.link;
        let task = turns.spawn(turn.take());
        busy.insert(task.id(), link);
    }
    Ok(())
}

async fn is_wanted(
    world: &World,
    tenant: TenantId,
    feed: &HistoryFeed,
) -> Result<bool, StorageError> {
    let (now, link) = (world.clock.now(), feed.link);
    if feed.next_at > now {
        return Ok(false);
    }
    if progress::due(feed, now).is_some_and(|due| !due.is_empty()) {
        return Ok(true);
    }
    let due = world.storage.read(tenant, move |tx| interval_mark::tally(tx, link, now)).await?;
    Ok(due > 0)
}
