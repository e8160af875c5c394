//! What agents do, as their source told it (`CONTRACT.md` §3.8). In memory: a restarted WFM knows of nobody.

use std::collections::{BTreeMap, VecDeque};

/// The code of whoever is logged out.
pub(crate) const LOGGED_OFF: &str = "LOGGED-OFF";
/// As many batches are remembered.
const BATCHES_MAX: usize = 10_000;

/// A batch that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateBatch {
    /// Whether whoever is absent was logged out.
    pub is_snapshot: bool,
    /// User codes and state codes, as they came.
    pub states: Vec<(String, String)>,
}

/// What agents do.
#[derive(Default)]
pub(crate) struct States {
    now: BTreeMap<String, String>,
    batches: VecDeque<StateBatch>,
}

impl States {
    pub(crate) fn take(&mut self, batch: StateBatch) {
        if batch.is_snapshot {
            for code in self.now.values_mut() {
                LOGGED_OFF.clone_into(code);
            }
        }
        self.now.extend(batch.states.iter().cloned());
        self.batches.push_back(batch);
        if self.batches.len() > BATCHES_MAX {
            self.batches.pop_front();
        }
    }

    pub(crate) fn now(&self) -> BTreeMap<String, String> {
        self.now.clone()
    }

    pub(crate) fn batches(&self) -> Vec<StateBatch> {
        self.batches.iter().cloned().collect()
    }
}
