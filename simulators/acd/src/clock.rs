//! The machine's clock. The simulator is an outside system with a time of its own; nothing else in this crate may
//! ask for the time.

use jiff::Timestamp;

/// The present moment.
#[expect(
    clippy::disallowed_methods,
    reason = "the simulator is an outside system with a clock of its own"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
