//! How a check ends.

/// Why a check ends before its end. Reasons are sentences without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The server does not do what is expected.
    Failed(String),
    /// The server says that it lacks this, or declines it as the RFC permits.
    NotOffered(String),
    /// What the check stands on is missing, because something before it failed.
    Skipped(String),
    /// The person at the keyboard wants an end.
    Interrupted,
}

/// How a check ends.
pub(crate) type Outcome = Result<(), Stop>;

/// Ends the check as failed unless a condition holds.
macro_rules! require {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err($crate::outcome::Stop::Failed(format!($($words)+)));
        }
    };
}
pub(crate) use require;
