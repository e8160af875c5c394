//! One loop for each engine: notices which links need a run, and gives each at most one task at a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::wfm_link::{self, WfmLink};
use rollcall_storage::{StorageError, Tx, link_lease, outbox};
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::engine::WfmTargets;
use crate::need::need;
use crate::seat::Seat;
use crate::serve::{self, Turn};
use crate::world::World;

/// The net underneath the wake-ups: marks of other nodes, marks that were put off, schedules.
const TICK: Duration = Duration::from_secs(1);

/// The loop's state.
pub(crate) struct Worker {
    world: World,
    targets: Arc<dyn WfmTargets>,
    stop: CancellationToken,
    pulse: watch::Sender<u64>,
    links: Vec<(TenantId, WfmLink)>,
    seats: HashMap<WfmLinkId, Seat>,
    turns: JoinSet<Seat>,
    busy: HashMap<Id, WfmLinkId>,
}

impl Worker {
    pub(crate) fn new(world: World, targets: Arc<dyn WfmTargets>, stop: CancellationToken) -> Self {
        Self {
            world,
            targets,
            stop,
            pulse: watch::Sender::new(0),
            links: Vec::new(),
            seats: HashMap::new(),
            turns: JoinSet::new(),
            busy: HashMap::new(),
        }
    }
}

/// Serves all links until it is told to stop, and then until their runs have ended.
pub(crate) async fn run(mut worker: Worker) {
    let storage = worker.world.storage.clone();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let wake = tokio::select! {
            () = worker.stop.cancelled() => break,
            () = storage.signals().due() => Wake::Due,
            _ = tick.tick() => Wake::Tick,
            Some(ended) = worker.turns.join_next_with_id() => {
                worker.seat_again(ended);
                Wake::Ended
            }
        };
        if let Err(error) = worker.look(wake).await {
            tracing::warn!(%error, "the links cannot be read; they are looked at again in a second");
        }
    }
    while let Some(ended) = worker.turns.join_next_with_id().await {
        worker.seat_again(ended);
    }
    if let Err(error) = worker.give_back().await {
        tracing::warn!(%error, "leases that were kept are left to run out");
    }
}

/// What woke the loop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wake {
    Due,
    Tick,
    Ended,
}

impl Worker {
    /// Begins a turn for each idle link that needs one.
    async fn look(&mut self, wake: Wake) -> Result<(), StorageError> {
        if wake == Wake::Due {
            self.pulse.send_modify(|beat| *beat = beat.wrapping_add(1));
            if !self.links.is_empty() && self.busy.len() == self.links.len() {
                return Ok(());
            }
        }
        self.links = self.world.storage.read_installation(wfm_link::list_all).await?;
        for (tenant, link) in self.links.clone() {
            let is_busy = self.busy.values().any(|id| *id == link.id);
            if !is_busy && self.is_wanted(tenant, &link).await? {
                self.begin(tenant, link);
            }
        }
        let known: Vec<WfmLinkId> = self.links.iter().map(|(_, link)| link.id).collect();
        self.seats.retain(|id, _| known.contains(id));
        Ok(())
    }

    /// Only one process serves a SQLite file: whoever holds a lease there is dead. Elsewhere another node
    /// may hold it, and a dead one's is waited out.
    pub(crate) async fn bury_the_dead(&self) -> Result<(), StorageError> {
        let World { storage, clock, .. } = &self.world;
        if !storage.is_sole_writer() {
            return Ok(());
        }
        let now = clock.now();
        for (tenant, link) in storage.read_installation(wfm_link::list_all).await? {
            storage.write(tenant, move |tx| link_lease::lapse(tx, link.id, now)).await?;
        }
        Ok(())
    }

    /// Gives back the leases that were kept after failures, so that another node may try.
    async fn give_back(&mut self) -> Result<(), StorageError> {
        let now = self.world.clock.now();
        for (tenant, link) in std::mem::take(&mut self.links) {
            if let Some(lease) = self.seats.remove(&link.id).and_then(|seat| seat.lease) {
                let release = move |tx: &mut Tx<'_>| link_lease::release(tx, &lease, now);
                self.world.storage.write(tenant, release).await?;
            }
        }
        Ok(())
    }

    async fn is_wanted(&self, tenant: TenantId, link: &WfmLink) -> Result<bool, StorageError> {
        let seat = self.seats.get(&link.id);
        if !link.enabled || !seat.is_none_or(|seat| seat.is_open(link)) {
            return Ok(false);
        }
        let (id, now) = (link.id, self.world.clock.now());
        let next_due = self.world.storage.read(tenant, move |tx| outbox::next_due(tx, id)).await?;
        let compare_after = seat.and_then(|seat| seat.compare_after);
        Ok(need(link, next_due, compare_after, now).is_some())
    }

    fn begin(&mut self, tenant: TenantId, link: WfmLink) {
        let id = link.id;
        let turn = Turn {
            world: self.world.clone(),
            tenant,
            link,
            seat: self.seats.remove(&id).unwrap_or_default(),
            stop: self.stop.clone(),
            pulse: self.pulse.subscribe(),
        };
        let targets = Arc::clone(&self.targets);
        let turn = async move { serve::serve(turn, targets.as_ref()).await };
        let task = self.turns.spawn(turn);
        self.busy.insert(task.id(), id);
    }

    fn seat_again(&mut self, ended: Result<(Id, Seat), tokio::task::JoinError>) {
        let (task, seat) = match ended {
            Ok((task, seat)) => (task, seat),
            Err(error) => {
                // Its lease runs out, and its run is ended by the next one.
                tracing::error!(%error, "a link's turn broke off");
                let mut seat = Seat::default();
                seat.rest(TICK);
                (error.id(), seat)
            }
        };
        if let Some(link) = self.busy.remove(&task) {
            self.seats.insert(link, seat);
        }
    }
}
