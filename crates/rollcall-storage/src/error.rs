//! What can go wrong between a use case and its database.

use std::error::Error;

use tokio_postgres::error::SqlState;
use tokio_postgres::types::WrongType;

/// A storage failure. Absence is not one: lookups answer `None`.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database cannot take the work now: locked, full, out of reach, overloaded. The same work may
    /// be tried again. Nothing of the transaction was kept, but for one case that nobody can tell from
    /// the outside: the connection to PostgreSQL broke while it committed.
    #[error("the database cannot take this now: {reason}")]
    Unavailable {
        /// What the database said.
        reason: String,
    },
    /// Other transactions kept getting in the way. Nothing was kept; the same work may be tried again.
    #[error("the database cannot take this now: other changes kept getting in the way")]
    Conflict,
    /// A row breaks a rule that Rollcall keeps: another row has the same unique value.
    #[error("another row has the same unique value")]
    Duplicate,
    /// A text holds the character U+0000, which a text of PostgreSQL cannot hold. Refused on SQLite too.
    #[error("a text holds the character U+0000, which cannot be kept; leave it out")]
    NulCharacter,
    /// A row holds what no row of Rollcall's should.
    #[error("{table}.{column} of row {row} holds a value that Rollcall did not write")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: String,
    },
    /// The database is of a version, or has settings, under which Rollcall does not promise to keep data.
    #[error("{0}")]
    Unfit(String),
    /// A statement failed on SQLite.
    #[error("SQLite refused a statement")]
    Sqlite(#[source] rusqlite::Error),
    /// A statement failed on PostgreSQL.
    #[error("PostgreSQL refused a statement")]
    Postgres(#[source] tokio_postgres::Error),
    /// A use case swallowed a statement's failure and went on. PostgreSQL keeps nothing of such a
    /// transaction, so that SQLite must not either.
    #[error("a use case went on after a statement had failed; the transaction was rolled back")]
    WentOn,
    /// A use case panicked inside its transaction, which was rolled back.
    #[error("a use case failed inside its transaction, which was rolled back")]
    Panicked,
}

impl StorageError {
    /// Whether the same work may succeed when it is tried again later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Conflict)
    }

    /// The database, or the way to it, cannot be had now.
    #[expect(clippy::needless_pass_by_value, reason = "it serves as the function of a map_err")]
    pub fn unavailable(reason: impl ToString) -> Self {
        Self::Unavailable { reason: reason.to_string() }
    }

    /// The same for an error whose own words leave the cause out.
    pub(crate) fn caused(error: impl Error) -> Self {
        Self::Unavailable { reason: chain(&error) }
    }
}

/// An error with its causes, each said once.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, FileLockingProtocolFailed,
            ReadOnly, SystemIoFailure,
        };
        use rusqlite::ffi::{
            SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE,
        };
        if let Some(
            SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID,
        ) = error.sqlite_error().map(|error| error.extended_code)
        {
            return Self::Duplicate;
        }
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => {
                Self::unavailable("the database is locked by another process")
            }
            Some(DiskFull) => Self::unavailable("the disk is full"),
            Some(CannotOpen | FileLockingProtocolFailed | ReadOnly | SystemIoFailure) => {
                Self::unavailable(error)
            }
            _ => Self::Sqlite(error),
        }
    }
}

impl From<tokio_postgres::Error> for StorageError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.code() {
            Some(&SqlState::UNIQUE_VIOLATION) => Self::Duplicate,
            Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => {
                Self::Conflict
            }
            Some(&SqlState::CHARACTER_NOT_IN_REPERTOIRE) => Self::NulCharacter,
            Some(code) if passes(code) => Self::caused(error),
            Some(_) => Self::Postgres(error),
            // A value of a type that the statement or the column does not have is a mistake of ours.
            None if error.source().is_some_and(|cause| cause.is::<WrongType>()) => {
                Self::Postgres(error)
            }
            None => Self::caused(error),
        }
    }
}

/// Whether PostgreSQL may take the same statement later: classes 08 (connection), 53 (insufficient
/// resources), 55 (not in the needed state), 57 (operator intervention) and 58 (system error) of its
/// appendix A, and what a standby says until it is promoted.
fn passes(code: &SqlState) -> bool {
    *code == SqlState::READ_ONLY_SQL_TRANSACTION
        || ["08", "53", "55", "57", "58"].iter().any(|class| code.code().starts_with(class))
}
