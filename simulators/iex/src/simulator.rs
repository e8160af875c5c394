//! A simulated WFM inside a test's own process: real HTTP on a free port, and a view of its state
//! without HTTP.

use std::collections::BTreeMap;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::agent::Agent;
use crate::fault::FaultOrder;
use crate::history::{HistoryInterval, HistoryKind};
use crate::journal::{Entry, Stats};
use crate::option::Options;
use crate::schedule::Activity;
use crate::server::{self, ServeError};
use crate::shared::Shared;
use crate::state::StateBatch;

/// A running simulated WFM. Dropped, it stops at once; [`Self::stop`] ends it in order.
pub struct Simulator {
    url: String,
    shared: Shared,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), ServeError>>,
}

impl Simulator {
    /// Starts on a free port of loopback.
    ///
    /// # Errors
    /// When no port can be had or the state file cannot be read.
    pub async fn start(options: Options) -> Result<Self, ServeError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        Self::start_on(listener, options).await
    }

    /// Starts on a listener; so that a test can start it again on the same port.
    ///
    /// # Errors
    /// When the listener has no address or the state file cannot be read.
    pub async fn start_on(listener: TcpListener, options: Options) -> Result<Self, ServeError> {
        let url = format!("http://{}", listener.local_addr()?);
        let shared = server::open(options).await?;
        let (stop, stopped) = oneshot::channel();
        let state = shared.clone();
        let task = tokio::spawn(async move {
            // A dropped sender is a stop as well.
            let stop = async { drop(stopped.await) };
            server::serve_state(listener, state, stop).await
        });
        Ok(Self { url, shared, stop: Some(stop), task })
    }

    /// The address without a trailing slash, such as `http://127.0.0.1:41234`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// All records of an acd in the order of the list, doubles included.
    #[must_use]
    pub fn agents(&self, acd: &str) -> Vec<Agent> {
        let page = self.shared.wfm().store.page(acd, None, usize::MAX);
        page.rows.iter().map(|(key, record)| record.unpack(acd, &key.uuid)).collect()
    }

    /// The newest record of a uuid.
    #[must_use]
    pub fn agent(&self, acd: &str, uuid: &str) -> Option<Agent> {
        self.shared.wfm().store.find(acd, uuid)
    }

    /// Gives agents of an acd something to do, in the place of what has the same ids.
    pub fn put_activities(&self, acd: &str, activities: impl IntoIterator<Item = Activity>) {
        let mut schedules = self.shared.schedules();
        activities.into_iter().for_each(|activity| schedules.put(acd, activity));
    }

    /// Takes it from them.
    pub fn delete_activities<'a>(&self, acd: &str, ids: impl IntoIterator<Item = &'a str>) {
        let mut schedules = self.shared.schedules();
        ids.into_iter().for_each(|id| schedules.delete(acd, id));
    }

    /// What the agents of an acd are to do, by activity id.
    #[must_use]
    pub fn activities(&self, acd: &str) -> Vec<Activity> {
        self.shared.schedules().all(acd)
    }

    /// What is held of the intervals of an acd, in order of time.
    #[must_use]
    pub fn history(&self, acd: &str, kind: HistoryKind) -> Vec<HistoryInterval> {
        self.shared.intervals().list(acd, kind)
    }

    /// What each agent does, by user code, as far as it was told. Who was logged out by a snapshot is among them.
    #[must_use]
    pub fn states(&self) -> BTreeMap<String, String> {
        self.shared.states().now()
    }

    /// The batches of states that were taken, oldest first.
    #[must_use]
    pub fn state_batches(&self) -> Vec<StateBatch> {
        self.shared.states().batches()
    }

    /// All journal entries after a number.
    #[must_use]
    pub fn journal(&self, since: u64) -> Vec<Entry> {
        self.shared.journal().since(since, usize::MAX)
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Arms faults, behind those that wait already.
    pub fn arm(&self, orders: impl IntoIterator<Item = FaultOrder>) {
        self.shared.faults().arm(orders);
    }

    /// The faults that have not struck yet.
    #[must_use]
    pub fn waiting_faults(&self) -> Vec<FaultOrder> {
        self.shared.faults().waiting()
    }

    /// Disarms all faults that have not struck yet.
    pub fn disarm(&self) {
        self.shared.faults().clear();
    }

    /// Forgets agents, keys, journal, faults and counters.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Finishes open requests, writes the state file and ends.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub async fn stop(mut self) -> Result<(), ServeError> {
        if let Some(stop) = self.stop.take() {
            // It may have ended by itself; its result tells.
            let _ = stop.send(());
        }
        match (&mut self.task).await {
            Ok(ended) => ended,
            Err(error) => Err(ServeError::Listen(std::io::Error::other(error))),
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}
