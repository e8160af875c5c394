//! Folds SQLite's log into the database file beside the writer, so that its commits need not wait for it.

use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::error::StorageError;

/// How often the log's size is looked at.
const PAUSE: Duration = Duration::from_millis(200);
/// A log of this size is folded in. Small enough to be quick to fold, large enough that pages which
/// change often are folded once.
const LOG_BYTES: u64 = 16 << 20;

/// The thread that folds. Dropping it ends the thread.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread on a connection of its own; `log` is the path of the write-ahead log.
    pub(crate) fn start(connection: Connection, log: PathBuf) -> Result<Self, StorageError> {
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::Builder::new()
            .name("rollcall-checkpoint".into())
            .spawn(move || {
                while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                    let size_bytes = std::fs::metadata(&log).map_or(0, |log| log.len());
                    if size_bytes >= LOG_BYTES
                        && let Err(error) = connection.execute_batch("pragma wal_checkpoint(passive)")
                    {
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
