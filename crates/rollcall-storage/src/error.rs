//! What can go wrong between a use case and its database.

/// A storage failure. Absence is not one: lookups answer `None`.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database cannot take the work now: locked, full, out of reach, overloaded. Nothing of the
    /// transaction was kept; the same work may be tried again.
    #[error("the database cannot take this now: {reason}")]
    Unavailable {
        /// What the database said.
        reason: String,
    },
    /// A row breaks a rule that Rollcall keeps: another row has the same unique value.
    #[error("another row has the same unique value")]
    Duplicate,
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
    /// A use case panicked inside its transaction, which was rolled back.
    #[error("a use case failed inside its transaction, which was rolled back")]
    Panicked,
}

impl StorageError {
    #[expect(clippy::needless_pass_by_value, reason = "it serves as the function of a map_err")]
    pub(crate) fn unavailable(reason: impl ToString) -> Self {
        Self::Unavailable { reason: reason.to_string() }
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, ConstraintViolation, DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly,
            SystemIoFailure,
        };
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => {
                Self::unavailable("the database is locked by another process")
            }
            Some(DiskFull) => Self::unavailable("the disk is full"),
            Some(CannotOpen | SystemIoFailure | ReadOnly) => Self::unavailable(error),
            Some(ConstraintViolation) => Self::Duplicate,
            _ => Self::Sqlite(error),
        }
    }
}

impl From<tokio_postgres::Error> for StorageError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        match error.code() {
            Some(&SqlState::UNIQUE_VIOLATION) => Self::Duplicate,
            Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => {
                Self::unavailable("other changes kept getting in the way")
            }
            // Classes 53 (insufficient resources), 55 (not in the needed state), 57 (operator
            // intervention) and 58 (system error) pass; see PostgreSQL's appendix A.
            Some(code)
                if ["53", "55", "57", "58"].iter().any(|class| code.code().starts_with(class)) =>
            {
                Self::unavailable(error)
            }
            Some(_) => Self::Postgres(error),
            None => Self::unavailable(error),
        }
    }
}
