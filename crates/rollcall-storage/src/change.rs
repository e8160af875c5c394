//! The kinds of thing that change.

use rollcall_domain::TenantId;

/// A kind of thing that changed, told to whoever watches a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// An employee, or a link of one.
    People,
    /// A run, an outcome, or what a WFM is known to hold.
    Runs,
    /// The health or the settings of a WFM link.
    Health,
    /// A connection, a token or an administrator.
    Access,
    /// The journal of a SCIM connection.
    Requests,
    /// What receivers of security events are told.
    SecurityEvents,
    /// Who is in adherence, or what people are judged by.
    Adherence,
}

/// A change as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// Whose it is; `None` where it may be anybody's: another process wrote.
    pub tenant: Option<TenantId>,
    /// What changed.
    pub change: Change,
}

impl Change {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::People,
        Self::Runs,
        Self::Health,
        Self::Access,
        Self::Requests,
        Self::SecurityEvents,
        Self::Adherence,
    ];
}
