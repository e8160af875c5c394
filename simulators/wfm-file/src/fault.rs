//! What goes wrong on command (`CONTRACT.md` §7).

use std::collections::VecDeque;

/// A way to err.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Applied, not acknowledged.
    NoAcknowledgement,
    /// Passed over.
    Late,
    /// Half of it is applied and acknowledged.
    Half,
    /// Refused as a whole.
    Refused,
    /// Applied, and acknowledged with something that is no XML.
    Junk,
}

/// A fault, and how many files it strikes, one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultOrder {
    fault: Fault,
    times: u32,
}

impl FaultOrder {
    /// Strikes the next file.
    #[must_use]
    pub fn once(fault: Fault) -> Self {
        Self { fault, times: 1 }
    }

    /// Strikes so many instead, also the same one again.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }
}

/// The fault for a file, if one waits.
pub(crate) fn take(waiting: &mut VecDeque<FaultOrder>) -> Option<Fault> {
    let first = waiting.front_mut()?;
    let fault = first.fault;
    first.times = first.times.saturating_sub(1);
    if first.times == 0 {
        waiting.pop_front();
    }
    Some(fault)
}
