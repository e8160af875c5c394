//! Tenant scope: installation
//!
//! Finds out the tenant from what a caller holds: a SCIM token, a console session, a set-up link, a
//! user name. All of them are unique in the whole installation; all but the name are looked up by hash.

use rollcall_domain::TenantId;
use rollcall_domain::policy::{AccountSettings, ConnectionPolicy};

use crate::administrator::{self, Administrator, ConsoleSession};
use crate::error::StorageError;
use crate::scim_token::{self, ScimToken};
use crate::session::Session;

/// A token with what it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenGrant {
    /// Whose it is.
    pub tenant: TenantId,
    /// The token.
    pub token: ScimToken,
    /// The dialect of its connection.
    pub dialect: String,
    /// How its connection treats what the client sends.
    pub policy: ConnectionPolicy,
    /// What its tenant decided for all connections.
    pub settings: AccountSettings,
}

/// The token of a hash, if its connection still stands.
///
/// # Errors
/// When the database refuses.
pub fn find_token(
    session: &mut Session<'_>,
    hash: &str,
) -> Result<Option<TokenGrant>, StorageError> {
    session.optional(
        "select t.id, t.connection_id, t.hash, t.hint, t.created_at, t.expires_at, t.revoked_at, t.last_used_at,
         t.tenant_id, c.dialect, c.policy, n.settings
         from scim_token t join scim_connection c on c.tenant_id = t.tenant_id and c.id = t.connection_id
         join tenant n on n.id = t.tenant_id
         where t.hash = $1 and c.removed_at is null",
        &[hash.into()],
        |row| {
            Ok(TokenGrant {
                token: scim_token::read(row)?,
                tenant: row.parsed(8, ("scim_token", "tenant_id"))?,
                dialect: row.owned(9)?,
                policy: row.json(10, ("scim_connection", "policy"))?,
                settings: row.json(11, ("tenant", "settings"))?,
            })
        },
    )
}

/// The administrator of a user name, whatever its letter case.
///
/// # Errors
/// When the database refuses.
pub fn find_administrator(
    session: &mut Session<'_>,
    user_name_key: &str,
) -> Result<Option<(TenantId, Administrator)>, StorageError> {
    let sql = format!(
        "select {}, tenant_id from administrator where user_name_key = $1",
        administrator::COLUMNS
    );
    session.optional(&sql, &[user_name_key.into()], |row| {
        Ok((row.parsed(4, ("administrator", "tenant_id"))?, administrator::read(row)?))
    })
}

/// The console session of a hash.
///
/// # Errors
/// When the database refuses.
pub fn find_session(
    session: &mut Session<'_>,
    hash: &str,
) -> Result<Option<(TenantId, ConsoleSession)>, StorageError> {
    let sql = format!(
        "select {}, tenant_id from console_session where hash = $1",
        administrator::SESSION_COLUMNS
    );
    session.optional(&sql, &[hash.into()], |row| {
        Ok((row.parsed(6, ("console_session", "tenant_id"))?, administrator::read_session(row)?))
    })
}

/// The tenant whose set-up link has a hash, with the moment at which it ends.
///
/// # Errors
/// When the database refuses.
pub fn find_setup_link(
    session: &mut Session<'_>,
    hash: &str,
) -> Result<Option<(TenantId, jiff::Timestamp)>, StorageError> {
    session.optional(
        "select tenant_id, expires_at from setup_link where hash = $1",
        &[hash.into()],
        |row| Ok((row.parsed(0, ("setup_link", "tenant_id"))?, row.moment(1)?)),
    )
}
