//! The registration of applications, as administrators make and revoke it.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use rollcall_domain::pkce::Pkce;
use rollcall_domain::source::Actor;
use rollcall_domain::{OauthApplicationId, ScimConnectionId, TenantId};
use rollcall_storage::access::oauth_application::{self as rows, OauthApplication};

use super::public_key::{self, PublicKey};
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::scim_connection::{load, subject};
use crate::secret;

/// As many applications of a connection may be live at a time: the one in use, and the one that replaces it.
pub const LIVE_APPLICATIONS_MAX: usize = 2;
/// What a client id begins with.
const CLIENT_PREFIX: &str = "rca_";
/// What its secret begins with.
const SECRET_PREFIX: &str = "rcs_";
/// As many places a browser may be sent to.
const REDIRECT_URIS_MAX: usize = 10;
const REDIRECT_URI_BYTES_MAX: usize = 500;

/// An application that is to be registered.
#[derive(Clone, Debug, Default)]
pub struct NewApplication {
    /// Its name, for people.
    pub name: String,
    /// Where browsers may be sent with a code; none when it acts by its own right only.
    pub redirect_uris: Vec<String>,
    /// Its public keys, as a JWK, a JWK set or PEM, if it signs assertions.
    pub keys: Option<String>,
    /// Whether its codes are bound to it.
    pub pkce: Pkce,
}

/// An application that was just registered: the only time that its secret can be read.
#[derive(Debug)]
pub struct RegisteredApplication {
    /// What is kept of it.
    pub application: OauthApplication,
    /// Its secret.
    pub secret: SecretString,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Registers an application for a connection.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] when the name is empty or a redirect address cannot be one;
    /// [`ChangeError::NotNow`] when the connection has [`LIVE_APPLICATIONS_MAX`] live ones.
    pub async fn register_application(
        &self,
        tenant: TenantId,
        actor: Actor,
        connection: ScimConnectionId,
        new: NewApplication,
    ) -> Result<RegisteredApplication> {
        let (app, now) = (self.clone(), self.now());
        check(&new)?;
        let failed = |error: secret::SecretError| ChangeError::NotNow(error.to_string());
        let secret = secret::generate(SECRET_PREFIX).map_err(failed)?;
        let application = OauthApplication {
            id: OauthApplicationId::new(self.ids.next()),
            connection,
            name: new.name.trim().to_owned(),
            client_id: secret::public_id(CLIENT_PREFIX).map_err(failed)?,
            secret_hash: secret::hash(secret.expose_secret()),
            redirect_uris: new.redirect_uris,
            keys: new.keys.as_deref().map(public_key::parse).transpose()?,
            pkce: new.pkce,
            created_at: now,
            revoked_at: None,
            last_used_at: None,
            key_used: None,
        };
        let kept = application.clone();
        self.storage
            .write(tenant, move |tx| {
                let connection = load(tx, kept.connection)?;
                let all = rows::list(tx, connection.id)?;
                let live = all.iter().filter(|one| one.revoked_at.is_none()).count();
                if live >= LIVE_APPLICATIONS_MAX {
                    return Err(ChangeError::NotNow(format!(
                        "{} has {live} live applications already; revoke the one that is no longer in use",
                        connection.name
                    )));
                }
                rows::insert(tx, &kept)?;
                let values = Values::made(json!({
                    "application": kept.name,
                    "clientId": kept.client_id,
                    "redirectUris": kept.redirect_uris,
                    "pkce": kept.pkce.name(),
                }));
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.audit(tx, "oauth_application.registered", subject(&connection), values)?;
                Ok(())
            })
            .await?;
        Ok(RegisteredApplication { application, secret })
    }

    /// Lets an application sign with another public key.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] when the text holds no key that can be taken, or too many;
    /// [`ChangeError::NotNow`] when the application is revoked; [`ChangeError::NotFound`].
    pub async fn add_application_key(
        &self,
        tenant: TenantId,
        actor: Actor,
        (connection, id): (ScimConnectionId, OauthApplicationId),
        text: String,
    ) -> Result<()> {
        self.change_keys(tenant, actor, (connection, id), move |kept| {
            let keys = public_key::add(kept, &text)?;
            let before = kept.map(public_key::list).unwrap_or_default();
            let added = public_key::list(&keys).into_iter().filter(|key| !before.contains(key));
            Ok((Some(keys), "oauth_application.key_added", names(added)))
        })
        .await
    }

    /// Takes a public key from an application: what is signed with it proves nothing from the answer on. Tokens
    /// that it got stay.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no such key; [`ChangeError::NotNow`] when the application is revoked.
    pub async fn remove_application_key(
        &self,
        tenant: TenantId,
        actor: Actor,
        (connection, id): (ScimConnectionId, OauthApplicationId),
        key: PublicKey,
    ) -> Result<()> {
        self.change_keys(tenant, actor, (connection, id), move |kept| {
            let kept = kept.filter(|kept| public_key::list(kept).contains(&key));
            let kept = kept.ok_or(ChangeError::NotFound("public key"))?;
            let left = public_key::remove(kept, &key.id);
            Ok((left, "oauth_application.key_removed", key.id.clone()))
        })
        .await
    }

    async fn change_keys(
        &self,
        tenant: TenantId,
        actor: Actor,
        (connection, id): (ScimConnectionId, OauthApplicationId),
        change: impl Fn(Option<&str>) -> Result<(Option<String>, &'static str, String)> + Send + 'static,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let connection = load(tx, connection)?;
                let application = rows::get(tx, id)?
                    .filter(|found| found.connection == connection.id)
                    .ok_or(ChangeError::NotFound("application"))?;
                if application.revoked_at.is_some() {
                    return Err(ChangeError::NotNow(format!(
                        "{} is revoked; register another application",
                        application.name
                    )));
                }
                let (keys, action, named) = change(application.keys.as_deref())?;
                rows::save_keys(tx, id, keys.as_deref())?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({
                    "application": application.name,
                    "clientId": application.client_id,
                    "publicKey": named,
                }));
                act.audit(tx, action, subject(&connection), values)?;
                Ok(())
            })
            .await
    }

    /// Revokes an application: from the answer on neither it nor a token of it opens anything. Revoking twice is
    /// no error.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn revoke_application(
        &self,
        tenant: TenantId,
        actor: Actor,
        connection: ScimConnectionId,
        id: OauthApplicationId,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let connection = load(tx, connection)?;
                let application = rows::get(tx, id)?
                    .filter(|found| found.connection == connection.id)
                    .ok_or(ChangeError::NotFound("application"))?;
                if rows::revoke(tx, id, now)? {
                    let act = Act { actor, now, ids: app.ids.as_ref() };
                    let values = Values::made(
                        json!({"application": application.name, "clientId": application.client_id}),
                    );
                    act.audit(tx, "oauth_application.revoked", subject(&connection), values)?;
                }
                Ok(())
            })
            .await
    }
}

