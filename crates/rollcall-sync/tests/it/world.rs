//! A clock that stands until it is moved, and ids that count up.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use rollcall_domain::{Clock, Ids};
use uuid::Uuid;

/// When every test begins.
pub(crate) const START_MS: i64 = 1_795_219_200_000;

pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(AtomicI64::new(START_MS))
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// UUIDs of version 7, each later than the one before.
pub(crate) struct TestIds(AtomicU64);

impl TestIds {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(1))
    }
}

impl Ids for TestIds {
    fn next(&self) -> Uuid {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&number.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(START_MS.unsigned_abs(), &random).into_uuid()
    }
}
