//! The front door: opens a database and runs use cases on it.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use rollcall_domain::TenantId;

use crate::effect::Signals;
use crate::engine::Owner;
use crate::engine::postgres::Postgres;
use crate::engine::sqlite::Sqlite;
use crate::error::StorageError;
use crate::meter::WriteMeter;
use crate::report::Report;
use crate::session::Session;
use crate::tx::Tx;

/// Where the data lives.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file beside the server.
    Sqlite(PathBuf),
    /// `postgres://…`, possibly with a password.
    Postgres(SecretString),
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    engine: Arc<Engine>,
    signals: Arc<Signals>,
    meter: WriteMeter,
}

enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Storage {
    /// Opens a database, checks that it keeps what it acknowledges, and migrates it.
    ///
    /// # Errors
    /// [`StorageError::Unfit`] when data would not be safe there; [`StorageError::Unavailable`] when it
    /// is out of reach.
    pub async fn open(database: &Database) -> Result<Self, StorageError> {
        let signals = Arc::new(Signals::default());
        let engine = match database {
            Database::Sqlite(path) => Engine::Sqlite(Sqlite::open(path, Arc::clone(&signals))?),
            Database::Postgres(url) => {
                Engine::Postgres(Postgres::open(url.expose_secret(), Arc::clone(&signals)).await?)
            }
        };
        Ok(Self { engine: Arc::new(engine), signals, meter: WriteMeter::default() })
    }

    /// Runs a use case that writes. When this answers, its changes are on disk.
    ///
    /// # Errors
    /// What the use case answers, or why its changes could not be kept (then none of them were).
    pub async fn write<T, E>(
        &self,
        tenant: TenantId,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let work = move |session: Session<'_>| work(&mut Tx::new(session, tenant));
        let _writing = self.meter.begin();
        match self.engine.as_ref() {
            Engine::Sqlite(sqlite) => sqlite.write(Some(tenant), work).await,
            Engine::Postgres(postgres) => postgres.write(Some(tenant), work).await,
        }
    }

    /// Runs a use case that reads a few rows by their index.
    ///
    /// On SQLite it runs on the calling thread: such a read takes microseconds, handing it to another
    /// thread and back takes longer. What may read many rows belongs into [`Storage::scan`].
    ///
    /// # Errors
    /// What the use case answers, or why the database could not be read.
    pub async fn read<T, E>(
        &self,
        tenant: TenantId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let work = move |session: Session<'_>| work(&mut Tx::new(session, tenant));
        match self.engine.as_ref() {
            Engine::Sqlite(sqlite) => sqlite.read(work),
            Engine::Postgres(postgres) => postgres.read(Some(tenant), work).await,
        }
    }

    /// Runs a use case that may read many rows, away from the threads that serve requests.
    ///
    /// # Errors
    /// As [`Storage::read`].
    pub async fn scan<T, E>(
        &self,
        tenant: TenantId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.scan_session(Some(tenant), move |session| work(&mut Tx::new(session, tenant))).await
    }

    /// Runs a use case of the whole installation that may read many rows, as [`Storage::scan`] does.
    ///
    /// # Errors
    /// As [`Storage::read`].
    pub async fn scan_installation<T, E>(
        &self,
        work: impl FnOnce(&mut Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.scan_session(None, move |mut session| work(&mut session)).await
    }

    /// Copies the embedded database into a file that is not there yet: all that was committed until now, and
    /// nothing by halves, while others go on writing.
    ///
    /// # Errors
    /// [`StorageError::Unfit`] for PostgreSQL, which has tools of its own; [`StorageError::Unavailable`] where the
    /// file is there already or cannot be written.
    pub async fn copy_to(&self, file: PathBuf) -> Result<(), StorageError> {
        let engine = Arc::clone(&self.engine);
        let copy = move || match engine.as_ref() {
            Engine::Sqlite(sqlite) => sqlite.copy_to(&file),
            Engine::Postgres(_) => {
                Err(StorageError::Unfit("PostgreSQL is copied with its own tools".to_owned()))
            }
        };
        tokio::task::spawn_blocking(copy).await.unwrap_or(Err(StorageError::Panicked))
    }

    async fn scan_session<T, E>(
        &self,
        owner: Owner,
        work: impl FnOnce(Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        if let Engine::Postgres(postgres) = self.engine.as_ref() {
            return postgres.read(owner, work).await;
        }
        let engine = Arc::clone(&self.engine);
        let run = move || match engine.as_ref() {
            Engine::Sqlite(sqlite) => sqlite.read(work),
            Engine::Postgres(_) => Err(StorageError::Panicked.into()),
        };
        tokio::task::spawn_blocking(run)
            .await
            .unwrap_or_else(|_| Err(StorageError::Panicked.into()))
    }

    /// Runs a use case of the whole installation: finding out a tenant, the operator's commands.
    ///
    /// # Errors
    /// As [`Storage::write`].
    pub async fn write_installation<T, E>(
        &self,
        mut work: impl FnMut(&mut Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let work = move |mut session: Session<'_>| work(&mut session);
        let _writing = self.meter.begin();
        match self.engine.as_ref() {
            Engine::Sqlite(sqlite) => sqlite.write(None, work).await,
            Engine::Postgres(postgres) => postgres.write(None, work).await,
        }
    }

    /// Reads a few rows of the whole installation by their index.
    ///
    /// # Errors
    /// As [`Storage::read`].
    pub async fn read_installation<T, E>(
        &self,
        work: impl FnOnce(&mut Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let work = move |mut session: Session<'_>| work(&mut session);
        match self.engine.as_ref() {
            Engine::Sqlite(sqlite) => sqlite.read(work),
            Engine::Postgres(postgres) => postgres.read(None, work).await,
        }
    }

    /// What committed transactions touched.
    #[must_use]
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Whether this process is the only server that writes to the data, so that a cache which hears of its
    /// own commits hears of all. Of what an operator's command writes to the same file, it hears within
    /// a fifth of a second: every stamp is counted up then, and every order forgotten.
    #[must_use]
    pub fn is_sole_writer(&self) -> bool {
        matches!(self.engine.as_ref(), Engine::Sqlite(_))
    }

    /// What the operator should know of this database.
    ///
    /// # Errors
    /// When it is out of reach.
    pub async fn report(&self) -> Result<Report, StorageError> {
        match self.engine.as_ref() {
            Engine::Sqlite(sqlite) => sqlite.report(),
            Engine::Postgres(postgres) => postgres.report().await,
        }
    }
}
