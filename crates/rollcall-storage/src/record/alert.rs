//! What an administrator has to mend: one row for each cause, however often it was met.

use jiff::Timestamp;

use rollcall_domain::time;

use crate::effect::Change;
use crate::error::StorageError;
use crate::tx::Tx;

/// A cause, and how often it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What it is about: the name of the missing role.
    pub subject: String,
    /// How often it was met.
    pub count: i64,
    /// When it was met first.
    pub since: Timestamp,
    /// When it was met last.
    pub last_at: Timestamp,
}

/// What kind of cause it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// Somebody could not be made, because the role that people begin with is missing.
    NoDefaultRole,
}

impl AlertKind {
    fn word(self) -> &'static str {
        match self {
            Self::NoDefaultRole => "no_default_role",
        }
    }
}

/// Notes that a cause was met once more.
///
/// # Errors
/// When the database refuses.
pub fn raise(
    tx: &mut Tx<'_>,
    kind: AlertKind,
    subject: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.execute(
        "insert into alert (tenant_id, kind, subject, count, since, last_at) values ($1, $2, $3, 1, $4, $4)
         on conflict (tenant_id, kind, subject) do update set count = alert.count + 1, last_at = excluded.last_at",
        &[kind.word().into(), subject.into(), (&time::to_text(now)).into()],
    )?;
    tx.change(Change::Health);
    Ok(())
}

/// Forgets a cause that was mended.
///
/// # Errors
/// When the database refuses.
pub fn clear(tx: &mut Tx<'_>, kind: AlertKind, subject: &str) -> Result<(), StorageError> {
    let gone = tx.execute(
        "delete from alert where tenant_id = $1 and kind = $2 and subject = $3",
        &[kind.word().into(), subject.into()],
    )?;
    if gone > 0 {
        tx.change(Change::Health);
    }
    Ok(())
}

/// What is known of a cause.
///
/// # Errors
/// When the database refuses.
pub fn get(tx: &mut Tx<'_>, kind: AlertKind, subject: &str) -> Result<Option<Alert>, StorageError> {
    tx.optional(
        "select subject, count, since, last_at from alert where tenant_id = $1 and kind = $2 and subject = $3",
        &[kind.word().into(), subject.into()],
        |row| {
            Ok(Alert {
                subject: row.owned(0)?,
                count: row.int(1)?,
                since: row.moment(2)?,
                last_at: row.moment(3)?,
            })
        },
    )
}
