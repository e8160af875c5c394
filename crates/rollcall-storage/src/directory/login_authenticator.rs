//! Login authenticators: the ways in which people of a tenant sign in.

use rollcall_domain::LoginAuthenticatorId;
use rollcall_domain::structure::LoginAuthenticator;

use crate::error::StorageError;
use crate::tx::Tx;

/// Adds an authenticator.
///
/// # Errors
/// [`StorageError::Duplicate`] when the name is taken; or the database refuses.
pub fn insert(tx: &mut Tx<'_>, authenticator: &LoginAuthenticator) -> Result<(), StorageError> {
    tx.execute(
        "insert into login_authenticator (tenant_id, id, name, kind) values ($1, $2, $3, $4)",
        &[
            (&authenticator.id.to_string()).into(),
            (&authenticator.name).into(),
            (&authenticator.kind).into(),
        ],
    )?;
    Ok(())
}

/// The authenticator of a name.
///
/// # Errors
/// When the database refuses.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<LoginAuthenticatorId>, StorageError> {
    tx.optional(
        "select id from login_authenticator where tenant_id = $1 and name = $2",
        &[name.into()],
        |row| row.parsed(0, ("login_authenticator", "id")),
    )
}

/// All authenticators, by name.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<LoginAuthenticator>, StorageError> {
    tx.query(
        "select id, name, kind from login_authenticator where tenant_id = $1 order by name",
        &[],
        |row| {
            Ok(LoginAuthenticator {
                id: row.parsed(0, ("login_authenticator", "id"))?,
                name: row.owned(1)?,
                kind: row.owned(2)?,
            })
        },
    )
}
