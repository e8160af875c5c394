//! The grants by which an application that proved who it is gets a token.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use subtle::ConstantTimeEq;

use rollcall_domain::source::Actor;
use rollcall_domain::time;
use rollcall_storage::access::oauth_grant::{self as rows, OauthGrant, Refresh};
use rollcall_storage::access::scim_token::{ScimToken, TokenOrigin};
use rollcall_storage::{StorageError, Tx, access::oauth_application, scim::scim_connection};

use super::{Client, client, consent};
use crate::app::App;
use crate::record::{Act, Values};
use crate::scim_connection::subject;
use crate::secret;
use crate::short_token::{self, Draft, Exchange};

/// How long a refresh token works when it is not used; each use gives a new one as much again.
pub const REFRESH_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 90);
/// What a refresh token begins with.
const REFRESH_PREFIX: &str = "rcr_";
/// The part of a refresh token that all which follow each other have.
const SELECTOR_CHARS: usize = 28;

type Result<T> = std::result::Result<T, StorageError>;
/// What a transaction found: nothing against it, or a reason.
type Judgement = std::result::Result<(), String>;

impl App {
    /// A token by the application's own right (RFC 6749 §4.4).
    ///
    /// # Errors
    /// When storage fails.
    pub async fn oauth_by_own_right(&self, client: &Client) -> Result<Exchange> {
        let (now, id) = (self.now(), client.application.id);
        let origin = TokenOrigin::Application(id, None);
        let draft = Draft::new(self, client.application.connection, origin, now)?;
        let row = draft.row.clone();
        let judgement = self.issue(client, move |tx| {
            short_token::insert(tx, &row)?;
            Ok(Ok(()))
        });
        Ok(exchanged(client, judgement.await?, draft, None))
    }

