//! What is measured of the database. The names are explained in docs/operations.md; without a recorder, which
//! the binary installs, all of this does nothing.

use std::time::Instant;

use metrics::{Counter, Gauge, Histogram};

/// The measures of writing, at hand for every transaction.
#[derive(Clone)]
pub(crate) struct WriteMeter {
    seconds: Histogram,
    waiting: Gauge,
}

/// A write that was begun. It counts as waiting until this is dropped, also when its caller goes away.
pub(crate) struct Writing {
    meter: WriteMeter,
    begun: Instant,
}

impl Default for WriteMeter {
    fn default() -> Self {
        Self {
            seconds: metrics::histogram!("rollcall_database_write_seconds"),
            waiting: metrics::gauge!("rollcall_database_writes_waiting"),
        }
    }
}

impl WriteMeter {
    /// Notes that a write begins.
    pub(crate) fn begin(&self) -> Writing {
        self.waiting.increment(1.0);
        Writing { meter: self.clone(), begun: Instant::now() }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.meter.waiting.decrement(1.0);
        self.meter.seconds.record(self.begun.elapsed());
    }
}

/// The measures of SQLite's group commit.
pub(crate) struct CommitMeter {
    writes: Histogram,
    seconds: Histogram,
}

impl Default for CommitMeter {
    fn default() -> Self {
        Self {
            writes: metrics::histogram!("rollcall_database_commit_writes"),
            seconds: metrics::histogram!("rollcall_database_commit_seconds"),
        }
    }
}

impl CommitMeter {
    /// Notes that so many writes were committed together, from `begun` on.
    pub(crate) fn note(&self, writes: usize, begun: Instant) {
        self.writes.record(u32::try_from(writes).unwrap_or(u32::MAX));
        self.seconds.record(begun.elapsed());
    }
}

/// How often a transaction of PostgreSQL had to run again.
pub(crate) fn retries() -> Counter {
    metrics::counter!("rollcall_database_retries_total")
}

/// How often agent states changed.
pub(crate) fn agent_state_changes() -> Counter {
    metrics::counter!("rollcall_agent_state_changes_total")
}
