//! What the WFM has seen: one entry for each request, and counters (`CONTRACT.md` §5.2, §5.3).
//! Bounded; says nothing of who was in a batch.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::route::name::Route;

/// How many entries are kept.
const MAX_ENTRIES: usize = 100_000;

/// One request and its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Counts up from 1, without gaps.
    pub seq: u64,
    /// When the request was finished.
    pub at: Timestamp,
    /// Which route it met.
    pub route: Route,
    /// The acd it spoke of.
    #[serde(rename = "acdID", skip_serializing_if = "Option::is_none")]
    pub acd_id: Option<Box<str>>,
    /// The status it was answered with; 0 if it was not answered.
    pub status: u16,
    /// `answered`, `applied`, `replayed`, a refusal's code, a fault's name or `client_gone`.
    pub outcome: &'static str,
    /// How many agents it carried or returned, and what became of them.
    #[serde(flatten)]
    pub tally: Tally,
}

/// What a request did to agents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Agents in a batch, or returned by a list.
    pub agents: u32,
    /// Agents that were new.
    pub created: u32,
    /// Agents that changed.
    pub updated: u32,
    /// Agents that stood so already.
    pub unchanged: u32,
    /// Agents that broke a rule.
    pub rejected: u32,
    /// Doubles made; for the repair, doubles removed.
    pub duplicates: u32,
}

/// Counters since the start or the last reset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Requests of all routes but the control plane and the page.
    pub requests: u64,
    /// Batches that were applied, also in part.
    pub batches: u64,
    /// Agents in those batches.
    pub upserts: u64,
    /// Agents that were new, doubles included.
    pub created: u64,
    /// Agents that changed.
    pub updated: u64,
    /// Agents that stood so already.
    pub unchanged: u64,
    /// Agents that broke a rule.
    pub rejected: u64,
    /// Batches answered from memory.
    pub replayed: u64,
    /// Doubles made.
    pub duplicates: u64,
    /// Doubles removed.
    pub repaired: u64,
    /// Records there now.
    pub agents: u64,
}

/// The entries and the counters.
#[derive(Default)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    last_seq: u64,
    stats: Stats,
}

impl Journal {
    /// Numbers and keeps an entry, drops the oldest where there are too many.
    pub(crate) fn push(&mut self, mut entry: Entry) {
        self.last_seq = self.last_seq.saturating_add(1);
        entry.seq = self.last_seq;
        self.stats.count(&entry);
        self.entries.push_back(entry);
        if self.entries.len() > MAX_ENTRIES {
            self.entries.pop_front();
        }
    }

    /// Up to `limit` entries after a number, oldest first.
    pub(crate) fn since(&self, seq: u64, limit: usize) -> Vec<Entry> {
        let start = self.entries.partition_point(|entry| entry.seq <= seq);
        self.entries.iter().skip(start).take(limit).cloned().collect()
    }

    pub(crate) fn last_seq(&self) -> u64 {
        self.last_seq
    }

    pub(crate) fn stats(&self) -> Stats {
        self.stats
    }

    /// Forgets entries and counters; numbers go on, so that a reader's `since` stays good.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.stats = Stats::default();
    }
}

impl Stats {
    fn count(&mut self, entry: &Entry) {
        let add = |sum: &mut u64, more: u32| *sum = sum.saturating_add(u64::from(more));
        let tally = entry.tally;
        add(&mut self.requests, 1);
        match entry.route {
            Route::Batch => {
                add(&mut self.replayed, u32::from(entry.outcome == "replayed"));
                // A refused or replayed batch leaves its effects at zero.
                let effects = tally.created + tally.updated + tally.unchanged + tally.rejected;
                add(&mut self.batches, u32::from(effects > 0));
                add(&mut self.upserts, effects);
                add(&mut self.created, tally.created);
                add(&mut self.updated, tally.updated);
                add(&mut self.unchanged, tally.unchanged);
                add(&mut self.rejected, tally.rejected);
                add(&mut self.duplicates, tally.duplicates);
            }
            Route::Duplicates => add(&mut self.repaired, tally.duplicates),
            _ => {}
        }
    }
}
