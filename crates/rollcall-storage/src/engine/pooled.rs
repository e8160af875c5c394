//! A connection out of PostgreSQL's pool, driven from a thread that may wait.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::future::join_all;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::Error;
use tokio_postgres::types::ToSql;

use crate::effect::Effects;
use crate::engine::lane::Place;
use crate::error::StorageError;
use crate::row::{Row, Value};
use crate::session::{self, Connection, Session};

/// A server that is so long at one statement has stopped to work.
const STATEMENT_MAX: Duration = Duration::from_secs(60);

/// The connection.
pub(crate) struct Pooled {
    client: Object,
    runtime: Handle,
    /// Whether a transaction may be open on it.
    open: Cell<bool>,
    /// Dropped after the connection.
    _place: Place,
}

impl Pooled {
    pub(crate) fn new(client: Object, place: Place, runtime: Handle) -> Self {
        Self { client, runtime, open: Cell::new(false), _place: place }
    }

    /// Runs `work` between `begin` and the commit, or the rollback when it fails or panics.
    pub(crate) fn transact<T, E: From<StorageError>>(
        &self,
        begin: &str,
        effects: &mut Effects,
        work: impl FnOnce(Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.open.set(true);
        self.block(self.client.batch_execute(begin))?;
        let answer = session::run(Connection::Postgres(self), effects, work);
        let end = if answer.is_ok() { "commit" } else { "rollback" };
        match self.block(self.client.batch_execute(end)) {
            Ok(()) => {
                self.open.set(false);
                answer
            }
            Err(error) => {
                // A commit that reports a conflict has ended its transaction all the same.
                self.open.set(!matches!(error, StorageError::Conflict));
                effects.fail(&error);
                Err(answer.err().unwrap_or_else(|| error.into()))
            }
        }
    }

    /// The connection, if it may be used again. One that may have a transaction open is closed: in the
    /// pool, it would lend that transaction to a stranger.
    pub(crate) fn clean(self) -> Option<Self> {
        if self.open.get() {
            drop(Object::take(self.client));
            None
        } else {
            Some(self)
        }
    }

    /// Runs a statement that steers the open transaction.
    pub(crate) fn control(&self, sql: &str) -> Result<(), StorageError> {
        self.block(self.client.batch_execute(sql))
    }

    pub(crate) fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, StorageError> {
        self.block(async {
            let statement = self.client.prepare_cached(sql).await?;
            self.client.execute(&statement, &bound(values)).await
        })
    }

    /// Runs a statement once for each row of values. All of them are on their way before the first answer
    /// is back, so that the way there and back is paid once.
    pub(crate) fn execute_each(
        &self,
        sql: &str,
        rows: &[Vec<Value<'_>>],
    ) -> Result<(), StorageError> {
        let rows: Vec<_> = rows.iter().map(|values| bound(values)).collect();
        self.block(async {
            let statement = self.client.prepare_cached(sql).await?;
            let done = join_all(rows.iter().map(|row| self.client.execute(&statement, row))).await;
            // The first in order is why; those behind it only say that the transaction has failed.
            done.into_iter().try_for_each(|row| row.map(|_| ()))
        })
    }

    pub(crate) fn query<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let rows = self.block(async {
            let statement = self.client.prepare_cached(sql).await?;
            self.client.query(&statement, &bound(values)).await
        })?;
        rows.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    fn block<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, StorageError> {
        match self.runtime.block_on(timeout(STATEMENT_MAX, work)) {
            Ok(result) => Ok(result?),
            Err(_) => Err(StorageError::unavailable("PostgreSQL does not answer")),
        }
    }
}

fn bound<'v>(values: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
