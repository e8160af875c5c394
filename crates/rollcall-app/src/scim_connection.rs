//! SCIM connections and their tokens, as administrators make and revoke them.

mod removal;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::policy::ConnectionPolicy;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::user_name::fold;
use rollcall_domain::{BusinessUnitId, ScimConnectionId, ScimTokenId, TeamId, TenantId};
use rollcall_storage::access::scim_token::{self as tokens, TokenOrigin};
use rollcall_storage::scim::scim_connection as rows;
use rollcall_storage::{
    Tx, access::access_key, access::oauth_application, directory::structure, scim::scim_group,
};

use crate::app::App;
use crate::edit::Edit;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::secret;

pub use removal::RemovalPreview;
pub use rollcall_storage::access::access_key::OwnedKey;
pub use rollcall_storage::access::oauth_application::OauthApplication;
pub use rollcall_storage::access::scim_token::ScimToken;
pub use rollcall_storage::scim::scim_connection::ScimConnection;

/// As many tokens of a connection may be live at a time: the one in use, and the one that replaces it.
pub const LIVE_TOKENS_MAX: usize = 2;
/// The dialects that a connection can be set to. What each means, the SCIM language knows.
pub const DIALECTS: [&str; 9] =
    ["okta", "entra", "google", "onelogin", "jumpcloud", "ping", "authentik", "keycloak", "rfc"];
/// What a token begins with, so that people and secret scanners know it.
pub const TOKEN_PREFIX: &str = "rct_";
/// As many of its characters are kept.
pub(crate) const HINT_CHARS: usize = 10;

/// A connection that is to be made.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// Its name, for people.
    pub name: String,
    /// One of [`DIALECTS`].
    pub dialect: String,
    /// Where its people go.
    pub business_unit: BusinessUnitId,
    /// The team that they begin in.
    pub team: TeamId,
}

/// A token that was just made: the only time that it can be read.
#[derive(Debug)]
pub struct IssuedToken {
    /// What is kept of it.
    pub token: ScimToken,
    /// The token itself.
    pub secret: SecretString,
}

