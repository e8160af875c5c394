//! One loop for each engine: notices which links need a run, and gives each at most one task at a time.
//!
//! However many links there are, one question to the database tells what all of them need; links of a tenant
//! that need their scheduled run only are swept together.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rollcall_domain::{TenantId, WfmLinkId};
use rollcall_storage::wfm::wfm_link::{self, WfmLink};
use rollcall_storage::{StorageError, Tx, wfm::link_lease, wfm::marking};
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::need::need;
use crate::place::Places;
use crate::seat::Seat;
use crate::serve::{self, Turn};
use crate::sweep::{self, Quiet, SWEPT_MAX, Sweep};
use crate::target::WfmTargets;
use crate::world::World;

/// The net underneath the wake-ups: marks of other nodes, marks that were put off, schedules.
const TICK: Duration = Duration::from_secs(1);
/// After a look, none follows for so many times as long as it took: with many links and many changes, looking
/// takes a small part of one core.
const PAUSE_FACTOR: u32 = 9;

/// The loop's state.
pub(crate) struct Worker {
    world: World,
    targets: Arc<dyn WfmTargets>,
    stop: CancellationToken,
    places: Places,
    /// The links as they were seen last.
    links: Vec<(TenantId, WfmLinkId)>,
    /// What is remembered of those that are idle.
    seats: HashMap<WfmLinkId, Seat>,
    turns: JoinSet<Vec<(WfmLinkId, Seat)>>,
    /// Links that have a task, and how the task is told that someone is due.
    busy: HashMap<WfmLinkId, Arc<Notify>>,
    /// Which links a task has.
    tasks: HashMap<Id, Vec<WfmLinkId>>,
}

impl Worker {
    pub(crate) fn new(world: World, targets: Arc<dyn WfmTargets>, stop: CancellationToken) -> Self {
        Self {
            world,
            targets,
            stop,
            places: Places::default(),
            links: Vec::new(),
            seats: HashMap::new(),
            turns: JoinSet::new(),
            busy: HashMap::new(),
            tasks: HashMap::new(),
        }
    }
}

/// Serves all links until it is told to stop, and then until their runs have ended.
pub(crate) async fn run(mut worker: Worker) {
    let storage = worker.world.storage.clone();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut is_due, mut not_before) = (false, Instant::now());
    loop {
        tokio::select! {
            () = worker.stop.cancelled() => break,
            Some(ended) = worker.turns.join_next_with_id() => {
                worker.seat_again(ended);
                is_due = true;
                continue;
            }
            () = storage.signals().due(), if !is_due => {
                is_due = true;
                continue;
            }
            _ = tick.tick() => {
                is_due = true;
                continue;
            }
            () = tokio::time::sleep_until(not_before), if is_due => {}
        }
        let begun = Instant::now();
        is_due = false;
        if let Err(error) = worker.look().await {
            tracing::warn!(%error, "the links cannot be read; they are looked at again in a second");
        }
        not_before = Instant::now() + (begun.elapsed() * PAUSE_FACTOR).min(TICK);
    }
    while let Some(ended) = worker.turns.join_next_with_id().await {
        worker.seat_again(ended);
    }
    if let Err(error) = worker.give_back().await {
        tracing::warn!(%error, "leases that were kept are left to run out");
    }
}

impl Worker {
    /// Begins a turn for each idle link that needs one, and tells the others that someone is due.
    async fn look(&mut self) -> Result<(), StorageError> {
        let looked_at = std::time::Instant::now();
        self.mark_on().await?;
        let links = self.world.storage.scan_installation(wfm_link::list_all_due).await?;
        self.links = links.iter().map(|(tenant, link, _)| (*tenant, link.id)).collect();
        let now = self.world.clock.now();
        let mut quiet: BTreeMap<TenantId, Vec<Quiet>> = BTreeMap::new();
        for (tenant, link, next_due) in links {
            if let Some(nudge) = self.busy.get(&link.id) {
                if next_due.is_some_and(|due| due <= now) {
                    nudge.notify_one();
                }
                continue;
            }
            let mut seat = self.seats.remove(&link.id).unwrap_or_default();
            match self.wants((tenant, &link), next_due, &mut seat, now) {
                Wants::Nothing => {
                    self.seats.insert(link.id, seat);
                }
                Wants::Turn => self.begin(tenant, link, seat),
                Wants::Sweep => {
                    let link = Quiet { link: link.id, seat, next_due };
                    quiet.entry(tenant).or_default().push(link);
                }
            }
        }
        for (tenant, quiet) in quiet {
            self.sweep(tenant, quiet, looked_at);
        }
        self.forget_removed();
        Ok(())
    }

