//! SQLite in the server's own process: one writing connection on a thread of its own, a few reading ones.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::effect::{Effects, Signals};
use crate::engine::checkpoint::Checkpointer;
use crate::engine::job::Waiting;
use crate::engine::line::Owner;
use crate::engine::writer::Writer;
use crate::error::StorageError;
use crate::migration;
use crate::report::Report;
use crate::session::{self, Session};

/// Below this, two connections that write or checkpoint at once can reset the log wrongly and corrupt
/// the file (sqlite.org/wal.html, "the WAL-reset bug", fixed in 3.51.3).
const VERSION_MIN: i32 = 3_051_003;
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// A file that others hold for longer than this while we open it is told as locked.
const OPENING_MAX: Duration = Duration::from_secs(10);
const OPENING_PAUSE: Duration = Duration::from_millis(50);
const STATEMENTS_CACHED: usize = 256;
/// As many reading connections wait for their next reader; more than that are closed after use.
const READERS_KEPT: usize = 32;
/// As long (256 MiB) the log stays after a burst. To shorten it costs the next commit up to 100 ms (measured), to
/// lengthen it again costs the ones after that, so it is well above what the log reaches under steady load.
const LOG_KEPT_BYTES: u64 = 256 << 20;

/// The embedded database.
pub struct Sqlite {
    readers: Mutex<Vec<Connection>>,
    path: Box<Path>,
    durability: String,
    writer: Writer,
    /// Dropped after the writer: what the writer leaves in the log is folded when the file is closed.
    _checkpointer: Checkpointer,
}

impl Sqlite {
    /// Opens or makes the file, sets it up for durable writing, and migrates it.
    pub(crate) fn open(path: &Path, signals: Arc<Signals>) -> Result<Self, StorageError> {
        if rusqlite::version_number() < VERSION_MIN {
            return Err(StorageError::Unfit(format!(
                "SQLite {} can corrupt its log; Rollcall needs 3.51.3 or newer",
                rusqlite::version()
            )));
        }
        reserve(path);
        let (connection, durability) = patiently(path, || connect(path))?;
        let checkpointing = patiently(path, || connect_checkpointer(path))?;
        Ok(Self {
            readers: Mutex::default(),
            path: path.into(),
            durability,
            writer: Writer::start(connection, signals)?,
            _checkpointer: Checkpointer::start(checkpointing)?,
        })
    }

    /// Runs `work` on the writer thread and answers when its changes are on disk.
    pub(crate) async fn write<T, E>(
        &self,
        owner: Owner,
        work: impl FnMut(Session<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (job, answer) = Waiting::new(work);
        self.writer.submit(owner, Box::new(job))?;
        answer.await.unwrap_or_else(|_| Err(StorageError::unavailable("the writer stopped").into()))
    }

    /// Runs `work` on this thread, on a reading connection and one snapshot of the data.
    pub(crate) fn read<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let connection = self.reader()?;
        step(&connection, "begin")?;
        let mut effects = Effects::default();
        let answer = session::run(session::Connection::Sqlite(&connection), &mut effects, work);
        // Nothing was changed, so that it does not matter how the transaction ends, if only it ends. A
        // connection whose statement failed is closed: the next reader gets a fresh one.
        if step(&connection, "rollback").is_ok() && effects.failure.is_none() {
            self.put_back(connection);
        }
        answer
    }

    /// Copies what was committed into a file that is not there yet.
    pub(crate) fn copy_to(&self, file: &Path) -> Result<(), StorageError> {
        let told = |error: std::io::Error| StorageError::unavailable(error);
        let Some(name) = file.to_str() else {
            return Err(StorageError::unavailable("its name is not UTF-8"));
        };
        make(file).map_err(told)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // An empty file may be there (<https://sqlite.org/lang_vacuum.html#vacuuminto>), and keeps its rights.
        let copied = connection.execute("vacuum into ?1", [name]).map_err(StorageError::from);
        let kept = copied
            .and_then(|_| std::fs::File::open(file).and_then(|file| file.sync_all()).map_err(told));
        if kept.is_err() {
            // Half a copy is none.
            let _ = std::fs::remove_file(file);
        }
        kept
    }

