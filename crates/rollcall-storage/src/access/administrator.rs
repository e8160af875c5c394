//! Administrators, their console sessions, and the one-time links that make the first of them.

use jiff::Timestamp;

use rollcall_domain::user_name::fold;
use rollcall_domain::{AdministratorId, time};

use crate::effect::Change;
use crate::error::StorageError;
use crate::row::Row;
use crate::tx::Tx;

/// Someone who signs in to the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrator {
    /// Their id.
    pub id: AdministratorId,
    /// The name that they sign in with, unique in the installation.
    pub user_name: String,
    /// argon2id of their password, as a PHC string.
    pub password_hash: String,
    /// When they were made.
    pub created_at: Timestamp,
}

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleSession {
    /// SHA-256 of the cookie's value, in hex.
    pub hash: String,
    /// Who signed in.
    pub administrator: AdministratorId,
    /// The token that each form of the session carries.
    pub csrf: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When the browser was seen last, to the minute.
    pub seen_at: Timestamp,
    /// When the session ends, seen or not.
    pub expires_at: Timestamp,
}

pub(crate) const COLUMNS: &str = "id, user_name, password_hash, created_at";
pub(crate) const SESSION_COLUMNS: &str =
    "hash, administrator_id, csrf, created_at, seen_at, expires_at";

/// Adds an administrator.
///
/// # Errors
/// [`StorageError::Duplicate`] when the name is taken; or the database refuses.
pub fn insert(tx: &mut Tx<'_>, administrator: &Administrator) -> Result<(), StorageError> {
    tx.execute(
        "insert into administrator (tenant_id, id, user_name, user_name_key, password_hash, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        &[
            (&administrator.id.to_string()).into(),
            (&administrator.user_name).into(),
            (&fold(&administrator.user_name)).into(),
            (&administrator.password_hash).into(),
            (&time::to_text(administrator.created_at)).into(),
        ],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// One administrator.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, id: AdministratorId) -> Result<Option<Administrator>, StorageError> {
    let sql = format!("select {COLUMNS} from administrator where tenant_id = $1 and id = $2");
    tx.optional(&sql, &[(&id.to_string()).into()], read)
}

/// All administrators, by name.
///
/// # Errors
/// When the database refuses.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Administrator>, StorageError> {
    tx.query(
        &format!("select {COLUMNS} from administrator where tenant_id = $1 order by user_name_key"),
        &[],
        read,
    )
}

/// Writes a new password hash.
///
/// # Errors
/// When the database refuses.
pub fn save_password(
    tx: &mut Tx<'_>,
    id: AdministratorId,
    password_hash: &str,
) -> Result<(), StorageError> {
    tx.execute(
        "update administrator set password_hash = $2 where tenant_id = $1 and id = $3",
        &[password_hash.into(), (&id.to_string()).into()],
    )?;
    tx.change(Change::Access);
    Ok(())
}

/// Adds a session.
///
/// # Errors
/// When the database refuses.
pub fn insert_session(tx: &mut Tx<'_>, session: &ConsoleSession) -> Result<(), StorageError> {
    tx.execute(
        "insert into console_session (tenant_id, hash, administrator_id, csrf, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            (&session.hash).into(),
            (&session.administrator.to_string()).into(),
            (&session.csrf).into(),
            (&time::to_text(session.created_at)).into(),
            (&time::to_text(session.seen_at)).into(),
            (&time::to_text(session.expires_at)).into(),
        ],
    )?;
    Ok(())
}

/// Notes that a session's browser was seen.
///
/// # Errors
/// When the database refuses.
pub fn note_seen(tx: &mut Tx<'_>, hash: &str, at: Timestamp) -> Result<(), StorageError> {
    tx.execute(
        "update console_session set seen_at = $2 where tenant_id = $1 and hash = $3",
        &[(&time::to_text(at)).into(), hash.into()],
    )?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database refuses.
pub fn delete_session(tx: &mut Tx<'_>, hash: &str) -> Result<(), StorageError> {
    tx.execute("delete from console_session where tenant_id = $1 and hash = $2", &[hash.into()])?;
    tx.change(Change::Access);
    Ok(())
}

/// Forgets the sessions that ended before a moment.
///
/// # Errors
/// When the database refuses.
pub fn delete_ended_sessions(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StorageError> {
    tx.execute(
        "delete from console_session where tenant_id = $1 and expires_at < $2",
        &[(&time::to_text(now)).into()],
    )
}

/// Adds a set-up link.
///
/// # Errors
/// When the database refuses.
pub fn insert_setup_link(
    tx: &mut Tx<'_>,
    hash: &str,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into setup_link (tenant_id, hash, expires_at) values ($1, $2, $3)",
        &[hash.into(), (&time::to_text(expires_at)).into()],
    )?;
    Ok(())
}

/// Uses a set-up link up; tells whether it was there. Of two who hold it, one finds it.
///
/// # Errors
/// When the database refuses.
pub fn take_setup_link(tx: &mut Tx<'_>, hash: &str) -> Result<bool, StorageError> {
    let sql = "delete from setup_link where tenant_id = $1 and hash = $2";
    Ok(tx.execute(sql, &[hash.into()])? > 0)
}

/// Uses up all set-up links of the tenant; tells how many there were.
///
/// # Errors
/// When the database refuses.
pub fn delete_setup_links(tx: &mut Tx<'_>) -> Result<u64, StorageError> {
    tx.execute("delete from setup_link where tenant_id = $1", &[])
}

pub(crate) fn read(row: &Row<'_>) -> Result<Administrator, StorageError> {
    Ok(Administrator {
        id: row.parsed(0, ("administrator", "id"))?,
        user_name: row.owned(1)?,
        password_hash: row.owned(2)?,
        created_at: row.moment(3)?,
    })
}

pub(crate) fn read_session(row: &Row<'_>) -> Result<ConsoleSession, StorageError> {
    Ok(ConsoleSession {
        hash: row.owned(0)?,
        administrator: row.parsed(1, ("console_session", "administrator_id"))?,
        csrf: row.owned(2)?,
        created_at: row.moment(3)?,
        seen_at: row.moment(4)?,
        expires_at: row.moment(5)?,
    })
}
