//! Bearer tokens of a tenant for systems other than identity providers, and what they open.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use quick_cache::sync::Cache;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use subtle::ConstantTimeEq;

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::{ApiTokenId, TenantId, time};
use rollcall_storage::{StorageError, api_token as rows};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::secret;

pub use rollcall_storage::api_token::ApiToken;

/// What a token begins with, so that people and secret scanners know it.
const PREFIX: &str = "rcp_";
const HINT_CHARS: usize = 10;
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

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Makes a token.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] without a name or a scope; [`ChangeError::NotNow`] when there are
    /// [`LIVE_TOKENS_MAX`].
    pub async fn create_api_token(
        &self,
        tenant: TenantId,
        actor: Actor,
        new: NewApiToken,
    ) -> Result<IssuedApiToken> {
        let name = new.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 200 || new.scopes.is_empty() {
            let words = "an API token needs a name of 1 to 200 characters, and a scope";
            return Err(ChangeError::Invalid(words.to_owned()));
        }
        let (app, now) = (self.clone(), self.now());
        let secret =
            secret::generate(PREFIX).map_err(|error| ChangeError::NotNow(error.to_string()))?;
        let token = ApiToken {
            id: ApiTokenId::new(self.ids.next()),
            name,
            hash: secret::hash(secret.expose_secret()),
            hint: secret.expose_secret().chars().take(HINT_CHARS).collect(),
            scopes: new.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            created_at: now,
            expires_at: new.lifetime.and_then(|lifetime| now.checked_add(lifetime).ok()),
            revoked_at: None,
            last_used_at: None,
        };
        let kept = token.clone();
        self.storage
            .write(tenant, move |tx| {
                let live = rows::list(tx)?.iter().filter(|token| token.is_live(now)).count();
                if live >= LIVE_TOKENS_MAX {
                    return Err(ChangeError::NotNow(format!(
                        "there are {live} live API tokens already; revoke one that is no longer in use"
                    )));
                }
                rows::insert(tx, &token)?;
                let values = json!({
                    "hint": token.hint,
                    "scopes": token.scopes,
                    "expiresAt": token.expires_at.map(time::to_text),
                });
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "api_token.issued", subject(&token), Values::made(values))?)
            })
            .await?;
        Ok(IssuedApiToken { token: kept, secret })
    }

    /// All tokens, oldest first, revoked ones too.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn api_tokens(&self, tenant: TenantId) -> Result<Vec<ApiToken>> {
        self.storage.read(tenant, |tx| Ok(rows::list(tx)?)).await
    }

    /// Revokes a token: from the answer on it opens nothing. Revoking twice is no error.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn revoke_api_token(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: ApiTokenId,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let token = rows::list(tx)?
                    .into_iter()
                    .find(|token| token.id == id)
                    .ok_or(ChangeError::NotFound("API token"))?;
                if rows::revoke(tx, id, now)? {
                    let act = Act { actor, now, ids: app.ids.as_ref() };
                    let values = Values::made(json!({"hint": token.hint}));
                    act.audit(tx, "api_token.revoked", subject(&token), values)?;
                }
                Ok(())
            })
            .await
    }

    /// Says what a token opens now; `None` for one that opens nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn api_access(
        &self,
        token: &str,
    ) -> std::result::Result<Option<ApiAccess>, StorageError> {
        let (hash, now) = (secret::hash_bytes(token.as_bytes()), self.now());
        let stamp = self.storage.signals().stamps().access();
        let cache = self.api_access.known.as_ref();
        let kept = cache.and_then(|cache| cache.get(&hash)).filter(|known| known.stamp == stamp);
        let known = match kept {
            Some(known) => known,
            None => {
                let Some(known) = self.look_up_api_token(token, stamp).await? else {
                    return Ok(None);
                };
                if let Some(cache) = cache {
                    cache.insert(hash, Arc::clone(&known));
                }
                known
            }
        };
        if known.expires_at.is_some_and(|end| now >= end) {
            return Ok(None);
        }
        self.note_api_use(&known, now);
        Ok(Some(known.access.clone()))
    }

    async fn look_up_api_token(
        &self,
        token: &str,
        stamp: u32,
    ) -> std::result::Result<Option<Arc<Known>>, StorageError> {
        let hash = secret::hash(token);
        let wanted = hash.clone();
        let found =
            self.storage.read_installation(move |session| rows::find(session, &wanted)).await?;
        let Some((tenant, token)) = found.filter(|(_, token)| {
            bool::from(token.hash.as_bytes().ct_eq(hash.as_bytes())) && token.revoked_at.is_none()
        }) else {
            return Ok(None);
        };
        let scopes = token.scopes.iter().filter_map(|name| Scope::from_name(name)).collect();
        Ok(Some(Arc::new(Known {
            access: ApiAccess { tenant, token: token.id, scopes },
            expires_at: token.expires_at,
            stamp,
            used_minute: AtomicI64::new(0),
        })))
    }

    /// Writes down the use of a token, once a minute at the most, beside the request.
    fn note_api_use(&self, known: &Known, now: Timestamp) {
        let minute = now.as_second() / 60;
        if known.used_minute.swap(minute, Ordering::Relaxed) == minute {
            return;
        }
        let (storage, tenant, token) =
            (self.storage.clone(), known.access.tenant, known.access.token);
        tokio::spawn(async move {
            let noted: std::result::Result<(), StorageError> =
                storage.write(tenant, move |tx| rows::note_use(tx, token, now)).await;
            if let Err(error) = noted {
                tracing::debug!(%error, "the use of a token was not noted");
            }
        });
    }
}

fn subject(token: &ApiToken) -> Subject {
    Subject { kind: "api_token", id: token.id.to_string(), name: token.name.clone() }
}