    /// A token for a code that an administrator's browser brought (RFC 6749 §4.1.3), with the first refresh token.
    /// A code that comes a second time ends all that came of it (§4.1.2).
    ///
    /// # Errors
    /// When storage fails.
    pub async fn oauth_by_code(
        &self,
        client: &Client,
        code: &SecretString,
        redirect_uri: &str,
        verifier: Option<&str>,
    ) -> Result<Exchange> {
        let selector = secret::public_id(REFRESH_PREFIX).map_err(StorageError::unavailable)?;
        let hash = secret::hash(code.expose_secret());
        let (redirect_uri, verifier) = (redirect_uri.to_owned(), verifier.map(str::to_owned));
        let application = client.application.id;
        let find = move |tx: &mut Tx<'_>, now: Timestamp| {
            let found = rows::find_by_code(tx, &hash)?;
            let Some(grant) = found.filter(|grant| grant.application == application) else {
                return Ok(Found::Nothing("The code is none that this application was given."));
            };
            Ok(if grant.code_used_at.is_some() {
                Found::Again(Box::new(grant), "Its code was presented a second time.")
            } else if now >= grant.code_expires_at {
                Found::Nothing("The code ended before it was presented; it works for a minute.")
            } else if grant.redirect_uri != redirect_uri {
                Found::Nothing("The code was given for another redirect address.")
            } else if !consent::fits(verifier.as_deref(), grant.code_challenge.as_deref()) {
                Found::Nothing("The code verifier does not fit the challenge of the code.")
            } else {
                Found::Grant(Box::new(OauthGrant { code_used_at: Some(now), ..grant }))
            })
        };
        self.by_grant(client, selector, find).await
    }

    /// A token for a refresh token, which is replaced by a new one (RFC 6749 §6). One that comes a second time ends
    /// all that came of its grant (RFC 9700 §4.14.2).
    ///
    /// # Errors
    /// When storage fails.
    pub async fn oauth_by_refresh(
        &self,
        client: &Client,
        refresh: &SecretString,
    ) -> Result<Exchange> {
        let presented = refresh.expose_secret();
        let selector = selector(presented).to_owned();
        let (key, hash) = (secret::hash(&selector), secret::hash(presented));
        let application = client.application.id;
        let find = move |tx: &mut Tx<'_>, now: Timestamp| {
            let found = rows::find_by_refresh(tx, &key)?;
            let Some(grant) = found.filter(|grant| grant.application == application) else {
                return Ok(Found::Nothing("The refresh token is none of this application."));
            };
            let counts = grant
                .refresh
                .as_ref()
                .is_some_and(|refresh| bool::from(refresh.hash.as_bytes().ct_eq(hash.as_bytes())));
            let ended = grant.refresh.as_ref().is_some_and(|refresh| now >= refresh.expires_at);
            Ok(if !counts {
                Found::Again(Box::new(grant), "A refresh token was presented a second time.")
            } else if ended {
                Found::Nothing(
                    "The refresh token ended unused. An administrator has to allow it anew.",
                )
            } else {
                Found::Grant(Box::new(grant))
            })
        };
        self.by_grant(client, selector, find).await
    }

    async fn by_grant(
        &self,
        client: &Client,
        selector: String,
        find: impl Fn(&mut Tx<'_>, Timestamp) -> Result<Found> + Send + 'static,
    ) -> Result<Exchange> {
        let now = self.now();
        let rest = secret::generate("").map_err(StorageError::unavailable)?;
        let refresh = SecretString::from(format!("{selector}{}", rest.expose_secret()));
        let next = Refresh {
            selector: secret::hash(&selector),
            hash: secret::hash(refresh.expose_secret()),
            expires_at: now.checked_add(REFRESH_LIFETIME).unwrap_or(now),
        };
        let origin = TokenOrigin::Application(client.application.id, None);
        let draft = Draft::new(self, client.application.connection, origin, now)?;
        let (row, app, whose) = (draft.row.clone(), self.clone(), client.clone());
        let judgement = self.issue(client, move |tx| match find(tx, now)? {
            Found::Nothing(reason) => Ok(Err(reason.to_owned())),
            Found::Grant(grant) | Found::Again(grant, _) if grant.revoked_at.is_some() => {
                Ok(Err(grant_end(&grant)))
            }
            Found::Again(grant, because) => {
                let act = Act { actor: Actor::System, now, ids: app.ids.as_ref() };
                end_grant(tx, *grant, because, (&whose, act))?;
                Ok(Err(format!("{because} All tokens that came of the same consent were ended.")))
            }
            Found::Grant(grant) => {
                let grant = OauthGrant { refresh: Some(next.clone()), ..*grant };
                rows::save(tx, &grant)?;
                let origin = TokenOrigin::Application(grant.application, Some(grant.id));
                short_token::insert(tx, &ScimToken { origin, ..row.clone() })?;
                Ok(Ok(()))
            }
        });
        Ok(exchanged(client, judgement.await?, draft, Some(refresh)))
    }

    /// Runs the part of a transaction that stores a token, unless the application was revoked meanwhile.
    async fn issue(
        &self,
        client: &Client,
        mut store: impl FnMut(&mut Tx<'_>) -> Result<Judgement> + Send + 'static,
    ) -> Result<Judgement> {
        let (id, now) = (client.application.id, self.now());
        self.storage
            .write(client.tenant, move |tx| {
                let reason = match oauth_application::get(tx, id)? {
                    Some(application) => client::end(&application),
                    None => Some(String::new()),
                };
                if let Some(reason) = reason {
                    return Ok(Err(reason));
                }
                let judgement = store(tx)?;
                if judgement.is_ok() {
                    oauth_application::note_use(tx, id, now)?;
                }
                Ok(judgement)
            })
            .await
    }
}

/// What was found of what an application presented.
enum Found {
    /// Nothing that counts, for a reason.
    Nothing(&'static str),
    /// The grant, as it is from now on.
    Grant(Box<OauthGrant>),
    /// The grant of something that works once and was used before: two have it, and one of them stole it.
    Again(Box<OauthGrant>, &'static str),
}

fn exchanged(
    client: &Client,
    judgement: Judgement,
    draft: Draft,
    refresh: Option<SecretString>,
) -> Exchange {
    match judgement {
        Ok(()) => {
            let mut token = draft.handed_over();
            token.refresh = refresh;
            Exchange::Done(client.whose(), token)
        }
        Err(reason) => Exchange::Refused(client.whose(), reason),
    }
}

/// Ends a grant: its refresh token and all access tokens that came of it.
pub(super) fn end_grant(
    tx: &mut Tx<'_>,
    grant: OauthGrant,
    because: &str,
    (client, act): (&Client, Act<'_>),
) -> Result<()> {
    let grant = OauthGrant {
        revoked_at: Some(act.now),
        revoked_because: Some(because.to_owned()),
        ..grant
    };
    rows::save(tx, &grant)?;
    let application = &client.application;
    let Some(connection) = scim_connection::get(tx, application.connection)? else {
        return Ok(());
    };
    let values = json!({
        "application": application.name,
        "clientId": application.client_id,
        "reason": because,
    });
    act.audit(tx, "oauth_application.grant_ended", subject(&connection), Values::made(values))
}

/// That a grant was revoked, and why.
pub(crate) fn revoked(because: &str, at: Timestamp) -> String {
    format!("What the application was allowed ended at {}. {because}", time::to_text(at))
}

fn grant_end(grant: &OauthGrant) -> String {
    let because = grant.revoked_because.as_deref().unwrap_or_default();
    revoked(because, grant.revoked_at.unwrap_or(grant.created_at))
}

/// What finds the grant of a refresh token. Of anything else it finds none.
pub(super) fn selector(refresh: &str) -> &str {
    refresh.get(..SELECTOR_CHARS).unwrap_or_default()
}
