//! Reads people's schedules back from the WFMs: each link as often as its people are sent, and at once when it
//! is switched on. A task of its own beside the engine, with leases of its own: neither waits for the other.

mod page;
mod pull;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rollcall_domain::{Clock, Ids, TenantId, WfmLinkId};
use rollcall_storage::{Storage, StorageError, Tx, schedule::wfm_schedule_pull, wfm::wfm_link};
use tokio::task::{Id, JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::target::WfmTargets;
use crate::world::World;

/// How often it is looked whose time has come.
const TICK: Duration = Duration::from_secs(1);
/// As many links are read at a time.
const TURNS_MAX: usize = 8;
/// As many are asked for at a time.
const DUE_MAX: i64 = 64;

/// What schedules are read with.
pub struct ScheduleOptions {
    /// Where they are kept.
    pub storage: Storage,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn Ids>,
    /// The way to the WFMs.
    pub targets: Arc<dyn WfmTargets>,
}

/// The task that reads schedules. Dropped, it ends.
pub struct Schedules {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Schedules {
    /// Starts reading for all links that are on. Any number of nodes may do so on one database.
    pub async fn start(options: ScheduleOptions) -> Self {
        let ScheduleOptions { storage, clock, ids, targets } = options;
        let holder = ids.next().to_string();
        let world = World { storage, clock, ids, holder: holder.into() };
        if let Err(error) = bury_the_dead(&world).await {
            tracing::warn!(%error, "what a dead node was reading is waited out");
        }
        let stop = CancellationToken::new();
        let reader = Reader { world, targets, turns: JoinSet::new(), busy: HashMap::new() };
        let task = tokio::spawn(reader.run(stop.clone()));
        Self { stop, task: Some(task) }
    }

    /// Ends after the pages that are under way.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the reading of schedules broke off");
        }
    }
}

impl Drop for Schedules {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Only one process serves a SQLite file: whoever was reading there is dead.
async fn bury_the_dead(world: &World) -> Result<(), StorageError> {
    if !world.storage.is_sole_writer() {
        return Ok(());
    }
    let mut tenants: HashMap<TenantId, Vec<WfmLinkId>> = HashMap::new();
    for (tenant, link) in world.storage.read_installation(wfm_link::list_all).await? {
        tenants.entry(tenant).or_default().push(link.id);
    }
    let now = world.clock.now();
    for (tenant, links) in tenants {
        let lapse = move |tx: &mut Tx<'_>| {
            links.iter().try_for_each(|link| wfm_schedule_pull::lapse(tx, *link, now))
        };
        world.storage.write(tenant, lapse).await?;
    }
    Ok(())
}

/// The loop's state.
struct Reader {
    world: World,
    targets: Arc<dyn WfmTargets>,
    turns: JoinSet<()>,
    busy: HashMap<Id, WfmLinkId>,
}

impl Reader {
    async fn run(mut self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = tick.tick() => {}
                Some(ended) = self.turns.join_next_with_id() => self.free(ended.map(|(id, ())| id)),
            }
            if let Err(error) = self.look(&stop).await {
                tracing::warn!(%error, "schedules have to wait");
            }
        }
        while let Some(ended) = self.turns.join_next_with_id().await {
            self.free(ended.map(|(id, ())| id));
        }
    }

    async fn look(&mut self, stop: &CancellationToken) -> Result<(), StorageError> {
        if self.turns.len() >= TURNS_MAX {
            return Ok(());
        }
        let (storage, now) = (&self.world.storage, self.world.clock.now());
        let due: Vec<_> = storage
            .read_installation(move |session| wfm_schedule_pull::list_due(session, now, DUE_MAX))
            .await?;
        for (tenant, link) in due {
            let is_busy = self.busy.values().any(|busy| *busy == link);
            if !is_busy && self.turns.len() < TURNS_MAX {
                let (world, targets, stop) =
                    (self.world.clone(), Arc::clone(&self.targets), stop.clone());
                let turn = async move {
                    let pulled = pull::pull(&world, targets.as_ref(), (tenant, link), &stop).await;
                    if let Err(error) = pulled {
                        tracing::warn!(link.id = %link, %error, "schedules have to wait");
                    }
                };
                let id = self.turns.spawn(turn).id();
                self.busy.insert(id, link);
            }
        }
        Ok(())
    }

    fn free(&mut self, ended: Result<Id, tokio::task::JoinError>) {
        let id = ended.unwrap_or_else(|error| {
            // Its lease runs out.
            tracing::error!(%error, "the reading of a link's schedules broke off");
            error.id()
        });
        self.busy.remove(&id);
    }
}