    /// What the operator should know of this database.
    pub(crate) fn report(&self) -> Result<Report, StorageError> {
        let connection = self.reader()?;
        let size_bytes = connection.query_row(
            "select page_count * page_size from pragma_page_count(), pragma_page_size()",
            [],
            |row| row.get(0),
        )?;
        self.put_back(connection);
        Ok(Report {
            engine: "SQLite",
            version: rusqlite::version().to_owned(),
            durability: self.durability.clone(),
            durable: true,
            vacuumed: true,
            size_bytes,
            server_clock_ms: None,
        })
    }

    fn reader(&self) -> Result<Connection, StorageError> {
        if let Some(connection) = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop()
        {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        keep_statements(&connection)?;
        // Pages are read through a map of the file, so that the readers need no caches of their own.
        connection.execute_batch(
            "pragma cache_size = -1024; pragma mmap_size = 17179869184; pragma query_only = on",
        )?;
        Ok(connection)
    }

    fn put_back(&self, connection: Connection) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS_KEPT {
            readers.push(connection);
        }
    }
}

/// Others may be opening or closing the same file. SQLite does not wait for every lock that this takes: it
/// refuses at once where two that waited could wait for each other (`sqlite3_busy_handler`). A file that could not be
/// made will not come by waiting.
fn patiently<T>(
    path: &Path,
    mut open: impl FnMut() -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    let begun = Instant::now();
    loop {
        match open() {
            Err(error) if error.is_passing() && path.exists() && begun.elapsed() < OPENING_MAX => {
                std::thread::sleep(OPENING_PAUSE);
            }
            answer => return answer,
        }
    }
}

/// The writing connection, set up and migrated, with the settings that decide about durability.
fn connect(path: &Path) -> Result<(Connection, String), StorageError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    keep_statements(&connection)?;
    let durability = set_up(&connection).map_err(|error| explain(error, path))?;
    migration::apply_sqlite(&mut connection)?;
    Ok((connection, durability))
}

fn connect_checkpointer(path: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open(path)?;
    connection.execute_batch("pragma synchronous = full")?;
    Ok(connection)
}

/// Makes the file so that only its owner may read it; SQLite gives the log the same rights. A file that
/// is there keeps the rights that its owner gave it. Should it fail, opening the file will tell why.
fn reserve(path: &Path) {
    let _ = make(path);
}

/// Makes an empty file that only its owner may read.
fn make(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Sets the writing connection up; answers the settings that decide about durability, as SQLite has them
/// now. It keeps silent about one that it could not follow.
fn set_up(connection: &Connection) -> Result<String, StorageError> {
    connection.execute_batch(&format!(
        "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -16384; pragma temp_store = memory;
         pragma wal_autocheckpoint = 32768; pragma journal_size_limit = {LOG_KEPT_BYTES};"
    ))?;
    let journal: String = connection.query_row("pragma journal_mode", [], |row| row.get(0))?;
    let synchronous: i64 = connection.query_row("pragma synchronous", [], |row| row.get(0))?;
    // 2 is FULL (sqlite.org/pragma.html#pragma_synchronous).
    if journal != "wal" || synchronous != 2 {
        return Err(StorageError::Unfit(format!(
            "SQLite cannot keep a write-ahead log here (journal_mode = {journal}, synchronous = {synchronous}); \
             put the database on a local disk"
        )));
    }
    Ok("synchronous = full, journal_mode = wal".to_owned())
}

fn explain(error: StorageError, path: &Path) -> StorageError {
    match error {
        StorageError::Sqlite(error)
            if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) =>
        {
            StorageError::Unfit(format!(
                "{} is not an SQLite database; name another file",
                path.display()
            ))
        }
        other => other,
    }
}

fn step(connection: &Connection, sql: &str) -> Result<(), StorageError> {
    connection.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}

/// Keeps statements prepared. The planner's stability guarantee goes with it: without it, SQLite built
/// with STAT4 plans a statement anew each time that a value is bound (sqlite.org/queryplanner-ng.html,
/// section 7), which costs several times the read itself.
fn keep_statements(connection: &Connection) -> Result<(), StorageError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}
