//! Folds SQLite's log into the database file beside the writer, so that its commits need not wait for it.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::error::StorageError;

/// How often the log is looked at.
const PAUSE: Duration = Duration::from_millis(200);
/// As many pages (16 MiB) are folded in. Few enough to be quick to fold, enough that pages which change
/// often are folded once.
const PAGES: i64 = 4_096;

/// The thread that folds. Dropping it ends the thread.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread on a connection of its own.
    pub(crate) fn start(connection: Connection) -> Result<Self, StorageError> {
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::Builder::new()
            .name("rollcall-checkpoint".into())
            .spawn(move || {
                while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                    if let Err(error) = fold(&connection) {
                        tracing::warn!(%error, "the log could not be folded into the database file");
                    }
                }
            })
            .map_err(StorageError::unavailable)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to wait for.
            let _ = thread.join();
        }
    }
}

/// The file's size does not tell how much there is to fold: a log that was folded is written over from
/// its beginning. `noop` tells, and folds nothing (<https://sqlite.org/pragma.html#pragma_wal_checkpoint>).
fn fold(connection: &Connection) -> rusqlite::Result<()> {
    let unfolded: i64 = connection
        .prepare_cached("pragma wal_checkpoint(noop)")?
        .query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))?;
    if unfolded >= PAGES {
        connection.execute_batch("pragma wal_checkpoint(passive)")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pages are in the log, and how many of them were folded.
    fn log(connection: &Connection) -> (i64, i64) {
        connection
            .query_row("pragma wal_checkpoint(noop)", [], |row| Ok((row.get(1)?, row.get(2)?)))
            .unwrap()
    }

    #[test]
    fn a_long_log_is_folded_and_a_short_one_is_left() {
        let path = std::env::temp_dir().join(format!("rollcall_checkpoint_{}", std::process::id()));
        let writer = Connection::open(&path).unwrap();
        writer
            .execute_batch(
                "pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table page (bytes blob);
                 insert into page values (zeroblob(1000));",
            )
            .unwrap();
        let folding = Connection::open(&path).unwrap();
        fold(&folding).unwrap();
        assert_eq!(log(&folding).1, 0);
        writer.execute("insert into page values (zeroblob(20000000))", []).unwrap();
        let (pages, _) = log(&folding);
        assert!(pages > PAGES);
        fold(&folding).unwrap();
        assert_eq!(log(&folding), (pages, pages));
        drop((writer, folding));
        std::fs::remove_file(path).unwrap();
    }
}
