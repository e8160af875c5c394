//! Ids that count, so that two runs of a test make the same ones where its clock stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rollcall_domain::{Clock as _, Ids};
use uuid::{Builder, Uuid};

use crate::clock::TestClock;

/// Counts within the moment that the clock shows.
pub(crate) struct CountingIds {
    clock: Arc<TestClock>,
    count: AtomicU64,
}

impl CountingIds {
    pub(crate) fn new(clock: Arc<TestClock>) -> Self {
        Self { clock, count: AtomicU64::new(0) }
    }
}

impl Ids for CountingIds {
    fn next(&self) -> Uuid {
        let count = self.count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        // The count's own first two bytes stay zero for as long as any test runs; version and variant
        // are written over them.
        let mut random = [0; 10];
        for (place, byte) in random.iter_mut().skip(2).zip(count) {
            *place = byte;
        }
        let ms = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }
}
