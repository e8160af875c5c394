//! Bearer tokens of SCIM connections, kept as hashes.

use jiff::Timestamp;

use rollcall_domain::{ScimConnectionId, ScimTokenId, time};

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

impl ScimToken {
    /// Whether it opens anything at a moment.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

const COLUMNS: &str = "select id, connection_id, hash, hint, created_at, expires_at, revoked_at, last_used_at from scim_token";

/// Adds a token.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, token: &ScimToken) -> Result<(), StorageError> {
    tx.execute(
        "insert into scim_token (tenant_id, id, connection_id, hash, hint, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            (&token.id.to_string()).into(),
            (&token.connection.to_string()).into(),
            (&token.hash).into(),
            (&token.hint).into(),
            (&time::to_text(token.created_at)).into(),
            token.expires_at.map(time::to_text).as_ref().into(),
        ],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// All tokens of a connection, oldest first, revoked ones too.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>, connection: ScimConnectionId) -> Result<Vec<ScimToken>, StorageError> {
    let sql = format!("{COLUMNS} where tenant_id = $1 and connection_id = $2 order by id");
    tx.query(&sql, &[(&connection.to_string()).into()], read)
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

pub(crate) fn read(row: &Row<'_>) -> Result<ScimToken, StorageError> {
    Ok(ScimToken {
        id: row.parsed(0, ("scim_token", "id"))?,
        connection: row.parsed(1, ("scim_token", "connection_id"))?,
        hash: row.owned(2)?,
        hint: row.owned(3)?,
        created_at: row.moment(4)?,
        expires_at: row.moment_or_null(5)?,
        revoked_at: row.moment_or_null(6)?,
        last_used_at: row.moment_or_null(7)?,
    })
}
