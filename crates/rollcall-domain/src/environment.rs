//! What a running system gets from the world around it: the time, and fresh ids.
//!
//! Both are passed in, so that a test decides what time it is and which ids appear.

use jiff::Timestamp;
use uuid::Uuid;

/// Tells the time. Implementations cut it to milliseconds, the precision that we keep.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Makes ids.
pub trait Ids: Send + Sync + 'static {
    /// A fresh UUID of version 7, later than all that this maker gave before (RFC 9562 §6.2).
    fn next(&self) -> Uuid;
}
