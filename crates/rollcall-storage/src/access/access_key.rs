//! Access keys: owned by an employee, each opens one SCIM connection for as long as its owner is active.

use jiff::Timestamp;

use rollcall_domain::{AccessKeyId, EmployeeId, ScimConnectionId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// A key, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Its id.
    pub id: AccessKeyId,
    /// The connection that it opens.
    pub connection: ScimConnectionId,
    /// Whose it is.
    pub employee: EmployeeId,
    /// The public half, by which the key is named. Unique in the installation.
    pub key_id: String,
    /// SHA-256 of the secret half, in hex.
    pub secret_hash: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was exchanged last.
    pub last_used_at: Option<Timestamp>,
}

/// A key with what decides whether it works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedKey {
    /// The key.
    pub key: AccessKey,
    /// The name of its owner, as people are named.
    pub owner_name: String,
    /// Whether its owner is active.
    pub owner_is_active: bool,
}

impl OwnedKey {
    /// Whether it can be exchanged for a token now.
    #[must_use]
    pub fn works(&self) -> bool {
        self.key.revoked_at.is_none() && self.owner_is_active
    }
}

/// The columns of a key `k` and its owner `o`, as [`read`] expects them from column 0 on.
pub(crate) const COLUMNS: &str = "k.id, k.connection_id, k.employee_id, k.key_id, k.secret_hash, k.created_at, \
     k.revoked_at, k.last_used_at, o.first_name, o.last_name, o.active";
/// How many they are.
pub(crate) const COLUMN_COUNT: usize = 11;

/// Adds a key.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx<'_>, key: &AccessKey) -> Result<(), StorageError> {
    tx.execute(
        "insert into access_key (tenant_id, id, connection_id, employee_id, key_id, secret_hash, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            (&key.id.to_string()).into(),
            (&key.connection.to_string()).into(),
            (&key.employee.to_string()).into(),
            (&key.key_id).into(),
            (&key.secret_hash).into(),
            (&time::to_text(key.created_at)).into(),
        ],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// All keys of a connection, oldest first, revoked ones too.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>, connection: ScimConnectionId) -> Result<Vec<OwnedKey>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from access_key k join employee o on o.tenant_id = k.tenant_id and o.id = k.employee_id
         where k.tenant_id = $1 and k.connection_id = $2 order by k.id"
    );
    tx.query(&sql, &[(&connection.to_string()).into()], read)
}

/// One key.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, id: AccessKeyId) -> Result<Option<OwnedKey>, StorageError> {
    let sql = format!(
        "select {COLUMNS} from access_key k join employee o on o.tenant_id = k.tenant_id and o.id = k.employee_id
         where k.tenant_id = $1 and k.id = $2"
    );
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// Revokes a key; tells whether it was not revoked before. The tokens for which it was exchanged stop with it.
///
/// # Errors
/// When the database refuses.
pub fn revoke(tx: &mut Tx<'_>, id: AccessKeyId, now: Timestamp) -> Result<bool, StorageError> {
    let rows = tx.execute(
        "update access_key set revoked_at = $2 where tenant_id = $1 and id = $3 and revoked_at is null",
        &[(&time::to_text(now)).into(), (&id.to_string()).into()],
    )?;
    tx.change(Change::Access);
    Ok(rows > 0)
}

/// Notes that a key was exchanged.
///
/// # Errors
/// When the database refuses.
pub fn note_use(tx: &mut Tx<'_>, id: AccessKeyId, at: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "update access_key set last_used_at = $2 where tenant_id = $1 and id = $3",
        &[(&time::to_text(at)).into(), (&id.to_string()).into()],
    )?;
    Ok(())
}

/// Makes caches look again at the tokens of a person's keys, if the person has any: the person's status is
/// another one.
pub(crate) fn note_owner_change(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<(), StorageError> {
    let owned = tx.optional(
        "select 1 from access_key where tenant_id = $1 and employee_id = $2 and revoked_at is null limit 1",
        &[(&employee.to_string()).into()],
        |_| Ok(()),
    )?;
    if owned.is_some() {
        tx.change(Change::Access);
    }
    Ok(())
}

/// Reads [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> Result<OwnedKey, StorageError> {
    Ok(OwnedKey {
        key: AccessKey {
            id: row.parsed(0, ("access_key", "id"))?,
            connection: row.parsed(1, ("access_key", "connection_id"))?,
            employee: row.parsed(2, ("access_key", "employee_id"))?,
            key_id: row.owned(3)?,
            secret_hash: row.owned(4)?,
            created_at: row.moment(5)?,
            revoked_at: row.moment_or_null(6)?,
            last_used_at: row.moment_or_null(7)?,
        },
        owner_name: format!("{} {}", row.text(8)?, row.text(9)?),
        owner_is_active: row.flag(10)?,
    })
}
