//! What somebody did at the ACD, and for how long.

use jiff::Timestamp;

use super::badge::Badge;
use super::span::Span;

/// A time that is over.
#[derive(Clone, Debug)]
pub struct PastState {
    /// What they did.
    pub state: Badge,
    /// From.
    pub began_at: Timestamp,
    /// For how long.
    pub lasted: Span,
}
