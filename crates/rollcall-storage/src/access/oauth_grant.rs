//! What administrators allowed applications: a code that works once, then refresh tokens that follow each other.

use jiff::Timestamp;

use rollcall_domain::{AdministratorId, OauthApplicationId, OauthGrantId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthGrant {
    /// Its id.
    pub id: OauthGrantId,
    /// The application that it was given to.
    pub application: OauthApplicationId,
    /// Who gave it.
    pub administrator: AdministratorId,
    /// Where the browser was sent with the code.
    pub redirect_uri: String,
    /// SHA-256 of the code, in hex.
    pub code_hash: String,
    /// What the code's verifier must hash to (RFC 7636 §4.2, S256); `None` where the application came without PKCE.
    pub code_challenge: Option<String>,
    /// When the code ends.
    pub code_expires_at: Timestamp,
    /// When it was used, if it was.
    pub code_used_at: Option<Timestamp>,
    /// The refresh token that counts.
    pub refresh: Option<Refresh>,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// Why, as a sentence.
    pub revoked_because: Option<String>,
}

/// The refresh token of a grant. All that follow each other have one selector, by which the grant is found; one
/// that is found by it and has another hash was used before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// SHA-256 of the selector, in hex.
    pub selector: String,
    /// SHA-256 of the whole token, in hex.
    pub hash: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

const COLUMNS: &str = "id, application_id, administrator_id, redirect_uri, code_hash, code_challenge, \
     code_expires_at, code_used_at, refresh_selector, refresh_hash, refresh_expires_at, created_at, revoked_at, \
     revoked_because";

/// Adds a grant whose code was not used yet.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, grant: &OauthGrant) -> Result<(), StorageError> {
    tx.execute(
        "insert into oauth_grant (tenant_id, id, application_id, administrator_id, redirect_uri, code_hash,
         code_challenge, code_expires_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            (&grant.id.to_string()).into(),
            (&grant.application.to_string()).into(),
            (&grant.administrator.to_string()).into(),
            (&grant.redirect_uri).into(),
            (&grant.code_hash).into(),
            // Stored as an empty text where there is none; no challenge is empty.
            grant.code_challenge.as_deref().unwrap_or_default().into(),
            (&time::to_text(grant.code_expires_at)).into(),
            (&time::to_text(grant.created_at)).into(),
        ],
    )?;
    Ok(())
}

/// Writes what may change of a grant: the use of its code, its refresh token, its end.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx<'_>, grant: &OauthGrant) -> Result<(), StorageError> {
    let refresh = grant.refresh.as_ref();
    tx.execute(
        "update oauth_grant set code_used_at = $2, refresh_selector = $3, refresh_hash = $4,
         refresh_expires_at = $5, revoked_at = $6, revoked_because = $7 where tenant_id = $1 and id = $8",
        &[
            grant.code_used_at.map(time::to_text).as_ref().into(),
            refresh.map(|refresh| &refresh.selector).into(),
            refresh.map(|refresh| &refresh.hash).into(),
            refresh.map(|refresh| time::to_text(refresh.expires_at)).as_ref().into(),
            grant.revoked_at.map(time::to_text).as_ref().into(),
            grant.revoked_because.as_ref().into(),
            (&grant.id.to_string()).into(),
        ],
    )?;
    if grant.revoked_at.is_some() {
        tx.change(Change::Access);
    }
    Ok(())
}

/// The grant of a code, by its hash.
///
/// # Errors
/// When the database refuses.
pub fn find_by_code(tx: &mut Tx<'_>, code_hash: &str) -> Result<Option<OauthGrant>, StorageError> {
    let sql = format!("select {COLUMNS} from oauth_grant where tenant_id = $1 and code_hash = $2");
    tx.optional(&sql, &[code_hash.into()], read)
}

/// The grant of a refresh token, by the hash of its selector.
///
/// # Errors
/// When the database refuses.
pub fn find_by_refresh(
    tx: &mut Tx<'_>,
    selector: &str,
) -> Result<Option<OauthGrant>, StorageError> {
    let sql =
        format!("select {COLUMNS} from oauth_grant where tenant_id = $1 and refresh_selector = $2");
    tx.optional(&sql, &[selector.into()], read)
}

/// Forgets the grants of an application whose code nobody used before a moment.
///
/// # Errors
/// When the database refuses.
pub fn delete_unused(
    tx: &mut Tx<'_>,
    application: OauthApplicationId,
    before: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "delete from oauth_grant where tenant_id = $1 and application_id = $2 and code_used_at is null
         and code_expires_at < $3",
        &[(&application.to_string()).into(), (&time::to_text(before)).into()],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<OauthGrant, StorageError> {
    let refresh = match row.owned_or_null(8)? {
        Some(selector) => {
            Some(Refresh { selector, hash: row.owned(9)?, expires_at: row.moment(10)? })
        }
        None => None,
    };
    Ok(OauthGrant {
        id: row.parsed(0, ("oauth_grant", "id"))?,
        application: row.parsed(1, ("oauth_grant", "application_id"))?,
        administrator: row.parsed(2, ("oauth_grant", "administrator_id"))?,
        redirect_uri: row.owned(3)?,
        code_hash: row.owned(4)?,
        code_challenge: Some(row.owned(5)?).filter(|challenge| !challenge.is_empty()),
        code_expires_at: row.moment(6)?,
        code_used_at: row.moment_or_null(7)?,
        refresh,
        created_at: row.moment(11)?,
        revoked_at: row.moment_or_null(12)?,
        revoked_because: row.owned_or_null(13)?,
    })
}
