//! The eight kinds of failure, and the one that is none yet. A kind says what to do; the reason is for people.

use std::time::Duration;

/// Why a remote system did not do what it was asked.
///
/// A reason is a short clause, such as `it answered 500`, without a full stop. It never holds a body, an
/// address with its query, or a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorError {
    /// It may go well later: no connection, no answer in time, or a failure of the system. Whether the
    /// request took effect is unknown.
    #[error("{reason}")]
    Transient {
        /// What happened.
        reason: String,
    },
    /// It was asked too often; nothing took effect.
    #[error("{reason}")]
    RateLimited {
        /// How long it wants to be left alone, where it says so; one hour at the most.
        retry_after: Option<Duration>,
        /// What happened.
        reason: String,
    },
    /// The credentials were refused.
    #[error("{reason}")]
    Unauthorized {
        /// What happened.
        reason: String,
    },
    /// What was asked for is not there.
    #[error("{reason}")]
    NotFound {
        /// What happened.
        reason: String,
    },
    /// The state over there is another one than the request supposes.
    #[error("{reason}")]
    Conflict {
        /// What happened.
        reason: String,
    },
    /// The request as a whole breaks a rule over there; the same request will be refused again.
    #[error("{reason}")]
    Rejected {
        /// What happened.
        reason: String,
    },
    /// It cannot be asked in this way: an address that is not permitted, a redirect, no such method.
    #[error("{reason}")]
    Unsupported {
        /// What happened.
        reason: String,
    },
    /// No failure: it has what it was asked, and answers later, because it looks only now and then. The same
    /// request with the same key asks for the answer again, and has no other effect.
    #[error("{reason}")]
    Pending {
        /// When to ask again.
        ask_after: Duration,
        /// How long its answer may take in all, until it counts as a failure.
        within: Duration,
        /// What is waited for.
        reason: String,
    },
    /// An answer came that cannot be understood. Whether the request took effect is unknown.
    #[error("{reason}")]
    Malformed {
        /// What happened.
        reason: String,
    },
}

impl ConnectorError {
    pub(crate) fn transient(reason: impl Into<String>) -> Self {
        Self::Transient { reason: reason.into() }
    }

    pub(crate) fn unsupported(reason: impl Into<String>) -> Self {
        Self::Unsupported { reason: reason.into() }
    }

    pub(crate) fn malformed(reason: impl Into<String>) -> Self {
        Self::Malformed { reason: reason.into() }
    }
}
