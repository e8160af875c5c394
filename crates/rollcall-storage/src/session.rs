//! One open transaction on either database: the fork between the two for statements and rows.

use crate::effect::{Change, Effects};
use crate::engine::postgres::Pooled;
use crate::error::StorageError;
use crate::row::{Row, Value};

/// An open transaction that is not bound to a tenant: for what finds out the tenant (a token, a
/// session) and for the operator. Everything else uses [`crate::Tx`].
pub struct Session<'a> {
    connection: Connection<'a>,
    effects: &'a mut Effects,
}

/// Where the statements go.
pub(crate) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a Pooled),
}

impl<'a> Session<'a> {
    pub(crate) fn new(connection: Connection<'a>, effects: &'a mut Effects) -> Self {
        Self { connection, effects }
    }

    /// Runs a statement; tells how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StorageError> {
        match &self.connection {
            Connection::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let rows = statement.execute(rusqlite::params_from_iter(values))?;
                Ok(rows as u64)
            }
            Connection::Postgres(connection) => {
                let result = connection.execute(sql, values);
                self.watch(result)
            }
        }
    }

    /// Runs a query and reads each row.
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        match &self.connection {
            Connection::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                let mut answer = Vec::new();
                while let Some(row) = rows.next()? {
                    answer.push(read(&Row::Sqlite(row))?);
                }
                Ok(answer)
            }
            Connection::Postgres(connection) => {
                let result = connection.query(sql, values);
                self.watch(result)?.iter().map(|row| read(&Row::Postgres(row))).collect()
            }
        }
    }

    /// Runs a query that answers with one row or none.
    pub(crate) fn optional<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        Ok(self.query(sql, values, read)?.into_iter().next())
    }

    pub(crate) fn effects(&mut self) -> &mut Effects {
        self.effects
    }

    pub(crate) fn change(&mut self, change: Change) {
        self.effects.change(change);
    }

    /// A conflict is noted here, because the use case may wrap the error beyond recognition before the
    /// engine, which has to run it again, sees it.
    fn watch<T>(&mut self, result: Result<T, tokio_postgres::Error>) -> Result<T, StorageError> {
        use tokio_postgres::error::SqlState;
        result.map_err(|error| {
            if let Some(
                &SqlState::T_R_SERIALIZATION_FAILURE
                | &SqlState::T_R_DEADLOCK_DETECTED
                | &SqlState::UNIQUE_VIOLATION,
            ) = error.code()
            {
                self.effects.conflict = true;
            }
            error.into()
        })
    }
}
