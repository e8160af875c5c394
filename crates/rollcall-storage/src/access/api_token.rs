//! Bearer tokens of a tenant for systems other than identity providers, kept as hashes.

use jiff::Timestamp;

use rollcall_domain::{ApiTokenId, TenantId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::session::Session;
use crate::tx::Tx;

/// A token, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// What people call the system that has it.
    pub name: String,
    /// SHA-256 of it, in hex.
    pub hash: String,
    /// Its first characters, by which people tell tokens apart.
    pub hint: String,
    /// The names of what it opens.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops to work by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
}

impl ApiToken {
    /// Whether it opens anything at a moment.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

const COLUMNS: &str =
    "id, name, hash, hint, scopes, created_at, expires_at, revoked_at, last_used_at";

/// Adds a token.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, token: &ApiToken) -> Result<(), StorageError> {
    tx.execute(
        "insert into api_token (tenant_id, id, name, hash, hint, scopes, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            (&token.id.to_string()).into(),
            (&token.name).into(),
            (&token.hash).into(),
            (&token.hint).into(),
            (&token.scopes.join(" ")).into(),
            (&time::to_text(token.created_at)).into(),
            token.expires_at.map(time::to_text).as_ref().into(),
        ],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// All tokens, oldest first, revoked ones too.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<ApiToken>, StorageError> {
    tx.query(
        &format!("select {COLUMNS} from api_token where tenant_id = $1 order by id"),
        &[],
        read,
    )
}

/// Revokes a token; tells whether it was there and not revoked before.
///
/// # Errors
/// When the database refuses.
pub fn revoke(tx: &mut Tx<'_>, id: ApiTokenId, now: Timestamp) -> Result<bool, StorageError> {
    let rows = tx.execute(
        "update api_token set revoked_at = $2 where tenant_id = $1 and id = $3 and revoked_at is null",
        &[(&time::to_text(now)).into(), (&id.to_string()).into()],
    )?;
    tx.change(Change::Access);
    Ok(rows > 0)
}

/// Notes that a token was used. No reason for a cache to forget it.
///
/// # Errors
/// When the database refuses.
pub fn note_use(tx: &mut Tx<'_>, id: ApiTokenId, at: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "update api_token set last_used_at = $2 where tenant_id = $1 and id = $3",
        &[(&time::to_text(at)).into(), (&id.to_string()).into()],
    )?;
    Ok(())
}

/// The token of a hash, with its tenant.
///
/// # Errors
/// When the database refuses.
pub fn find(
    session: &mut Session<'_>,
    hash: &str,
) -> Result<Option<(TenantId, ApiToken)>, StorageError> {
    // Tenant scope: installation
    let sql = format!("select {COLUMNS}, tenant_id from api_token where hash = $1");
    session.optional(&sql, &[hash.into()], |row| {
        Ok((row.parsed(9, ("api_token", "tenant_id"))?, read(row)?))
    })
}

fn read(row: &Row<'_>) -> Result<ApiToken, StorageError> {
    Ok(ApiToken {
        id: row.parsed(0, ("api_token", "id"))?,
        name: row.owned(1)?,
        hash: row.owned(2)?,
        hint: row.owned(3)?,
        scopes: row.text(4)?.split_whitespace().map(str::to_owned).collect(),
        created_at: row.moment(5)?,
        expires_at: row.moment_or_null(6)?,
        revoked_at: row.moment_or_null(7)?,
        last_used_at: row.moment_or_null(8)?,
    })
}
