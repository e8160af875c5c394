//! Tenant scope: installation
//!
//! Finds out the tenant from what a caller holds: a SCIM token, a console session, a set-up link, a
//! user name. All of them are unique in the whole installation; all but the name are looked up by hash.

use jiff::Timestamp;

use rollcall_domain::TenantId;
use rollcall_domain::policy::{AccountSettings, ConnectionPolicy};

use crate::access::access_key::{self, OwnedKey};
use crate::access::administrator::{self, Administrator, ConsoleSession};
use crate::access::oauth_application::{self, OauthApplication};
use crate::access::scim_token::{self, ScimToken};
use crate::error::StorageError;
use crate::row::Row;
use crate::session::Session;

/// A token with what it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenGrant {
    /// Whose it is.
    pub tenant: TenantId,
    /// The token.
    pub token: ScimToken,
    /// Why it opens nothing, though neither its time nor a revocation of its own ended it.
    pub end: Option<TokenEnd>,
    /// The dialect of its connection.
    pub dialect: String,
    /// How its connection treats what the client sends.
    pub policy: ConnectionPolicy,
    /// What its tenant decided for all connections.
    pub settings: AccountSettings,
    /// Whether anybody is told of the tenant's changes by security events.
    pub has_event_streams: bool,
}

/// What a token hung on, and why that opens nothing now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenEnd {
    /// The access key of this public id was revoked.
    KeyRevoked(String, Timestamp),
    /// The employee who owns the access key, by name, is not active.
    OwnerInactive(String),
    /// The application of this name was revoked.
    ApplicationRevoked(String, Timestamp),
    /// What an administrator had allowed the application was revoked, because of this.
    GrantRevoked(String, Timestamp),
}

/// The token of a hash, if its connection still stands.
///
/// # Errors
/// When the database refuses.
pub fn find_token(
    session: &mut Session<'_>,
    hash: &str,
) -> Result<Option<TokenGrant>, StorageError> {
    let sql = format!(
        "select {}, t.tenant_id, c.dialect, c.policy, n.settings, k.key_id, k.revoked_at, o.first_name, o.last_name,
         case when o.active = false then 'inactive' end, a.name, a.revoked_at, g.revoked_because, g.revoked_at,
         exists (select 1 from security_event_stream e
                 where e.tenant_id = t.tenant_id and e.ended_at is null and e.paused_at is null)
         from scim_token t join scim_connection c on c.tenant_id = t.tenant_id and c.id = t.connection_id
         join tenant n on n.id = t.tenant_id
         left join access_key k on k.tenant_id = t.tenant_id and k.id = t.access_key_id
         left join employee o on o.tenant_id = k.tenant_id and o.id = k.employee_id
         left join oauth_application a on a.tenant_id = t.tenant_id and a.id = t.application_id
         left join oauth_grant g on g.tenant_id = t.tenant_id and g.id = t.grant_id
         where t.hash = $1 and c.removed_at is null",
        scim_token::COLUMNS
    );
    const AFTER: usize = scim_token::COLUMN_COUNT;
    session.optional(&sql, &[hash.into()], |row| {
        Ok(TokenGrant {
            token: scim_token::read(row)?,
            tenant: row.parsed(AFTER, ("scim_token", "tenant_id"))?,
            dialect: row.owned(AFTER + 1)?,
            policy: row.json(AFTER + 2, ("scim_connection", "policy"))?,
            settings: row.json(AFTER + 3, ("tenant", "settings"))?,
            end: token_end(row, AFTER + 4)?,
            has_event_streams: row.flag(AFTER + 13)?,
        })
    })
}

/// Reads the public id of the access key, when it was revoked, its owner's names, and whether they are inactive;
/// then name and end of the application, and cause and end of its grant.
fn token_end(row: &Row<'_>, at: usize) -> Result<Option<TokenEnd>, StorageError> {
    if let Some(revoked_at) = row.moment_or_null(at + 1)? {
        return Ok(Some(TokenEnd::KeyRevoked(row.owned(at)?, revoked_at)));
    }
    if row.text_or_null(at + 4)?.is_some() {
        let name = format!("{} {}", row.text(at + 2)?, row.text(at + 3)?);
        return Ok(Some(TokenEnd::OwnerInactive(name)));
    }
    if let Some(revoked_at) = row.moment_or_null(at + 6)? {
        return Ok(Some(TokenEnd::ApplicationRevoked(row.owned(at + 5)?, revoked_at)));
    }
    if let Some(revoked_at) = row.moment_or_null(at + 8)? {
        let because = row.owned_or_null(at + 7)?.unwrap_or_default();
        return Ok(Some(TokenEnd::GrantRevoked(because, revoked_at)));
    }
    Ok(None)
}

/// The access key of a public id, if its connection still stands.
///
/// # Errors
/// When the database refuses.
pub fn find_access_key(
    session: &mut Session<'_>,
    key_id: &str,
) -> Result<Option<(TenantId, OwnedKey)>, StorageError> {
    let sql = format!(
        "select {}, k.tenant_id from access_key k
         join employee o on o.tenant_id = k.tenant_id and o.id = k.employee_id
         join scim_connection c on c.tenant_id = k.tenant_id and c.id = k.connection_id
         where k.key_id = $1 and c.removed_at is null",
        access_key::COLUMNS
    );
    session.optional(&sql, &[key_id.into()], |row| {
        let tenant = row.parsed(access_key::COLUMN_COUNT, ("access_key", "tenant_id"))?;
        Ok((tenant, access_key::read(row)?))
    })
}

/// The application of a client id, if its connection still stands.
///
/// # Errors
/// When the database refuses.
pub fn find_application(
    session: &mut Session<'_>,
    client_id: &str,
) -> Result<Option<(TenantId, OauthApplication)>, StorageError> {
    let sql = format!(
        "select {}, a.tenant_id from oauth_application a
         join scim_connection c on c.tenant_id = a.tenant_id and c.id = a.connection_id
         where a.client_id = $1 and c.removed_at is null",
        oauth_application::COLUMNS
    );
    session.optional(&sql, &[client_id.into()], |row| {
        let tenant =
            row.parsed(oauth_application::COLUMN_COUNT, ("oauth_application", "tenant_id"))?;
        Ok((tenant, oauth_application::read(row)?))
    })
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
) -> Result<Option<(TenantId, Timestamp)>, StorageError> {
    session.optional(
        "select tenant_id, expires_at from setup_link where hash = $1",
        &[hash.into()],
        |row| Ok((row.parsed(0, ("setup_link", "tenant_id"))?, row.moment(1)?)),
    )
}
