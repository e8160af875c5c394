//! Makes, lists and revokes API tokens.

use secrecy::ExposeSecret;
use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::{ApiTokenId, TenantId, time};
use rollcall_storage::access::api_token as rows;

use crate::api_token::{ApiToken, IssuedApiToken, LIVE_TOKENS_MAX, NewApiToken};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::secret;

/// What a token begins with, so that people and secret scanners know it.
const PREFIX: &str = "rcp_";
const HINT_CHARS: usize = 10;

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
}

fn subject(token: &ApiToken) -> Subject {
    Subject { kind: "api_token", id: token.id.to_string(), name: token.name.clone() }
}
