//! Who a bearer token is: the tenant and the SCIM connection that it opens.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use subtle::ConstantTimeEq;

use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::policy::ConnectionPolicy;
use rollcall_domain::source::Source;
use rollcall_domain::{EmployeeId, ScimConnectionId, ScimTokenId, TenantId, time};
use rollcall_storage::credential::{self, TokenEnd, TokenGrant};
use rollcall_storage::scim_connection::ScimConnection;
use rollcall_storage::scim_token::TokenOrigin;
use rollcall_storage::security_event_stream::EventStream;
use rollcall_storage::tenant::Tenant;
use rollcall_storage::{StorageError, identity_link, scim_token};

use crate::access_key;
use crate::app::App;
use crate::oauth;
use crate::secret;

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

impl App {
    /// Says for whom the token of an access stands: that of an access key for the key's owner.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn stands_for(&self, access: &ScimAccess) -> Result<Standing, StorageError> {
        let TokenOrigin::AccessKey(key) = access.origin else { return Ok(Standing::Nobody) };
        let source = access.source();
        self.storage
            .read(access.tenant, move |tx| {
                let Some(owned) = rollcall_storage::access_key::get(tx, key)? else {
                    return Ok(Standing::Nobody);
                };
                let owner = owned.key.employee;
                let link = identity_link::get(tx, source, owner)?;
                let seen = link.is_some_and(|link| link.hidden_at.is_none());
                Ok(if seen { Standing::For(owner) } else { Standing::Unseen })
            })
            .await
    }

    /// Says what a token opens now.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn scim_access(&self, token: &str) -> Result<Presented, StorageError> {
        let hash = secret::hash_bytes(token.as_bytes());
        let now = self.now();
        let stamp = self.storage.signals().stamps().access();
        let known = match self.access.get(&hash, stamp) {
            Some(known) => known,
            None => match self.look_up(token, stamp).await? {
                Ok(known) => {
                    self.access.put(hash, Arc::clone(&known));
                    known
                }
                Err(closed) => return Ok(closed),
            },
        };
        if let Some(end) = known.access.expires_at.filter(|end| now >= *end) {
            let reason =
                format!("The token ended at {}. {}", time::to_text(end), known.access.way_on());
            return Ok(Presented::Closed {
                tenant: known.access.tenant,
                connection: known.access.connection,
                reason,
            });
        }
        self.note_use(&known, now);
        Ok(Presented::Open(known.access.clone()))
    }

    async fn look_up(
        &self,
        token: &str,
        stamp: u32,
    ) -> Result<Result<Arc<Known>, Presented>, StorageError> {
        let hash = secret::hash(token);
        let wanted = hash.clone();
        let found = self
            .storage
            .read_installation(move |session| credential::find_token(session, &wanted))
            .await?;
        let is_it =
            |grant: &TokenGrant| bool::from(grant.token.hash.as_bytes().ct_eq(hash.as_bytes()));
        let Some(grant) = found.filter(is_it) else { return Ok(Err(Presented::Unknown)) };
        if let Some(at) = grant.token.revoked_at {
            let reason = format!("The token was revoked at {}.", time::to_text(at));
            let (tenant, connection) = (grant.tenant, grant.token.connection);
            return Ok(Err(Presented::Closed { tenant, connection, reason }));
        }
        if let Some(end) = &grant.end {
            let (tenant, connection) = (grant.tenant, grant.token.connection);
            return Ok(Err(Presented::Closed { tenant, connection, reason: why(end) }));
        }
        let access = ScimAccess {
            tenant: grant.tenant,
            connection: grant.token.connection,
            dialect: grant.dialect.into(),
            policy: grant.policy,
            optional: grant.settings.optional_attributes,
            has_event_streams: grant.has_event_streams,
            token: grant.token.id,
            origin: grant.token.origin,
            expires_at: grant.token.expires_at,
        };
        Ok(Ok(Arc::new(Known { access, stamp, used_minute: AtomicI64::new(0) })))
    }

    /// Writes down the use of a token, once a minute at the most, beside the request.
    fn note_use(&self, known: &Known, now: Timestamp) {
        let minute = now.as_second() / 60;
        if known.used_minute.swap(minute, Ordering::Relaxed) == minute {
            return;
        }
        let (storage, tenant, token) =
            (self.storage.clone(), known.access.tenant, known.access.token);
        tokio::spawn(async move {
            let noted: Result<(), StorageError> =
                storage.write(tenant, move |tx| scim_token::note_use(tx, token, now)).await;
            if let Err(error) = noted {
                tracing::debug!(%error, "the use of a token was not noted");
            }
        });
    }
}

/// Why a token opens nothing, as a sentence.
fn why(end: &TokenEnd) -> String {
    match end {
        TokenEnd::KeyRevoked(key_id, at) => access_key::revoked(key_id, *at),
        TokenEnd::OwnerInactive(name) => access_key::owner_inactive(name),
        TokenEnd::ApplicationRevoked(name, at) => oauth::application_revoked(name, *at),
        TokenEnd::GrantRevoked(because, at) => oauth::grant_revoked(because, *at),
    }
}
