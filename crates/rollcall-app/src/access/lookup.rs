//! Looks a bearer token up, and notes that it was used.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use subtle::ConstantTimeEq;

use rollcall_domain::time;
use rollcall_storage::access::credential::{self, TokenEnd, TokenGrant};
use rollcall_storage::access::scim_token::TokenOrigin;
use rollcall_storage::{StorageError, access::scim_token, directory::identity_link};

use crate::access::{Known, Presented, ScimAccess, Standing};
use crate::access_key;
use crate::app::App;
use crate::oauth;
use crate::secret;

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
                let Some(owned) = rollcall_storage::access::access_key::get(tx, key)? else {
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
