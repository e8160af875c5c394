//! Clients of SCIM connections that are registered for OAuth 2.0.

use jiff::Timestamp;

use rollcall_domain::pkce::Pkce;
use rollcall_domain::{OauthApplicationId, ScimConnectionId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// An application, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthApplication {
    /// Its id.
    pub id: OauthApplicationId,
    /// The connection that it opens.
    pub connection: ScimConnectionId,
    /// Its name, for people.
    pub name: String,
    /// The public id, unique in the installation.
    pub client_id: String,
    /// SHA-256 of its secret, in hex.
    pub secret_hash: String,
    /// Where browsers may be sent with a code, letter by letter.
    pub redirect_uris: Vec<String>,
    /// Its public keys as a JWK set (RFC 7517 §5), if it signs assertions.
    pub keys: Option<String>,
    /// Whether its codes are bound to it.
    pub pkce: Pkce,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it last got a token.
    pub last_used_at: Option<Timestamp>,
    /// Which of its keys it last signed with, and when.
    pub key_used: Option<(String, Timestamp)>,
}

/// The columns of an application `a`, as [`read`] expects them from column 0 on.
pub(crate) const COLUMNS: &str = "a.id, a.connection_id, a.name, a.client_id, a.secret_hash, a.redirect_uris, \
     a.keys, a.created_at, a.revoked_at, a.last_used_at, a.key_used, a.key_used_at, a.pkce";
/// How many they are.
pub(crate) const COLUMN_COUNT: usize = 13;

/// Adds an application.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, application: &OauthApplication) -> Result<(), StorageError> {
    let redirect_uris =
        serde_json::to_string(&application.redirect_uris).unwrap_or_else(|_| "[]".to_owned());
    tx.execute(
        "insert into oauth_application (tenant_id, id, connection_id, name, client_id, secret_hash, redirect_uris,
         keys, created_at, pkce)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            (&application.id.to_string()).into(),
            (&application.connection.to_string()).into(),
            (&application.name).into(),
            (&application.client_id).into(),
            (&application.secret_hash).into(),
            (&redirect_uris).into(),
            application.keys.as_ref().into(),
            (&time::to_text(application.created_at)).into(),
            application.pkce.name().into(),
        ],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// All applications of a connection, oldest first, revoked ones too.
///
/// # Errors
/// When the database refuses.
pub fn list(
    tx: &mut Tx<'_>,
    connection: ScimConnectionId,
) -> Result<Vec<OauthApplication>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from oauth_application a where a.tenant_id = $1 and a.connection_id = $2 order by a.id"
    );
    tx.query(&sql, &[(&connection.to_string()).into()], read)
}

/// One application.
///
/// # Errors
/// When the database refuses.
pub fn get(
    tx: &mut Tx<'_>,
    id: OauthApplicationId,
) -> Result<Option<OauthApplication>, StorageError> {
    let sql =
        format!("select {COLUMNS} from oauth_application a where a.tenant_id = $1 and a.id = $2");
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// Revokes an application; tells whether it was not revoked before. Its tokens stop with it.
///
/// # Errors
/// When the database refuses.
pub fn revoke(
    tx: &mut Tx<'_>,
    id: OauthApplicationId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let rows = tx.execute(
        "update oauth_application set revoked_at = $2 where tenant_id = $1 and id = $3 and revoked_at is null",
        &[(&time::to_text(now)).into(), (&id.to_string()).into()],
    )?;
    tx.change(Change::Access);
    Ok(rows > 0)
}

/// Notes that an application got a token.
///
/// # Errors
/// When the database refuses.
pub fn note_use(
    tx: &mut Tx<'_>,
    id: OauthApplicationId,
    at: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "update oauth_application set last_used_at = $2 where tenant_id = $1 and id = $3",
        &[(&time::to_text(at)).into(), (&id.to_string()).into()],
    )?;
    Ok(())
}

/// Writes which public keys an application has.
///
/// # Errors
/// When the database refuses.
pub fn save_keys(
    tx: &mut Tx<'_>,
    id: OauthApplicationId,
    keys: Option<&str>,
) -> Result<(), StorageError> {
    tx.execute(
        "update oauth_application set keys = $2 where tenant_id = $1 and id = $3",
        &[keys.into(), (&id.to_string()).into()],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// Notes which of its keys an application signed with.
///
/// # Errors
/// When the database refuses.
pub fn note_key_use(
    tx: &mut Tx<'_>,
    id: OauthApplicationId,
    key: &str,
    at: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "update oauth_application set key_used = $2, key_used_at = $3 where tenant_id = $1 and id = $4",
        &[key.into(), (&time::to_text(at)).into(), (&id.to_string()).into()],
    )?;
    Ok(())
}

/// Takes an assertion as used until its end; tells whether it was not before. Those that ended are forgotten.
///
/// # Errors
/// When the database refuses.
pub fn take_assertion(
    tx: &mut Tx<'_>,
    application: OauthApplicationId,
    jti_hash: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<bool, StorageError> {
    let application = application.to_string();
    tx.execute(
        "delete from oauth_assertion where tenant_id = $1 and application_id = $2 and expires_at < $3",
        &[(&application).into(), (&time::to_text(now)).into()],
    )?;
    let rows = tx.execute(
        "insert into oauth_assertion (tenant_id, application_id, jti_hash, expires_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, application_id, jti_hash) do nothing",
        &[(&application).into(), jti_hash.into(), (&time::to_text(expires_at)).into()],
    )?;
    Ok(rows > 0)
}

/// Reads [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> Result<OauthApplication, StorageError> {
    Ok(OauthApplication {
        id: row.parsed(0, ("oauth_application", "id"))?,
        connection: row.parsed(1, ("oauth_application", "connection_id"))?,
        name: row.owned(2)?,
        client_id: row.owned(3)?,
        secret_hash: row.owned(4)?,
        redirect_uris: row.json(5, ("oauth_application", "redirect_uris"))?,
        keys: row.owned_or_null(6)?,
        pkce: Pkce::from_name(row.text(12)?),
        created_at: row.moment(7)?,
        revoked_at: row.moment_or_null(8)?,
        last_used_at: row.moment_or_null(9)?,
        key_used: row.owned_or_null(10)?.zip(row.moment_or_null(11)?),
    })
}
