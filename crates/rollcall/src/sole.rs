//! One hub serves an SQLite file. What it remembers is true because it alone writes: a second one would answer
//! with what the first has changed meanwhile.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use rollcall_storage::Database;
use tokio::time::{Instant, sleep};

/// A hub that is being ended has this long to let go.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);

/// The right to serve a database, as long as this is kept. The system takes it back from a process that dies.
pub(crate) struct Sole {
    /// None for PostgreSQL, which serves any number of hubs.
    _lock: Option<File>,
}

impl Sole {
    /// Takes it, after waiting for a hub that ends just now.
    pub(crate) async fn take(database: &Database) -> Result<Self> {
        let Database::Sqlite(path) = database else { return Ok(Self { _lock: None }) };
        let name = path.with_extension("lock");
        let file =
            File::create(&name).with_context(|| format!("{} cannot be written", name.display()))?;
        let until = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _lock: Some(file) }),
                Err(TryLockError::WouldBlock) if Instant::now() < until => sleep(PAUSE).await,
                Err(TryLockError::WouldBlock) => bail!(taken(path)),
                Err(TryLockError::Error(error)) => {
                    return Err(error)
                        .with_context(|| format!("{} cannot be locked", name.display()));
                }
            }
        }
    }
}

fn taken(path: &Path) -> String {
    format!(
        "another `rollcall serve` is at work on {}. An SQLite file has one hub: end the other one, give this one a \
         data folder of its own, or use PostgreSQL (`database.url`), which serves several.",
        path.display()
    )
}