/// A connection with its tokens.
#[derive(Clone, Debug)]
pub struct ConnectionDetail {
    /// The connection.
    pub connection: ScimConnection,
    /// The tokens that were made by hand, oldest first, revoked ones too.
    pub tokens: Vec<ScimToken>,
    /// Its access keys, oldest first, revoked ones too.
    pub keys: Vec<OwnedKey>,
    /// Its registered applications, oldest first, revoked ones too.
    pub applications: Vec<OauthApplication>,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Makes a connection.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] when the name is empty, the dialect unknown or the team of another unit;
    /// [`ChangeError::Taken`] when another connection has the name.
    pub async fn create_connection(
        &self,
        tenant: TenantId,
        actor: Actor,
        new: NewConnection,
    ) -> Result<ScimConnection> {
        if !DIALECTS.contains(&new.dialect.as_str()) {
            return Err(ChangeError::Invalid(format!("there is no dialect {:?}", new.dialect)));
        }
        if new.name.trim().is_empty() || new.name.len() > 200 {
            return Err(ChangeError::Invalid(
                "a connection needs a name of 1 to 200 characters".to_owned(),
            ));
        }
        let (app, now) = (self.clone(), self.now());
        let connection = ScimConnection {
            id: ScimConnectionId::new(self.ids.next()),
            name: new.name.trim().to_owned(),
            dialect: new.dialect,
            policy: ConnectionPolicy::default(),
            business_unit: new.business_unit,
            team: new.team,
            created_at: now,
            removed_at: None,
        };
        self.storage
            .write(tenant, move |tx| {
                let team = structure::get_team(tx, connection.team)?.ok_or(ChangeError::NotFound("team"))?;
                if team.business_unit != connection.business_unit {
                    return Err(ChangeError::Invalid("the team is in another business unit".to_owned()));
                }
                // Names tell connections apart wherever a value, a request or a claim says whose it is.
                let same = |known: &ScimConnection| fold(&known.name) == fold(&connection.name);
                if rows::list(tx)?.iter().any(same) {
                    return Err(ChangeError::Taken { attribute: "name", value: connection.name.clone() });
                }
                rows::insert(tx, &connection)?;
                let values = json!({"name": connection.name, "dialect": connection.dialect, "team": team.name});
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.audit(tx, "scim_connection.created", subject(&connection), Values::made(values))?;
                Ok(connection.clone())
            })
            .await
    }

    /// All connections, by name.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn connections(&self, tenant: TenantId) -> Result<Vec<ConnectionDetail>> {
        self.storage
            .scan(tenant, |tx| {
                let mut all = Vec::new();
                for connection in rows::list(tx)? {
                    all.push(detail(tx, connection)?);
                }
                Ok(all)
            })
            .await
    }

    /// One connection.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn connection(
        &self,
        tenant: TenantId,
        id: ScimConnectionId,
    ) -> Result<ConnectionDetail> {
        self.storage
            .read(tenant, move |tx| {
                let connection = load(tx, id)?;
                detail(tx, connection)
            })
            .await
    }

    /// Sets how a connection treats what its client sends.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Overtaken`]; [`ChangeError::NotNow`] when what groups are would change
    /// while there are some: what they did could not be told any more.
    pub async fn set_connection_policy(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: ScimConnectionId,
        policy: impl Into<Edit<ConnectionPolicy>>,
    ) -> Result<()> {
        let edit = policy.into();
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let mut connection = load(tx, id)?;
                let (before, policy) = (connection.policy, edit.wanted);
                if policy == before {
                    return Ok(());
                }
                edit.check(&before)?;
                let groups = scim_group::count(tx, Source::Scim(id))?;
                if policy.groups != before.groups && groups > 0 {
                    return Err(ChangeError::NotNow(format!(
                        "{} has groups ({groups}); delete them at the identity provider first",
                        connection.name
                    )));
                }
                connection.policy = policy;
                rows::save(tx, &connection)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values {
                    before: Values::made(json!(before)).after,
                    after: Values::made(json!(policy)).after,
                };
                let action = "scim_connection.policy_changed";
                Ok(act.audit(tx, action, subject(&connection), values)?)
            })
            .await
    }

    /// Makes a token, which works until it is revoked or `lifetime` is over.
    ///
    /// # Errors
    /// [`ChangeError::NotNow`] when the connection has [`LIVE_TOKENS_MAX`] live ones.
    pub async fn issue_token(
        &self,
        tenant: TenantId,
        actor: Actor,
        connection: ScimConnectionId,
        lifetime: Option<SignedDuration>,
    ) -> Result<IssuedToken> {
        let (app, now) = (self.clone(), self.now());
        let secret = secret::generate(TOKEN_PREFIX)
            .map_err(|error| ChangeError::NotNow(error.to_string()))?;
        let token = ScimToken {
            id: ScimTokenId::new(self.ids.next()),
            connection,
            origin: TokenOrigin::Hand,
            hash: secret::hash(secret.expose_secret()),
            hint: secret.expose_secret().chars().take(HINT_CHARS).collect(),
            created_at: now,
            expires_at: lifetime.and_then(|lifetime| now.checked_add(lifetime).ok()),
            revoked_at: None,
            last_used_at: None,
        };
        let kept = token.clone();
        self.storage
            .write(tenant, move |tx| {
                let connection = load(tx, connection)?;
                let live = tokens::list(tx, connection.id)?.iter().filter(|token| token.is_live(now)).count();
                if live >= LIVE_TOKENS_MAX {
                    return Err(ChangeError::NotNow(format!(
                        "{} has {live} live tokens already; revoke the one that is no longer in use",
                        connection.name
                    )));
                }
                tokens::insert(tx, &token)?;
                let values = json!({"hint": token.hint, "expiresAt": token.expires_at.map(rollcall_domain::time::to_text)});
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "scim_token.issued", subject(&connection), Values::made(values))?)
            })
            .await?;
        Ok(IssuedToken { token: kept, secret })
    }

    /// Revokes a token: from the answer on it opens nothing. Revoking twice is no error.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn revoke_token(
        &self,
        tenant: TenantId,
        actor: Actor,
        connection: ScimConnectionId,
        id: ScimTokenId,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let connection = load(tx, connection)?;
                let token = tokens::list(tx, connection.id)?
                    .into_iter()
                    .find(|token| token.id == id)
                    .ok_or(ChangeError::NotFound("token"))?;
                if tokens::revoke(tx, id, now)? {
                    let act = Act { actor, now, ids: app.ids.as_ref() };
                    let values = Values::made(json!({"hint": token.hint}));
                    act.audit(tx, "scim_token.revoked", subject(&connection), values)?;
                }
                Ok(())
            })
            .await
    }
}

/// How long a token lasts by default, and the longest that the console offers.
#[must_use]
pub fn lifetimes() -> [(&'static str, Option<SignedDuration>); 4] {
    let days = |days: i64| Some(SignedDuration::from_hours(24 * days));
    [
        ("90 days", days(90)),
        ("180 days", days(180)),
        ("one year", days(365)),
        ("until revoked", None),
    ]
}

/// Whether a token ends within 30 days.
#[must_use]
pub fn ends_soon(token: &ScimToken, now: Timestamp) -> bool {
    token.is_live(now)
        && token
            .expires_at
            .is_some_and(|end| end.duration_since(now) < SignedDuration::from_hours(24 * 30))
}

fn detail(tx: &mut Tx<'_>, connection: ScimConnection) -> Result<ConnectionDetail> {
    let tokens = tokens::list(tx, connection.id)?;
    let keys = access_key::list(tx, connection.id)?;
    let applications = oauth_application::list(tx, connection.id)?;
    Ok(ConnectionDetail { connection, tokens, keys, applications })
}

pub(crate) fn load(tx: &mut Tx<'_>, id: ScimConnectionId) -> Result<ScimConnection> {
    rows::get(tx, id)?
        .filter(|found| found.removed_at.is_none())
        .ok_or(ChangeError::NotFound("SCIM connection"))
}

pub(crate) fn subject(connection: &ScimConnection) -> Subject {
    Subject {
        kind: "scim_connection",
        id: connection.id.to_string(),
        name: connection.name.clone(),
    }
}
