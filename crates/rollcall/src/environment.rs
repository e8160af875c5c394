//! The machine's clock and fresh ids: the one place that asks the machine for the time.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use rollcall_domain::{Clock, Ids};
use uuid::{ContextV7, Uuid};

/// The machine's clock, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let ms = i64::try_from(since_1970_ms()).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(ms).unwrap_or_default()
    }
}

/// UUIDs of version 7 that grow within this process, also within a millisecond and when the clock is
/// set back (RFC 9562 §6.2, method 1).
#[derive(Default)]
pub(crate) struct SystemIds {
    context: Mutex<ContextV7>,
}

impl Ids for SystemIds {
    fn next(&self) -> Uuid {
        let ms = since_1970_ms();
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        let nanos = u32::try_from(ms % 1_000 * 1_000_000).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, ms / 1_000, nanos))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
fn since_1970_ms() -> u64 {
    // A clock before 1970 is as wrong as one at 1970; `rollcall doctor` tells of both.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_and_are_of_version_7() {
        let ids = SystemIds::default();
        let many: Vec<Uuid> = (0..10_000).map(|_| ids.next()).collect();
        assert!(many.is_sorted_by(|one, next| one < next));
        assert!(many.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn the_clock_has_no_parts_of_a_millisecond() {
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1_000_000, 0);
    }
}
