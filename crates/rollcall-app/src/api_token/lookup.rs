//! Looks an API token up, and notes that it was used.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use subtle::ConstantTimeEq;

use rollcall_storage::{StorageError, access::api_token as rows};

use crate::api_token::{ApiAccess, Known, Scope};
use crate::app::App;
use crate::secret;

impl App {
    /// Says what a token opens now; `None` for one that opens nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn api_access(&self, token: &str) -> Result<Option<ApiAccess>, StorageError> {
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
    ) -> Result<Option<Arc<Known>>, StorageError> {
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
            let noted: Result<(), StorageError> =
                storage.write(tenant, move |tx| rows::note_use(tx, token, now)).await;
            if let Err(error) = noted {
                tracing::debug!(%error, "the use of a token was not noted");
            }
        });
    }
}
