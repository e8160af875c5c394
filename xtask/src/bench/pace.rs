//! A schedule for one of several connections that together ask so often a second.

use std::time::{Duration, Instant};

/// The schedule. What comes late does not put off what follows.
pub(super) struct Pace {
    interval: Duration,
    next: Instant,
    offset: Duration,
}

impl Pace {
    /// The share of one of `connections`, so that they ask in turn.
    pub(super) fn share(per_second: u64, connections: usize, index: usize) -> Self {
        let connections = u32::try_from(connections).unwrap_or(u32::MAX);
        let each = Duration::from_secs(1) / u32::try_from(per_second.max(1)).unwrap_or(u32::MAX);
        let offset = each * u32::try_from(index).unwrap_or(0);
        Self { interval: each * connections, next: Instant::now(), offset }
    }

    /// Begins the schedule.
    pub(super) fn begin(&mut self) {
        self.next = Instant::now() + self.offset;
    }

    /// Waits for the next turn, if it has not come yet.
    pub(super) fn wait(&mut self) {
        std::thread::sleep(self.next.saturating_duration_since(Instant::now()));
        self.next += self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use std::time::Duration;

    #[test]
    fn connections_take_turns() {
        let pace = Pace::share(1_000, 10, 3);
        assert_eq!(
            (pace.interval, pace.offset),
            (Duration::from_millis(10), Duration::from_millis(3))
        );
    }
}
