//! Tells WFMs what people do, as they do it: one node at a time for each link, with a lease of its own.
//!
//! What is told is always what the database says at that moment, never what a queue remembers: many changes
//! become the last one, and nothing old is told after something newer. A snapshot opens each spell (the start,
//! another node's death, every failure), and comes every 15 minutes all the same.

mod feed;
mod teller;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use rollcall_app::App;
use rollcall_connector::ConnectorError;
use rollcall_connector::real_time::RealTimeTarget;
use rollcall_domain::{Clock, Ids, TenantId, WfmLinkId};
use rollcall_storage::agent::real_time_feed::{self, RealTimeFeed};
use rollcall_storage::effect::Change;
use rollcall_storage::{Storage, StorageError};
use tokio::task::{Id, JoinError, JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::world::World;
use teller::Teller;

/// Snapshots follow each other at this distance at the most (the public RTA contract).
pub(crate) const SNAPSHOT_EVERY: SignedDuration = SignedDuration::from_mins(15);
/// How often it is looked for feeds that nobody tells.
const ROUND: Duration = Duration::from_secs(2);

/// What states are told with.
pub struct RealTimeOptions {
    /// The application: it says when somebody changes.
    pub app: App,
    /// Where states are.
    pub storage: Storage,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn Ids>,
    /// The way to the WFMs.
    pub targets: Arc<dyn RealTimeTargets>,
}

/// Opens the way to the WFM of a feed: unseals the key and makes the connector.
pub trait RealTimeTargets: Send + Sync + 'static {
    /// Makes the connector; calls nobody yet.
    ///
    /// # Errors
    /// Why there is no way to this WFM.
    fn open(
        &self,
        tenant: TenantId,
        feed: &RealTimeFeed,
    ) -> Result<Arc<dyn RealTimeTarget>, ConnectorError>;
}

/// The task that tells states. Dropped, it ends.
pub struct RealTime {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl RealTime {
    /// Starts telling for all feeds that are on. Any number of nodes may do so on one database.
    pub async fn start(options: RealTimeOptions) -> Self {
        let RealTimeOptions { app, storage, clock, ids, targets } = options;
        let holder = ids.next().to_string();
        let world = World { storage, clock, ids, holder: holder.into() };
        if let Err(error) = bury_the_dead(&world).await {
            tracing::warn!(%error, "what a dead node was telling is waited out");
        }
        let stop = CancellationToken::new();
        let front = Front { app, world, targets, tellers: JoinSet::new(), busy: HashMap::new() };
        let task = tokio::spawn(front.run(stop.clone()));
        Self { stop, task: Some(task) }
    }

    /// Ends after the states that are under way.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the telling of states broke off");
        }
    }
}

impl Drop for RealTime {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Only one process serves a SQLite file: whoever was telling there is dead.
async fn bury_the_dead(world: &World) -> Result<(), StorageError> {
    if !world.storage.is_sole_writer() {
        return Ok(());
    }
    for (tenant, feed) in world.storage.read_installation(real_time_feed::list_enabled).await? {
        world.storage.write(tenant, move |tx| real_time_feed::lapse(tx, feed.link)).await?;
    }
    Ok(())
}

/// The loop's state.
struct Front {
    app: App,
    world: World,
    targets: Arc<dyn RealTimeTargets>,
    tellers: JoinSet<()>,
    busy: HashMap<Id, WfmLinkId>,
}

impl Front {
    async fn run(mut self, stop: CancellationToken) {
        let mut changes = self.app.watch();
        while !stop.is_cancelled() {
            if let Err(error) = self.look(&stop).await {
                tracing::warn!(%error, "real-time states have to wait");
            }
            let heard = async {
                while changes.recv().await.is_ok_and(|news| news.change != Change::Health) {}
            };
            tokio::select! {
                () = stop.cancelled() => {}
                _ = tokio::time::timeout(ROUND, heard) => {}
                Some(ended) = self.tellers.join_next_with_id() => self.free(ended),
            }
        }
        while let Some(ended) = self.tellers.join_next_with_id().await {
            self.free(ended);
        }
    }

    /// Begins to tell each feed that is on and that nobody tells here.
    async fn look(&mut self, stop: &CancellationToken) -> Result<(), StorageError> {
        let feeds = self.world.storage.read_installation(real_time_feed::list_enabled).await?;
        for (tenant, feed) in feeds {
            if self.busy.values().any(|busy| *busy == feed.link) {
                continue;
            }
            let link = feed.link;
            let teller = Teller::new(self.world.clone(), (tenant, feed), &self.targets);
            let (news, stop) = (self.app.follow_agents(tenant), stop.clone());
            let telling = async move {
                if let Err(error) = teller.tell(news, &stop).await {
                    tracing::warn!(link.id = %link, %error, "real-time states have to wait");
                }
            };
            let id = self.tellers.spawn(telling).id();
            self.busy.insert(id, link);
        }
        Ok(())
    }

    fn free(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                // Its lease runs out.
                tracing::error!(%error, "the telling of a link's states broke off");
                error.id()
            }
        };
        self.busy.remove(&id);
    }
}
