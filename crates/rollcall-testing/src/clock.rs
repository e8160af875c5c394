//! A clock that begins at a fixed moment, so that no test depends on the day on which it runs.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use rollcall_domain::Clock;

/// 2026-11-21T09:00:00Z: a Saturday, between two switches of summer time.
const BEGINNING_MS: i64 = 1_795_251_600_000;

/// Whether time passes by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Time {
    /// As fast as outside.
    #[default]
    Runs,
    /// Only when a test says so.
    Stands,
}

/// The hub's clock.
#[derive(Debug)]
pub struct TestClock {
    time: Time,
    started: Instant,
    advanced_ms: AtomicI64,
}

impl TestClock {
    /// A clock at the beginning.
    #[must_use]
    pub fn new(time: Time) -> Self {
        Self { time, started: Instant::now(), advanced_ms: AtomicI64::new(0) }
    }

    /// Lets time pass at once.
    pub fn advance(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.advanced_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let passed_ms = match self.time {
            Time::Runs => i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX),
            Time::Stands => 0,
        };
        let ms = BEGINNING_MS
            .saturating_add(passed_ms)
            .saturating_add(self.advanced_ms.load(Ordering::Relaxed));
        Timestamp::from_millisecond(ms).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let clock = TestClock::new(Time::Stands);
        assert_eq!(clock.now().to_string(), "2026-11-21T09:00:00Z");
        clock.advance(SignedDuration::from_mins(15));
        assert_eq!(clock.now().to_string(), "2026-11-21T09:15:00Z");
    }
}
