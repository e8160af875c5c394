//! Bearer tokens of SCIM connections, kept as hashes.

use jiff::Timestamp;

use rollcall_domain::{
    AccessKeyId, OauthApplicationId, OauthGrantId, ScimConnectionId, ScimTokenId, time,
};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// A token, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimToken {
    /// Its id.
    pub id: ScimTokenId,
    /// The connection that it opens.
    pub connection: ScimConnectionId,
    /// How it came about.
    pub origin: TokenOrigin,
    /// SHA-256 of it, in hex.
    pub hash: String,
    /// Its first characters, by which people tell tokens apart.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops to work by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// How a token came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenOrigin {
    /// An administrator made it.
    Hand,
    /// An access key was exchanged for it.
    AccessKey(AccessKeyId),
    /// A registered application got it: by its own right, or by what an administrator allowed it.
    Application(OauthApplicationId, Option<OauthGrantId>),
}

impl ScimToken {
    /// Whether it opens anything at a moment.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// The columns of a token `t`, as [`read`] expects them from column 0 on.
pub(crate) const COLUMNS: &str = "t.id, t.connection_id, t.hash, t.hint, t.created_at, t.expires_at, t.revoked_at, \
     t.last_used_at, t.access_key_id, t.application_id, t.grant_id";
/// How many they are.
pub(crate) const COLUMN_COUNT: usize = 11;

/// Adds a token.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, token: &ScimToken) -> Result<(), StorageError> {
    let (key, application, grant) = match token.origin {
        TokenOrigin::Hand => (None, None, None),
        TokenOrigin::AccessKey(key) => (Some(key.to_string()), None, None),
        TokenOrigin::Application(application, grant) => {
            (None, Some(application.to_string()), grant.map(|grant| grant.to_string()))
        }
    };
    tx.execute(
        "insert into scim_token (tenant_id, id, connection_id, hash, hint, created_at, expires_at, access_key_id,
         application_id, grant_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            (&token.id.to_string()).into(),
            (&token.connection.to_string()).into(),
            (&token.hash).into(),
            (&token.hint).into(),
            (&time::to_text(token.created_at)).into(),
            token.expires_at.map(time::to_text).as_ref().into(),
            key.as_ref().into(),
            application.as_ref().into(),
            grant.as_ref().into(),
        ],
    )?;
    // The others come by the hour, stand on no page, and take no right from anybody.
    if token.origin == TokenOrigin::Hand {
        tx.change(Change::Access);
    }
    Ok(())
}

/// The tokens of a connection that administrators made, oldest first, revoked ones too.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>, connection: ScimConnectionId) -> Result<Vec<ScimToken>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from scim_token t where t.tenant_id = $1 and t.connection_id = $2
         and t.access_key_id is null and t.application_id is null order by t.id"
    );
    tx.query(&sql, &[(&connection.to_string()).into()], read)
}

/// The token of a hash.
///
/// # Errors
/// When the database refuses.
pub fn find_by_hash(tx: &mut Tx<'_>, hash: &str) -> Result<Option<ScimToken>, StorageError> {
    let sql = format!("select {COLUMNS} from scim_token t where t.tenant_id = $1 and t.hash = $2");
    tx.optional(&sql, &[hash.into()], read)
}

/// Whether a token was revoked, by hand or with what it came from.
///
/// # Errors
/// When the database refuses.
pub fn is_revoked(tx: &mut Tx<'_>, token: ScimTokenId) -> Result<bool, StorageError> {
    let found = tx.optional(
        "select 1 from scim_token where tenant_id = $1 and id = $2 and revoked_at is not null",
        &[(&token.to_string()).into()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Revokes a token; tells whether it was not revoked before.
///
/// # Errors
/// When the database refuses.
pub fn revoke(tx: &mut Tx<'_>, id: ScimTokenId, now: Timestamp) -> Result<bool, StorageError> {
    let rows = tx.execute(
        "update scim_token set revoked_at = $2 where tenant_id = $1 and id = $3 and revoked_at is null",
        &[(&time::to_text(now)).into(), (&id.to_string()).into()],
    )?;
    tx.change(Change::Access);
    Ok(rows > 0)
}

/// Notes that a token was used. No reason for a cache to forget it.
///
/// # Errors
/// When the database refuses.
pub fn note_use(tx: &mut Tx<'_>, id: ScimTokenId, at: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "update scim_token set last_used_at = $2 where tenant_id = $1 and id = $3",
        &[(&time::to_text(at)).into(), (&id.to_string()).into()],
    )?;
    Ok(())
}

/// Forgets the tokens of the same access key or application that ended before a moment. Those that
/// administrators made are kept.
///
/// # Errors
/// When the database refuses.
pub fn delete_ended(
    tx: &mut Tx<'_>,
    origin: TokenOrigin,
    before: Timestamp,
) -> Result<(), StorageError> {
    let before = time::to_text(before);
    match origin {
        TokenOrigin::Hand => {}
        TokenOrigin::AccessKey(key) => {
            tx.execute(
                "delete from scim_token where tenant_id = $1 and access_key_id = $2 and expires_at < $3",
                &[(&key.to_string()).into(), (&before).into()],
            )?;
        }
        TokenOrigin::Application(application, _) => {
            tx.execute(
                "delete from scim_token where tenant_id = $1 and application_id = $2 and expires_at < $3",
                &[(&application.to_string()).into(), (&before).into()],
            )?;
        }
    }
    Ok(())
}

/// Reads [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> Result<ScimToken, StorageError> {
    let origin = if row.text_or_null(8)?.is_some() {
        TokenOrigin::AccessKey(row.parsed(8, ("scim_token", "access_key_id"))?)
    } else if row.text_or_null(9)?.is_some() {
        let grant = match row.text_or_null(10)? {
            Some(_) => Some(row.parsed(10, ("scim_token", "grant_id"))?),
            None => None,
        };
        TokenOrigin::Application(row.parsed(9, ("scim_token", "application_id"))?, grant)
    } else {
        TokenOrigin::Hand
    };
    Ok(ScimToken {
        id: row.parsed(0, ("scim_token", "id"))?,
        connection: row.parsed(1, ("scim_token", "connection_id"))?,
        origin,
        hash: row.owned(2)?,
        hint: row.owned(3)?,
        created_at: row.moment(4)?,
        expires_at: row.moment_or_null(5)?,
        revoked_at: row.moment_or_null(6)?,
        last_used_at: row.moment_or_null(7)?,
    })
}