    /// Goes on with markings of everyone that somebody began: as a rule they go on with it themselves, and faster.
    async fn mark_on(&self) -> Result<(), StorageError> {
        let World { storage, clock, .. } = &self.world;
        let now = clock.now();
        for (tenant, link) in storage.scan_installation(marking::list_all).await? {
            let next = move |tx: &mut Tx<'_>| marking::next(tx, link, now);
            if let Err(error) = storage.write(tenant, next).await {
                tracing::warn!(link.id = %link, %error, "marking everyone has to wait");
            }
        }
        Ok(())
    }

    fn wants(
        &self,
        (tenant, link): (TenantId, &WfmLink),
        next_due: Option<Timestamp>,
        seat: &mut Seat,
        now: Timestamp,
    ) -> Wants {
        if !link.enabled || !seat.is_open(link) {
            return Wants::Nothing;
        }
        if need(link, next_due, seat.compare_after, now).is_none() {
            return Wants::Nothing;
        }
        let is_well = seat.failures == 0 && !seat.interrupted && seat.lease.is_none();
        let is_quiet = is_well && sweep::is_quiet(link, next_due, seat.compare_after, now);
        // One that cannot be opened goes the long way, where that is told.
        if is_quiet && seat.target(self.targets.as_ref(), tenant, link).is_ok() {
            Wants::Sweep
        } else {
            Wants::Turn
        }
    }

    fn begin(&mut self, tenant: TenantId, link: WfmLink, seat: Seat) {
        let (id, nudge) = (link.id, Arc::new(Notify::new()));
        let turn = Turn {
            world: self.world.clone(),
            tenant,
            link,
            seat,
            stop: self.stop.clone(),
            nudge: Arc::clone(&nudge),
            places: self.places.clone(),
        };
        let targets = Arc::clone(&self.targets);
        let turn = async move { vec![(id, serve::serve(turn, targets.as_ref()).await)] };
        let task = self.turns.spawn(turn);
        self.tasks.insert(task.id(), vec![id]);
        self.busy.insert(id, nudge);
    }

    fn sweep(&mut self, tenant: TenantId, mut quiet: Vec<Quiet>, looked_at: std::time::Instant) {
        while !quiet.is_empty() {
            let rest = quiet.split_off(quiet.len().min(SWEPT_MAX));
            let links: Vec<WfmLinkId> = quiet.iter().map(|quiet| quiet.link).collect();
            self.busy.extend(links.iter().map(|link| (*link, Arc::default())));
            let sweep = Sweep { world: self.world.clone(), tenant, quiet, looked_at };
            let task = self.turns.spawn(sweep::sweep(sweep));
            self.tasks.insert(task.id(), links);
            quiet = rest;
        }
    }

    fn seat_again(&mut self, ended: Result<(Id, Vec<(WfmLinkId, Seat)>), JoinError>) {
        match ended {
            Ok((task, seats)) => {
                self.tasks.remove(&task);
                for (link, seat) in seats {
                    self.busy.remove(&link);
                    self.seats.insert(link, seat);
                }
            }
            Err(error) => {
                // The lease runs out, and the run is ended by the next one.
                tracing::error!(%error, "a link's turn broke off");
                for link in self.tasks.remove(&error.id()).unwrap_or_default() {
                    self.busy.remove(&link);
                    let mut seat = Seat::default();
                    seat.rest(TICK);
                    self.seats.insert(link, seat);
                }
            }
        }
    }

    fn forget_removed(&mut self) {
        let known: std::collections::HashSet<WfmLinkId> =
            self.links.iter().map(|(_, link)| *link).collect();
        self.seats.retain(|link, _| known.contains(link));
    }

    /// Only one process serves a SQLite file: whoever holds a lease there is dead. Elsewhere another node
    /// may hold it, and a dead one's is waited out.
    pub(crate) async fn bury_the_dead(&self) -> Result<(), StorageError> {
        let World { storage, clock, .. } = &self.world;
        if !storage.is_sole_writer() {
            return Ok(());
        }
        let now = clock.now();
        storage.write_installation(move |session| link_lease::lapse_all(session, now)).await
    }

    /// Gives back the leases that were kept after failures, so that another node may try.
    async fn give_back(&mut self) -> Result<(), StorageError> {
        let now = self.world.clock.now();
        for (tenant, link) in std::mem::take(&mut self.links) {
            if let Some(lease) = self.seats.remove(&link).and_then(|seat| seat.lease) {
                let release = move |tx: &mut Tx<'_>| link_lease::release(tx, &lease, now);
                self.world.storage.write(tenant, release).await?;
            }
        }
        Ok(())
    }
}

/// What is to be done about a link.
enum Wants {
    Nothing,
    /// A turn of its own.
    Turn,
    /// Its scheduled run, together with others.
    Sweep,
}
