//! PostgreSQL behind a pool: the same use cases, run again when the database reports a conflict.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::runtime::Handle;
use tokio::task::{JoinError, spawn_blocking};
use tokio_postgres::{Config, Error};

use crate::effect::{Effects, Failure, Signals};
use crate::engine::lane::{ATTEMPTS_BESIDE, Lanes};
use crate::engine::line::Owner;
use crate::engine::pooled::Pooled;
use crate::error::{StorageError, chain};
use crate::meter;
use crate::migration;
use crate::report::Report;
use crate::session::Session;

/// As often a use case is run before its caller is told to come back later.
const ATTEMPTS_MAX: u32 = 12;
const CONNECTIONS_MAX: usize = 16;
/// As many of them one tenant may have at a time: whatever it does, half are for the others.
const CONNECTIONS_OF_TENANT: usize = CONNECTIONS_MAX / 2;
const WAIT_MAX: Duration = Duration::from_secs(5);
/// A connection is broken when its peer is silent for so long after something was sent to it.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// 13 is the oldest that was maintained when this was written.
const VERSION_MIN: i32 = 130_000;
const BEGIN_WRITE: &str = "begin isolation level serializable";
const BEGIN_READ: &str = "begin isolation level repeatable read read only";

/// The server and the pool of connections to it.
pub struct Postgres {
    pool: Pool,
    signals: Arc<Signals>,
    lanes: Lanes,
}

impl Postgres {
    /// Connects, checks that the server keeps what it acknowledges, and migrates.
    pub(crate) async fn open(url: &str, signals: Arc<Signals>) -> Result<Self, StorageError> {
        let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config(url)?, tls()?, manager_config);
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS_MAX)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT_MAX))
            .create_timeout(Some(WAIT_MAX))
            .build()
            .map_err(StorageError::caused)?;
        let lanes = Lanes::new(CONNECTIONS_OF_TENANT, WAIT_MAX);
        let postgres = Self { pool, signals, lanes };
        let report = postgres.report().await?;
        if !report.durable {
            return Err(StorageError::Unfit(format!(
                "PostgreSQL does not keep what it acknowledges ({}); set fsync = on, \
                 full_page_writes = on and synchronous_commit = on",
                report.durability
            )));
        }
        migration::apply_postgres(&mut *postgres.client().await?).await?;
        Ok(postgres)
    }

    /// Runs `work` in a serialisable transaction, again after a conflict.
    pub(crate) async fn write<T, E>(
        &self,
        owner: Owner,
        mut work: impl FnMut(Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        // The connection first and the turn second, always: whoever has a turn can go on.
        let lane = self.lanes.of(owner);
        let place = self.lanes.place(&lane).await?;
        let mut connection = Pooled::new(self.client().await?, place, Handle::current());
        let mut attempt = 1;
        loop {
            let turn = self.lanes.turn(&lane, attempt).await;
            let signals = Arc::clone(&self.signals);
            let run = move || {
                let mut effects = Effects::default();
                let answer = connection.transact(BEGIN_WRITE, &mut effects, &mut work);
                drop(turn);
                if answer.is_ok() {
                    signals.publish(&effects);
                }
                (connection.clean(), work, answer, effects.failure)
            };
            let (kept, again, answer, failure) = spawn_blocking(run).await.map_err(stopped)?;
            match (answer, kept) {
                (Err(_), Some(kept)) if is_worth_another(failure, attempt) => {
                    (connection, work) = (kept, again);
                }
                (answer, _) => return answer,
            }
            meter::retries().increment(1);
            tokio::time::sleep(Duration::from_millis(u64::from(attempt * attempt))).await;
            attempt += 1;
        }
    }

    /// Runs `work` on one snapshot of the data.
    pub(crate) async fn read<T, E>(
        &self,
        owner: Owner,
        work: impl FnOnce(Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let place = self.lanes.place(&self.lanes.of(owner)).await?;
        let connection = Pooled::new(self.client().await?, place, Handle::current());
        let run = move || {
            let answer = connection.transact(BEGIN_READ, &mut Effects::default(), work);
            drop(connection.clean());
            answer
        };
        spawn_blocking(run).await.map_err(stopped)?
    }

    /// What the operator should know of this database.
    pub(crate) async fn report(&self) -> Result<Report, StorageError> {
        let row = self
            .client()
            .await?
            .query_one(
                "select current_setting('server_version'), current_setting('server_version_num'),
                 current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
                 pg_database_size(current_database()), (extract(epoch from clock_timestamp()) * 1000)::bigint,
                 current_setting('autovacuum'), current_setting('track_counts'),
                 (select coalesce(bool_and(option_value::boolean), true) from pg_class, pg_options_to_table(reloptions)
                  where pg_class.oid = to_regclass('due_mark') and option_name = 'autovacuum_enabled')",
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
            // Without the counts it never begins (PostgreSQL 15 documentation, §20.10).
            vacuumed: text(7)? == "on" && text(8)? == "on" && row.try_get(9)?,
            size_bytes: row.try_get(5)?,
            server_clock_ms: row.try_get(6)?,
        })
    }

    async fn client(&self) -> Result<Object, StorageError> {
        self.pool.get().await.map_err(StorageError::caused)
    }
}

/// A unique value that was taken a moment ago is looked at once more: the use case may then see by whom.
fn is_worth_another(failure: Option<Failure>, attempt: u32) -> bool {
    match failure {
        Some(Failure::Conflict) => attempt < ATTEMPTS_MAX,
        Some(Failure::Duplicate) => attempt < ATTEMPTS_BESIDE,
        Some(Failure::Refused) | None => false,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it serves as the function of a map_err")]
fn stopped(error: JoinError) -> StorageError {
    if error.is_cancelled() {
        StorageError::unavailable("the server stops")
    } else {
        StorageError::Panicked
    }
}

/// The address as the operator gave it, with bounds where it has none.
fn config(url: &str) -> Result<Config, StorageError> {
    let mut config: Config = url.parse().map_err(|error: Error| {
        StorageError::Unfit(format!("database.url is no PostgreSQL address: {}", chain(&error)))
    })?;
    if config.get_application_name().is_none() {
        config.application_name("rollcall");
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE_MAX);
    }
    Ok(config)
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
