//! Access keys: owned by an employee, exchanged for tokens of an hour, worth nothing while the owner is inactive.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use subtle::ConstantTimeEq;

use rollcall_domain::source::Actor;
use rollcall_domain::user_name::UserName;
use rollcall_domain::{AccessKeyId, ScimConnectionId, TenantId, time};
use rollcall_storage::access::access_key as rows;
use rollcall_storage::access::credential;
use rollcall_storage::access::scim_token::TokenOrigin;
use rollcall_storage::{StorageError, directory::employee};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::scim_connection::{load, subject};
use crate::secret;
use crate::short_token::{self, Draft, Exchange, Whose};

pub use rollcall_storage::access::access_key::{AccessKey, OwnedKey};

/// As many keys of a connection may be live at a time: the one in use, and the one that replaces it.
pub const LIVE_KEYS_MAX: usize = 2;
/// What the public half begins with.
const KEY_PREFIX: &str = "rck_";
/// What the secret half begins with.
const SECRET_PREFIX: &str = "rcs_";

/// A key that was just made: the only time that its secret can be read.
#[derive(Debug)]
pub struct MadeKey {
    /// What is kept of it.
    pub key: AccessKey,
    /// The secret half.
    pub secret: SecretString,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Makes a key to a connection for the employee of a user name.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] when nobody has the user name; [`ChangeError::NotNow`] when its owner is inactive,
    /// or the connection has [`LIVE_KEYS_MAX`] live ones.
    pub async fn make_access_key(
        &self,
        tenant: TenantId,
        actor: Actor,
        connection: ScimConnectionId,
        user_name: &str,
    ) -> Result<MadeKey> {
        let (app, now) = (self.clone(), self.now());
        let user_name = UserName::parse(user_name.trim())?;
        let failed = |error: secret::SecretError| ChangeError::NotNow(error.to_string());
        let secret = secret::generate(SECRET_PREFIX).map_err(failed)?;
        let (id, key_id) =
            (AccessKeyId::new(self.ids.next()), secret::public_id(KEY_PREFIX).map_err(failed)?);
        let secret_hash = secret::hash(secret.expose_secret());
        let key = self
            .storage
            .write(tenant, move |tx| {
                let connection = load(tx, connection)?;
                let owner = match employee::find_by_user_name(tx, &user_name)? {
                    Some(found) => employee::get(tx, found)?,
                    None => None,
                };
                let owner = owner.ok_or_else(|| {
                    ChangeError::Invalid(format!("nobody has the user name {user_name}"))
                })?;
                if !owner.status.is_active() {
                    return Err(ChangeError::NotNow(format!(
                        "{user_name} is inactive, and a key works only while its employee is active"
                    )));
                }
                let keys = rows::list(tx, connection.id)?;
                let live = keys.iter().filter(|owned| owned.key.revoked_at.is_none()).count();
                if live >= LIVE_KEYS_MAX {
                    return Err(ChangeError::NotNow(format!(
                        "{} has {live} live access keys already; revoke the one that is no longer in use",
                        connection.name
                    )));
                }
                let key = AccessKey {
                    id,
                    connection: connection.id,
                    employee: owner.id,
                    key_id: key_id.clone(),
                    secret_hash: secret_hash.clone(),
                    created_at: now,
                    revoked_at: None,
                    last_used_at: None,
                };
                rows::insert(tx, &key)?;
                let values = Values::made(json!({"keyId": key.key_id, "owner": user_name.as_str()}));
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.audit(tx, "access_key.made", subject(&connection), values)?;
                Ok(key)
            })
            .await?;
        Ok(MadeKey { key, secret })
    }

    /// Revokes a key: from the answer on neither it nor a token that it was exchanged for opens anything.
    /// Revoking twice is no error.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn revoke_access_key(
        &self,
        tenant: TenantId,
        actor: Actor,
        connection: ScimConnectionId,
        id: AccessKeyId,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let connection = load(tx, connection)?;
                let owned = rows::get(tx, id)?
                    .filter(|owned| owned.key.connection == connection.id)
                    .ok_or(ChangeError::NotFound("access key"))?;
                if rows::revoke(tx, id, now)? {
                    let act = Act { actor, now, ids: app.ids.as_ref() };
                    let values = Values::made(json!({"keyId": owned.key.key_id}));
                    act.audit(tx, "access_key.revoked", subject(&connection), values)?;
                }
                Ok(())
            })
            .await
    }

    /// Exchanges both halves of a key for a token of an hour.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn exchange_access_key(
        &self,
        key_id: &str,
        presented: &SecretString,
    ) -> std::result::Result<Exchange, StorageError> {
        let (wanted, now) = (key_id.to_owned(), self.now());
        let hash = secret::hash(presented.expose_secret());
        let found = self
            .storage
            .read_installation(move |session| credential::find_access_key(session, &wanted))
            .await?;
        let Some((tenant, owned)) = found else { return Ok(Exchange::Unknown) };
        let (id, connection) = (owned.key.id, owned.key.connection);
        let whose = Whose { tenant, connection };
        if !bool::from(owned.key.secret_hash.as_bytes().ct_eq(hash.as_bytes())) {
            let reason = format!(
                "What came with the access key {key_id} is not its secret. Nothing was issued."
            );
            return Ok(Exchange::Unproven(whose, reason));
        }
        let draft = Draft::new(self, connection, TokenOrigin::AccessKey(id), now)?;
        let row = draft.row.clone();
        let refusal = self
            .storage
            .write(tenant, move |tx| {
                let Some(owned) = rows::get(tx, id)? else { return Ok(Some(String::new())) };
                if let Some(reason) = end(&owned) {
                    return Ok(Some(reason));
                }
                rows::note_use(tx, id, now)?;
                short_token::insert(tx, &row)?;
                Ok::<_, StorageError>(None)
            })
            .await?;
        Ok(match refusal {
            Some(reason) => Exchange::Refused(whose, reason),
            None => Exchange::Done(whose, draft.handed_over()),
        })
    }
}

/// Why a key does not work, as a sentence.
#[must_use]
pub fn end(owned: &OwnedKey) -> Option<String> {
    match owned.key.revoked_at {
        Some(at) => Some(revoked(&owned.key.key_id, at)),
        None if !owned.owner_is_active => Some(owner_inactive(&owned.owner_name)),
        None => None,
    }
}

/// That a key was revoked.
pub(crate) fn revoked(key_id: &str, at: jiff::Timestamp) -> String {
    format!("The access key {key_id} was revoked at {}.", time::to_text(at))
}

/// That a key's owner is inactive.
pub(crate) fn owner_inactive(name: &str) -> String {
    format!("The access key's employee {name} was deactivated.")
}