/// The public keys of an application.
#[must_use]
pub fn public_keys(application: &OauthApplication) -> Vec<PublicKey> {
    application.keys.as_deref().map(public_key::list).unwrap_or_default()
}

fn names(keys: impl Iterator<Item = PublicKey>) -> String {
    keys.map(|key| key.id).collect::<Vec<_>>().join(", ")
}

fn check(new: &NewApplication) -> Result<()> {
    if new.name.trim().is_empty() || new.name.len() > 200 {
        return Err(ChangeError::Invalid(
            "an application needs a name of 1 to 200 characters".to_owned(),
        ));
    }
    if new.redirect_uris.len() > REDIRECT_URIS_MAX {
        return Err(ChangeError::Invalid(format!(
            "an application has {REDIRECT_URIS_MAX} redirect addresses at the most"
        )));
    }
    match new.redirect_uris.iter().find(|address| !is_redirect_uri(address)) {
        Some(address) => Err(ChangeError::Invalid(format!(
            "{address:?} is no redirect address: it begins with https:// (or http:// and localhost), and has no fragment"
        ))),
        None => Ok(()),
    }
}

/// An absolute address without a fragment (RFC 6749 §3.1.2), over TLS unless it stays on the machine
/// (RFC 8252 §7.3). It is written into headers and policies: no character of it may end there early.
fn is_redirect_uri(address: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}#;,*@".contains(&byte);
    let host = |rest: &str| rest.split(['/', '?']).next().unwrap_or_default().to_owned();
    let local = |rest: &str| {
        let host = host(rest);
        let name = host.split(':').next().unwrap_or_default().to_owned();
        name == "localhost" || name == "127.0.0.1" || host.starts_with("[::1]")
    };
    let reaches = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
        (Some(rest), _) => !host(rest).is_empty(),
        (None, Some(rest)) => local(rest),
        (None, None) => false,
    };
    reaches && address.len() <= REDIRECT_URI_BYTES_MAX && address.bytes().all(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_address_leads_over_tls_or_stays_on_the_machine() {
        for good in [
            "https://system-admin.okta.com/admin/app/cpc/rollcall/oauth/callback",
            "https://a.example:8443/?x=1",
            "http://localhost:8080/callback",
            "http://127.0.0.1/",
            "http://[::1]:9/",
        ] {
            assert!(is_redirect_uri(good), "{good}");
        }
        for bad in [
            "",
            "https://",
            "https:///path",
            "http://a.example/",
            "http://localhost.evil.example/",
            "http://localhost@evil.example/",
            "https://a.example/#x",
            "https://a.example/; script-src *",
            "https://a.example/ x",
            "javascript:alert(1)",
            "/callback",
            "https://ä.example/",
        ] {
            assert!(!is_redirect_uri(bad), "{bad}");
        }
    }
}
