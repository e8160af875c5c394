//! The consent of an administrator: what an application asks for, and the code that it gets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use rollcall_domain::pkce::Pkce;
use rollcall_domain::{OauthGrantId, TenantId};
use rollcall_storage::access::credential;
use rollcall_storage::access::oauth_application::OauthApplication;
use rollcall_storage::access::oauth_grant::{self, OauthGrant};

use super::client;
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::scim_connection::{ScimConnection, load, subject};
use crate::secret;
use crate::sign_in::Viewer;

/// How long a code waits for its use (RFC 6749 §4.1.2 allows ten minutes at the most).
pub const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// What a code begins with.
const CODE_PREFIX: &str = "rco_";
/// SHA-256 has so many bytes.
const CHALLENGE_BYTES: usize = 32;

/// What an administrator is asked.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Who asks.
    pub application: OauthApplication,
    /// What it would open.
    pub connection: ScimConnection,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// What an application asks an administrator of a tenant for.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when the tenant has no such application, or none any more;
    /// [`ChangeError::Invalid`] when the application does not have this redirect address, letter by letter: then
    /// nobody may be sent there, not even with a refusal (RFC 6749 §4.1.2.1).
    pub async fn oauth_consent(
        &self,
        tenant: TenantId,
        client_id: &str,
        redirect_uri: &str,
    ) -> Result<Consent> {
        let wanted = client_id.to_owned();
        let found = self
            .storage
            .read_installation(move |session| credential::find_application(session, &wanted))
            .await?;
        let application = found
            .filter(|(owner, application)| *owner == tenant && client::end(application).is_none())
            .map(|(_, application)| application)
            .ok_or(ChangeError::NotFound("application"))?;
        if !application.redirect_uris.iter().any(|known| known == redirect_uri) {
            return Err(ChangeError::Invalid(format!(
                "{} is not registered with the redirect address {redirect_uri:?}",
                application.name
            )));
        }
        self.storage
            .read(tenant, move |tx| {
                let connection = load(tx, application.connection)?;
                Ok(Consent { application: application.clone(), connection })
            })
            .await
    }

    /// Allows an application what it asks for. The code works once, for [`CODE_LIFETIME`], and only for who knows
    /// the text that the challenge was made of (RFC 7636), if there is one.
    ///
    /// # Errors
    /// As [`App::oauth_consent`]; [`ChangeError::Invalid`] when the challenge is none of SHA-256, or none came and
    /// the application has to bring one.
    pub async fn oauth_allow(
        &self,
        viewer: &Viewer,
        (client_id, redirect_uri): (&str, &str),
        code_challenge: Option<&str>,
    ) -> Result<SecretString> {
        let consent = self.oauth_consent(viewer.tenant, client_id, redirect_uri).await?;
        let fits = match code_challenge {
            Some(challenge) => is_challenge(challenge),
            None => consent.application.pkce == Pkce::Optional,
        };
        if !fits {
            return Err(ChangeError::Invalid("the code challenge is none of S256".to_owned()));
        }
        let (app, now) = (self.clone(), self.now());
        let code = secret::generate(CODE_PREFIX)
            .map_err(|error| ChangeError::NotNow(error.to_string()))?;
        let grant = OauthGrant {
            id: OauthGrantId::new(self.ids.next()),
            application: consent.application.id,
            administrator: viewer.administrator,
            redirect_uri: redirect_uri.to_owned(),
            code_hash: secret::hash(code.expose_secret()),
            code_challenge: code_challenge.map(str::to_owned),
            code_expires_at: now.checked_add(CODE_LIFETIME).unwrap_or(now),
            code_used_at: None,
            refresh: None,
            created_at: now,
            revoked_at: None,
            revoked_because: None,
        };
        let actor = viewer.actor();
        self.storage
            .write(viewer.tenant, move |tx| {
                oauth_grant::delete_unused(tx, grant.application, now)?;
                oauth_grant::insert(tx, &grant)?;
                let application = &consent.application;
                let values = Values::made(json!({
                    "application": application.name,
                    "clientId": application.client_id,
                }));
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let subject = subject(&consent.connection);
                Ok::<_, ChangeError>(act.audit(tx, "oauth_application.allowed", subject, values)?)
            })
            .await?;
        Ok(code)
    }
}

/// Whether a text can be a challenge by the method S256 (RFC 7636 §4.2).
#[must_use]
pub fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == CHALLENGE_BYTES)
}

/// Whether a verifier proves what a code is bound to. One that comes for a code without a challenge was taken off its
/// own code by somebody (RFC 9700 §2.1.1).
pub(crate) fn fits(verifier: Option<&str>, bound_to: Option<&str>) -> bool {
    match (verifier, bound_to) {
        (None, None) => true,
        (Some(verifier), Some(bound_to)) => challenge(verifier).as_deref() == Some(bound_to),
        _ => false,
    }
}

/// The challenge of a verifier by the method S256 (RFC 7636 §4.2); `None` when it cannot be one (§4.1).
pub(crate) fn challenge(verifier: &str) -> Option<String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let fits = (43..=128).contains(&verifier.len()) && verifier.bytes().all(sound);
    fits.then(|| URL_SAFE_NO_PAD.encode(secret::hash_bytes(verifier.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_bound_to_its_challenge_or_to_none() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let bound = challenge(verifier);
        assert!(fits(None, None) && fits(Some(verifier), bound.as_deref()));
        assert!(!fits(None, bound.as_deref()), "the verifier is left out");
        assert!(!fits(Some(verifier), None), "the challenge was left out");
        assert!(!fits(Some("x"), bound.as_deref()));
    }

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let expected = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(challenge(verifier).as_deref(), Some(expected));
        assert!(is_challenge(expected));
        assert!(!is_challenge(verifier.trim_end_matches('k')) && !is_challenge(""));
        assert_eq!(challenge("too short"), None);
        assert_eq!(challenge(&"ä".repeat(30)), None);
    }
}
