//! One open transaction on either database: the fork between the two for statements and rows.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::CachedStatement;

use crate::effect::Effects;
use crate::engine::Pooled;
use crate::error::StorageError;
use crate::row::{Row, Value};

/// An open transaction that is not bound to a tenant: for what finds out the tenant (a token, a
/// session) and for the operator. Everything else uses [`crate::Tx`].
pub struct Session<'a> {
    connection: Connection<'a>,
    effects: &'a mut Effects,
}

/// Where the statements go.
#[derive(Clone, Copy)]
pub(crate) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a Pooled),
}

/// Runs a use case on an open transaction. One that panics has failed, and one that went on after a
/// statement had failed, too.
pub(crate) fn run<T, E: From<StorageError>>(
    connection: Connection<'_>,
    effects: &mut Effects,
    work: impl FnOnce(Session<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let session = Session::new(connection, effects);
    let answer = catch_unwind(AssertUnwindSafe(|| work(session)))
        .unwrap_or_else(|_| Err(StorageError::Panicked.into()));
    effects.judge(answer)
}

impl<'a> Session<'a> {
    pub(crate) fn new(connection: Connection<'a>, effects: &'a mut Effects) -> Self {
        Self { connection, effects }
    }

    /// How many statements wrote so far. One that answers with rows counts only if it is an update.
    pub(crate) fn writes(&self) -> u64 {
        self.effects.writes
    }

    /// Runs a part of the transaction in a savepoint of its own.
    pub(crate) fn attempt<T, E: From<StorageError>>(
        &mut self,
        work: impl FnOnce(Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.control("savepoint part")?;
        let mark = self.effects.mark();
        let answer = work(Session::new(self.connection, self.effects));
        if self.effects.ends_transaction() {
            return answer;
        }
        if answer.is_err() {
            self.control("rollback to part")?;
            self.effects.forget_since(mark);
        }
        self.control("release part")?;
        answer
    }

    /// Runs a statement that steers the transaction.
    fn control(&mut self, sql: &str) -> Result<(), StorageError> {
        match &self.connection {
            Connection::Sqlite(connection) => {
                connection.prepare_cached(sql)?.raw_execute()?;
                Ok(())
            }
            Connection::Postgres(connection) => connection.control(sql),
        }
    }

    /// Runs a statement; tells how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StorageError> {
        #[cfg(test)]
        self.effects.statements.push(sql.to_owned());
        self.effects.writes += 1;
        let result = match &self.connection {
            Connection::Sqlite(connection) => execute(connection, sql, values),
            Connection::Postgres(connection) => connection.execute(sql, values),
        };
        self.watch(result)
    }

    /// Runs a statement once for each row of values.
    pub(crate) fn execute_each(
        &mut self,
        sql: &str,
        rows: &[Vec<Value<'_>>],
    ) -> Result<(), StorageError> {
        #[cfg(test)]
        self.effects.statements.push(sql.to_owned());
        self.effects.writes += 1;
        let result = match &self.connection {
            Connection::Sqlite(connection) => {
                rows.iter().try_for_each(|values| execute(connection, sql, values).map(|_| ()))
            }
            Connection::Postgres(connection) => connection.execute_each(sql, rows),
        };
        self.watch(result)
    }

    /// Runs a query and reads each row.
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        #[cfg(test)]
        self.effects.statements.push(sql.to_owned());
        self.effects.writes += u64::from(sql.starts_with("update"));
        let result = match &self.connection {
            Connection::Sqlite(connection) => query(connection, sql, values, read),
            Connection::Postgres(connection) => connection.query(sql, values, read),
        };
        self.watch(result)
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

    /// A failure is noted here, because the use case may wrap the error beyond recognition, or swallow
    /// it, before the engine sees it.
    fn watch<T>(&mut self, result: Result<T, StorageError>) -> Result<T, StorageError> {
        if let Err(error) = &result {
            self.effects.fail(error);
        }
        result
    }
}

fn execute(
    connection: &rusqlite::Connection,
    sql: &str,
    values: &[Value<'_>],
) -> Result<u64, StorageError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    Ok(statement.raw_execute()? as u64)
}

fn query<T>(
    connection: &rusqlite::Connection,
    sql: &str,
    values: &[Value<'_>],
    mut read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
) -> Result<Vec<T>, StorageError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let mut rows = statement.raw_query();
    let mut answer = Vec::new();
    while let Some(row) = rows.next()? {
        answer.push(read(&Row::Sqlite(row))?);
    }
    Ok(answer)
}

/// Binds `values` to `$1`, `$2` and on. To SQLite these are names, numbered in the order in which the
/// text first uses them (<https://sqlite.org/lang_expr.html#varparam>), so each is asked for its own digits.
fn bind(statement: &mut CachedStatement<'_>, values: &[Value<'_>]) -> Result<(), StorageError> {
    let count = statement.parameter_count();
    if count != values.len() {
        return Err(rusqlite::Error::InvalidParameterCount(values.len(), count).into());
    }
    for index in 1..=count {
        let place = statement
            .parameter_name(index)
            .and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1));
        let value = place
            .and_then(|place| values.get(place))
            .ok_or(rusqlite::Error::InvalidParameterCount(values.len(), count))?;
        if matches!(value, Value::Text(text) if text.contains('\0')) {
            return Err(StorageError::NulCharacter);
        }
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_bound_by_its_number_wherever_it_stands() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let ask = |sql: &str, values: &[Value<'_>]| {
            query(&connection, sql, values, |row| Ok((row.owned(0)?, row.int(1)?)))
        };
        let values = [Value::Text("first"), Value::Int(2), Value::Text("third")];
        let found = ask("select $3, $2 where $1 = 'first' and $3 = 'third'", &values).unwrap();
        assert_eq!(found, vec![("third".to_owned(), 2)]);
        assert!(ask("select $3, $2 where $1 = 'first'", &values[..2]).is_err(), "one is missing");
        assert!(ask("select $1, $2", &values).is_err(), "one is too many, as on PostgreSQL");
    }
}
