//! The engine's front: what it is given, how it starts and how it stops.

use std::sync::Arc;
use std::time::Duration;

use rollcall_domain::{Clock, Ids};
use rollcall_storage::Storage;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::target::WfmTargets;
use crate::worker::{self, Worker};
use crate::world::World;

/// A run in flight ends at the next batch; its last call has this long, and a little for settling.
const STOP_PATIENCE: Duration = Duration::from_secs(60);

/// What the engine works with.
pub struct EngineOptions {
    /// Where marks, standings and runs are.
    pub storage: Storage,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn Ids>,
    /// The way to the WFMs.
    pub targets: Arc<dyn WfmTargets>,
}

/// A running engine. Dropped, it begins to stop; [`Engine::stop`] also waits for it.
pub struct Engine {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts serving all links. Any number of engines may run on one database; the leases share the
    /// links out among them.
    ///
    /// What an engine that died held is free when this answers, and not taken from anyone later.
    pub async fn start(options: EngineOptions) -> Self {
        let EngineOptions { storage, clock, ids, targets } = options;
        let stop = CancellationToken::new();
        let holder = ids.next().to_string();
        let world = World { storage, clock, ids, holder: holder.into() };
        let worker = Worker::new(world, targets, stop.clone());
        if let Err(error) = worker.bury_the_dead().await {
            tracing::warn!(%error, "leases of an engine that died are waited out");
        }
        let task = tokio::spawn(worker::run(worker));
        Self { stop, task: Some(task) }
    }

    /// Ends in order: no run begins any more, those that are going on settle what they wrote and end.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let Some(mut task) = self.task.take() else { return };
        if tokio::time::timeout(STOP_PATIENCE, &mut task).await.is_err() {
            tracing::warn!("a run did not end in time and is left to the next start");
            task.abort();
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
