//! PostgreSQL behind a pool: the same use cases, run again when the database reports a conflict.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::runtime::Handle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, Error, Row};

use crate::effect::{Effects, Signals};
use crate::error::StorageError;
use crate::migration;
use crate::row::Value;
use crate::session::{Connection, Session};
use crate::storage::Report;

/// As often a use case is run before its caller is told to come back later.
const ATTEMPTS_MAX: u32 = 12;
const CONNECTIONS_MAX: usize = 16;
const WAIT_MAX: Duration = Duration::from_secs(5);
/// `limit` as a parameter is a bigint from version 8; 13 is the oldest that is still maintained.
const VERSION_MIN: i32 = 130_000;

/// The server and the pool of connections to it.
pub struct Postgres {
    pool: Pool,
    signals: Arc<Signals>,
}

/// A connection out of the pool, driven from a thread that may wait.
pub(crate) struct Pooled {
    client: Object,
    runtime: Handle,
}

impl Postgres {
    /// Connects, checks that the server keeps what it acknowledges, and migrates.
    pub(crate) async fn open(url: &str, signals: Arc<Signals>) -> Result<Self, StorageError> {
        let config: Config = url.parse().map_err(|error: Error| {
            StorageError::Unfit(format!("database.url is no PostgreSQL address: {error}"))
        })?;
        let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, tls()?, manager_config);
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS_MAX)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT_MAX))
            .create_timeout(Some(WAIT_MAX))
            .build()
            .map_err(StorageError::unavailable)?;
        let postgres = Self { pool, signals };
        let report = postgres.report().await?;
        if !report.durable {
            return Err(StorageError::Unfit(format!(
                "PostgreSQL does not keep what it acknowledges ({}); set fsync = on, \
                 full_page_writes = on and synchronous_commit = on",
                report.durability
            )));
        }
        let mut client = postgres.pool.get().await.map_err(StorageError::unavailable)?;
        migration::apply_postgres(&mut client).await?;
        drop(client);
        Ok(postgres)
    }

    /// Runs `work` in a serialisable transaction, again after a conflict.
    pub(crate) async fn write<T, E>(
        &self,
        mut work: impl FnMut(Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (pool, signals, runtime) =
            (self.pool.clone(), Arc::clone(&self.signals), Handle::current());
        let run = move || {
            let mut attempt = 1;
            loop {
                let mut effects = Effects::default();
                let client = runtime.block_on(pool.get()).map_err(StorageError::unavailable)?;
                let connection = Pooled { client, runtime: runtime.clone() };
                let result = connection.transact(
                    "begin isolation level serializable",
                    &mut effects,
                    &mut work,
                );
                match result {
                    Ok(answer) => {
                        signals.publish(&effects);
                        return Ok(answer);
                    }
                    Err(_) if effects.conflict && attempt < ATTEMPTS_MAX => {
                        std::thread::sleep(Duration::from_millis(u64::from(attempt * attempt)));
                        attempt += 1;
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        tokio::task::spawn_blocking(run)
            .await
            .unwrap_or_else(|_| Err(StorageError::Panicked.into()))
    }

    /// Runs `work` on one snapshot of the data.
    pub(crate) async fn read<T, E>(
        &self,
        work: impl FnOnce(Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (pool, runtime) = (self.pool.clone(), Handle::current());
        let run = move || {
            let client = runtime.block_on(pool.get()).map_err(StorageError::unavailable)?;
            let connection = Pooled { client, runtime: runtime.clone() };
            connection.transact(
                "begin isolation level repeatable read read only",
                &mut Effects::default(),
                work,
            )
        };
        tokio::task::spawn_blocking(run)
            .await
            .unwrap_or_else(|_| Err(StorageError::Panicked.into()))
    }

    /// What the operator should know of this database.
    pub(crate) async fn report(&self) -> Result<Report, StorageError> {
        let client = self.pool.get().await.map_err(StorageError::unavailable)?;
        let row = client
            .query_one(
                "select current_setting('server_version'), current_setting('server_version_num'),
                 current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
                 pg_database_size(current_database()), (extract(epoch from clock_timestamp()) * 1000)::bigint",
                &[],
            )
            .await?;
        let text = |column: usize| -> Result<String, StorageError> { Ok(row.try_get(column)?) };
        let number: i32 = text(1)?.parse().unwrap_or(0);
        if number < VERSION_MIN {
            return Err(StorageError::Unfit(format!(
                "PostgreSQL {} is too old; 13 is the oldest that serves",
                text(0)?
            )));
        }
        let (fsync, full, commit) = (text(2)?, text(3)?, text(4)?);
        Ok(Report {
            engine: "PostgreSQL",
            version: text(0)?,
            durable: fsync == "on" && full == "on" && commit != "off",
            durability: format!(
                "fsync = {fsync}, full_page_writes = {full}, synchronous_commit = {commit}"
            ),
            size_bytes: row.try_get(5)?,
            server_clock_ms: row.try_get(6)?,
        })
    }
}

impl Pooled {
    fn transact<T, E: From<StorageError>>(
        self,
        begin: &str,
        effects: &mut Effects,
        work: impl FnOnce(Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.block(self.client.batch_execute(begin)).map_err(StorageError::from)?;
        let result = work(Session::new(Connection::Postgres(&self), effects));
        let end = if result.is_ok() { "commit" } else { "rollback" };
        match (self.block(self.client.batch_execute(end)), result) {
            (Ok(()), result) => result,
            (Err(error), result) => {
                use tokio_postgres::error::SqlState;
                let conflict = error.code() == Some(&SqlState::T_R_SERIALIZATION_FAILURE);
                effects.conflict |= conflict;
                if !conflict {
                    // The state of this connection is unknown: it does not go back to the pool.
                    drop(Object::take(self.client));
                }
                Err(result.err().unwrap_or_else(|| StorageError::from(error).into()))
            }
        }
    }

    pub(crate) fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        self.block(async {
            let statement = self.client.prepare_cached(sql).await?;
            self.client.execute(&statement, &bound(values)).await
        })
    }

    pub(crate) fn query(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        self.block(async {
            let statement = self.client.prepare_cached(sql).await?;
            self.client.query(&statement, &bound(values)).await
        })
    }

    fn block<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}

fn bound<'v>(values: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// TLS as the address asks for it (`sslmode`), with the machine's trusted roots.
fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect, StorageError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(StorageError::unavailable)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}
