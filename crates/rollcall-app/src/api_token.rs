//! Bearer tokens of a tenant for systems other than identity providers, and what they open.

mod issue;
mod lookup;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use jiff::{SignedDuration, Timestamp};
use quick_cache::sync::Cache;
use secrecy::SecretString;

use rollcall_domain::{ApiTokenId, TenantId};

pub use rollcall_storage::access::api_token::ApiToken;

/// As many tokens of a tenant may be live at a time.
pub const LIVE_TOKENS_MAX: usize = 50;
/// More tokens than an installation has in use at a time.
const KNOWN_MAX: usize = 10_000;

/// What a token opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Reading who does what at the ACD; logging people in and out, and setting what can be set from outside.
    AgentSessions,
    /// Telling which contacts people have: for the system that routes them.
    ContactEvents,
    /// Reading people's schedules, where they may see them themselves.
    Schedules,
    /// Reading what people and queues did in each quarter of an hour.
    History,
    /// Delivering intervals that the system counted itself.
    HistoryDelivery,
    /// Reading who does what is scheduled, and who does not.
    Adherence,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::AgentSessions,
        Self::ContactEvents,
        Self::Schedules,
        Self::History,
        Self::HistoryDelivery,
        Self::Adherence,
    ];

    /// Its written form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AgentSessions => "agent-sessions",
            Self::ContactEvents => "contact-events",
            Self::Schedules => "schedules",
            Self::History => "history",
            Self::HistoryDelivery => "history-delivery",
            Self::Adherence => "adherence",
        }
    }

    /// From its written form.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A token that is to be made.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// What people call the system that gets it.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<Scope>,
    /// How long it works; until it is revoked without it.
    pub lifetime: Option<SignedDuration>,
}

/// A token that was just made: the only time that it can be read.
#[derive(Debug)]
pub struct IssuedApiToken {
    /// What is kept of it.
    pub token: ApiToken,
    /// The token itself.
    pub secret: SecretString,
}

/// Who presents a token that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiAccess {
    /// The tenant.
    pub tenant: TenantId,
    /// The token.
    pub token: ApiTokenId,
    /// What it opens.
    pub scopes: Vec<Scope>,
}

/// Tokens that worked when they were last looked up; looked up anew after any change of access rights.
pub(crate) struct ApiAccessCache {
    known: Option<Cache<[u8; 32], Arc<Known>>>,
}

struct Known {
    access: ApiAccess,
    expires_at: Option<Timestamp>,
    stamp: u32,
    used_minute: AtomicI64,
}

impl ApiAccessCache {
    /// Where other nodes revoke tokens too, nothing is kept.
    pub(crate) fn new(enabled: bool) -> Self {
        Self { known: enabled.then(|| Cache::new(KNOWN_MAX)) }
    }
}
