//! Tokens that their own application gives back (RFC 7009).

use secrecy::{ExposeSecret, SecretString};

use rollcall_domain::source::Actor;
use rollcall_storage::access::scim_token::{self, TokenOrigin};
use rollcall_storage::{StorageError, access::oauth_grant};

use super::{Client, grant};
use crate::app::App;
use crate::record::Act;
use crate::secret;

/// Why a grant ended by the application's own will.
const GIVEN_BACK: &str = "The application gave it back.";

impl App {
    /// Ends an access token, or a refresh token with all that came of its grant. What is none of the application's
    /// is left alone; whether it was is not told.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn oauth_give_back(
        &self,
        client: &Client,
        token: &SecretString,
    ) -> Result<(), StorageError> {
        let (app, now, client) = (self.clone(), self.now(), client.clone());
        let hash = secret::hash(token.expose_secret());
        let selector = secret::hash(grant::selector(token.expose_secret()));
        self.storage
            .write(client.tenant, move |tx| {
                let id = client.application.id;
                if let Some(found) = scim_token::find_by_hash(tx, &hash)? {
                    if matches!(found.origin, TokenOrigin::Application(owner, _) if owner == id) {
                        scim_token::revoke(tx, found.id, now)?;
                    }
                    return Ok(());
                }
                let found = oauth_grant::find_by_refresh(tx, &selector)?;
                let Some(found) = found.filter(|grant| grant.application == id) else {
                    return Ok(());
                };
                if found.revoked_at.is_some() {
                    return Ok(());
                }
                let actor = Actor::Scim(client.application.connection);
                let act = Act { actor, now, ids: app.ids.as_ref() };
                grant::end_grant(tx, found, GIVEN_BACK, (&client, act))
            })
            .await
    }
}
