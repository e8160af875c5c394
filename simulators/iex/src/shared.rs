//! What all requests share: the agents, the keys, the tokens, the faults and the journal, each
//! behind a lock that is held for a bounded moment and never across an await.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::clock;
use crate::fault::Faults;
use crate::history::Intervals;
use crate::journal::{Journal, Stats};
use crate::option::Options;
use crate::replay::Replays;
use crate::schedule::Schedules;
use crate::state::States;
use crate::store::{Store, UniqueKey};
use crate::token::Tokens;

/// A handle on the state; cheap to clone.
pub(crate) type Shared = Arc<State>;

pub(crate) struct State {
    pub(crate) options: Options,
    /// When it began: what tells its cursors from those of an earlier life.
    pub(crate) began_ms: i64,
    wfm: Mutex<Wfm>,
    schedules: Mutex<Schedules>,
    states: Mutex<States>,
    tokens: Mutex<Tokens>,
    faults: Mutex<Faults>,
    journal: Mutex<Journal>,
    intervals: Mutex<Intervals>,
    stopping: watch::Sender<bool>,
}

/// What must change together: a batch is applied and its answer remembered under one lock, so that
/// two requests with the same key cannot both apply.
pub(crate) struct Wfm {
    pub(crate) store: Store,
    pub(crate) replays: Replays,
}

impl State {
    pub(crate) fn new(options: Options) -> Self {
        let unique_key = if options.unique_key { UniqueKey::Enforced } else { UniqueKey::Absent };
        Self {
            options,
            began_ms: clock::now().as_millisecond(),
            schedules: Mutex::default(),
            states: Mutex::default(),
            wfm: Mutex::new(Wfm { store: Store::new(unique_key), replays: Replays::default() }),
            tokens: Mutex::default(),
            faults: Mutex::default(),
            journal: Mutex::default(),
            intervals: Mutex::default(),
            stopping: watch::Sender::new(false),
        }
    }

    pub(crate) fn wfm(&self) -> MutexGuard<'_, Wfm> {
        self.wfm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn schedules(&self) -> MutexGuard<'_, Schedules> {
        self.schedules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn states(&self) -> MutexGuard<'_, States> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn intervals(&self) -> MutexGuard<'_, Intervals> {
        self.intervals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The counters, with the number of records there now.
    pub(crate) fn stats(&self) -> Stats {
        let agents = u64::try_from(self.wfm().store.count()).unwrap_or(u64::MAX);
        Stats { agents, ..self.journal().stats() }
    }

    /// Forgets everything but the tokens.
    pub(crate) fn reset(&self) {
        let mut wfm = self.wfm();
        wfm.store.clear();
        wfm.replays = Replays::default();
        self.schedules().clear();
        *self.states() = States::default();
        self.faults().clear();
        self.journal().clear();
        self.intervals().clear();
    }

    /// Lets waiting requests end early; called when the server stops.
    pub(crate) fn announce_stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Ends when the server stops.
    pub(crate) async fn stopped(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }
}
