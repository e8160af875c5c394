//! Attributes that clients sent and nobody here knows: counted, so that an administrator can see what a
//! mapping sends in vain. Kept in memory; a restart begins anew.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use rollcall_domain::ScimConnectionId;

use crate::app::App;

/// As many names are kept of a connection; the rest is counted together.
const NAMES_MAX: usize = 64;
/// The name under which the rest is counted.
const OTHERS: &str = "(others)";

/// The counters of all connections.
#[derive(Default)]
pub(crate) struct IgnoredAttributes {
    counts: Mutex<HashMap<ScimConnectionId, BTreeMap<String, u64>>>,
}

impl App {
    /// Counts attributes that a connection's client sent in vain.
    pub fn note_ignored(&self, connection: ScimConnectionId, names: &[String]) {
        if names.is_empty() {
            return;
        }
        let mut all = self.ignored.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = all.entry(connection).or_default();
        for name in names {
            let known = counts.contains_key(name) || counts.len() < NAMES_MAX;
            *counts.entry(if known { name.clone() } else { OTHERS.to_owned() }).or_default() += 1;
        }
    }

    /// What a connection's client sent in vain since the start, by name.
    #[must_use]
    pub fn ignored_attributes(&self, connection: ScimConnectionId) -> Vec<(String, u64)> {
        let all = self.ignored.counts.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&connection)
            .into_iter()
            .flatten()
            .map(|(name, count)| (name.clone(), *count))
            .collect()
    }
}
