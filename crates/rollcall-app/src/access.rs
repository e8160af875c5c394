//! Who a bearer token is: the tenant and the SCIM connection that it opens.

mod lookup;

use std::collections::HashMap;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::policy::ConnectionPolicy;
use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, ScimConnectionId, ScimTokenId, TenantId};
use rollcall_storage::access::scim_token::TokenOrigin;
use rollcall_storage::directory::tenant::Tenant;
use rollcall_storage::record::security_event_stream::EventStream;
use rollcall_storage::scim::scim_connection::ScimConnection;

/// What a valid token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimAccess {
    /// The tenant.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ScimConnectionId,
    /// The dialect that the connection is set to.
    pub dialect: Arc<str>,
    /// How the connection treats what its client sends.
    pub policy: ConnectionPolicy,
    /// The optional attributes that the tenant takes from its identity providers.
    pub optional: OptionalAttributes,
    /// Whether anybody is told of the tenant's changes by security events.
    pub(crate) has_event_streams: bool,
    token: ScimTokenId,
    origin: TokenOrigin,
    expires_at: Option<Timestamp>,
}

impl ScimAccess {
    /// The access of a request that a connection's token brought earlier, under the rules of today.
    pub(crate) fn of_earlier(
        tenant: &Tenant,
        connection: &ScimConnection,
        token: ScimTokenId,
        streams: &[EventStream],
    ) -> Self {
        Self {
            tenant: tenant.id,
            connection: connection.id,
            dialect: connection.dialect.clone().into(),
            policy: connection.policy,
            optional: tenant.settings.optional_attributes,
            has_event_streams: !streams.is_empty(),
            token,
            // Of matter only to who is told that the token ended; this one counts no more.
            origin: TokenOrigin::Hand,
            expires_at: None,
        }
    }

    /// The token that brought the request.
    pub(crate) fn token(&self) -> ScimTokenId {
        self.token
    }

    /// The connection, as a source of facts about people.
    pub(crate) fn source(&self) -> Source {
        Source::Scim(self.connection)
    }

    /// What is done when the token's time is over.
    fn way_on(&self) -> &'static str {
        match self.origin {
            TokenOrigin::Hand => "Issue a new one.",
            TokenOrigin::AccessKey(_) => "The access key is exchanged for the next one.",
            TokenOrigin::Application(..) => "The application asks for the next one.",
        }
    }
}

/// The person whom a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// This one, whom the connection sees.
    For(EmployeeId),
    /// Somebody whom the connection does not see.
    Unseen,
    /// Nobody: it is the connection's own.
    Nobody,
}

/// What a token that somebody presents opens now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// A connection.
    Open(ScimAccess),
    /// Nothing any more. Whose it was may be told its tenant, never the one who presents it.
    Closed {
        /// The tenant.
        tenant: TenantId,
        /// The connection that it opened.
        connection: ScimConnectionId,
        /// Why it does no longer, as a sentence.
        reason: String,
    },
    /// Nothing, ever.
    Unknown,
}

/// Tokens that were valid when they were last looked up. A token that is not in here is looked up; one
/// that was looked up before the last change of any access right is looked up again.
pub(crate) struct AccessCache {
    enabled: bool,
    known: RwLock<HashMap<[u8; 32], Arc<Known>>>,
}

struct Known {
    access: ScimAccess,
    stamp: u32,
    used_minute: AtomicI64,
}

/// More tokens than an installation has in use at a time; beyond it the cache starts anew.
const KNOWN_MAX: usize = 10_000;

impl AccessCache {
    pub(crate) fn new(enabled: bool) -> Self {
        Self { enabled, known: RwLock::default() }
    }

    fn get(&self, hash: &[u8; 32], stamp: u32) -> Option<Arc<Known>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(hash).filter(|known| known.stamp == stamp).cloned()
    }

    fn put(&self, hash: [u8; 32], known: Arc<Known>) {
        if !self.enabled {
            return;
        }
        let mut all = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KNOWN_MAX {
            all.clear();
        }
        all.insert(hash, known);
    }
}
