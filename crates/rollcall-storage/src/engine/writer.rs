//! The one thread that writes to SQLite: it runs the waiting jobs one after another and commits them
//! together, so that many callers share one fsync (group commit). An answer means: it is on disk. Tenants take turns.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::effect::{Effects, Signals};
use crate::engine::job::{Job, Outcome};
use crate::engine::line::{Lines, Owner};
use crate::error::{StorageError, chain};
use crate::meter::CommitMeter;

/// As many jobs may wait; more are refused with [`StorageError::Unavailable`], which SCIM answers as 503.
const WAITING_MAX: usize = 8_192;
/// As many jobs share one commit at the most, so that the first of them does not wait for long.
const BATCH_MAX: usize = 256;
/// A batch that ran for so long begins no further job, unless its disk needs longer for a commit. Many small changes do
/// not get there; behind large ones of one tenant another's waits for two of them at the most.
const BATCH_LONG: Duration = Duration::from_millis(50);
const TOO_MANY: &str = "too many changes are waiting";
/// After so long a change that another process made is noticed at the latest.
const PAUSE: Duration = Duration::from_millis(200);

/// A job and whose it is.
type Asked = (Owner, Box<dyn Job>);

/// The way to the writer thread. Dropping the last one ends the thread after what already waits.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<SyncSender<Asked>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on a connection that is set up for writing.
    pub(crate) fn start(
        connection: Connection,
        signals: Arc<Signals>,
    ) -> Result<Self, StorageError> {
        let (sender, receiver) = sync_channel(WAITING_MAX);
        let thread = std::thread::Builder::new()
            .name("rollcall-writer".into())
            .spawn(move || serve(&connection, &receiver, &signals))
            .map_err(StorageError::unavailable)?;
        Ok(Self { jobs: Some(sender), thread: Some(thread) })
    }

    /// Puts a job into the queue.
    pub(crate) fn submit(&self, owner: Owner, job: Box<dyn Job>) -> Result<(), StorageError> {
        let Some(jobs) = &self.jobs else {
            return Err(StorageError::unavailable("the writer stopped"));
        };
        jobs.try_send((owner, job)).map_err(|error| match error {
            TrySendError::Full(_) => StorageError::unavailable(TOO_MANY),
            TrySendError::Disconnected(_) => StorageError::unavailable("the writer stopped"),
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        // A job that was abandoned may hold the last handle: then it is this thread that ends, and nobody waits.
        let own = std::thread::current().id();
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != own) {
            // A writer that panicked has nothing left to wait for.
            let _ = thread.join();
        }
    }
}

/// What the writer thread keeps from one batch to the next.
struct Batches<'a> {
    connection: &'a Connection,
    jobs: &'a Receiver<Asked>,
    /// Those who were taken out of the channel and did not have their turn yet.
    lines: Lines<Box<dyn Job>>,
    signals: &'a Signals,
    meter: CommitMeter,
    /// How long the last commit took.
    flush: Duration,
}

fn serve(connection: &Connection, jobs: &Receiver<Asked>, signals: &Signals) {
    let (meter, flush) = (CommitMeter::default(), Duration::ZERO);
    let lines = Lines::default();
    let mut batches = Batches { connection, jobs, lines, signals, meter, flush };
    let mut version = foreign_version(connection);
    loop {
        if batches.lines.is_empty() {
            match jobs.recv_timeout(PAUSE) {
                Ok(asked) => batches.take_in(asked),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let present = foreign_version(connection).or(version);
        if present != version {
            version = present;
            signals.publish_all();
        }
        if let Some(first) = batches.lines.pop() {
            batches.serve(first);
        }
    }
}

/// Changes when someone else than this connection commits (<https://sqlite.org/pragma.html#pragma_data_version>):
/// an operator's command beside the running server.
fn foreign_version(connection: &Connection) -> Option<i64> {
    let mut statement = connection.prepare_cached("pragma data_version").ok()?;
    statement.query_row([], |row| row.get(0)).ok()
}

impl Batches<'_> {
    fn serve(&mut self, first: Box<dyn Job>) {
        let begun = Instant::now();
        let mut batch = Vec::with_capacity(16);
        batch.push(first);
        let mut effects = Vec::with_capacity(16);
        let committed = self.run(&mut batch, &mut effects);
        match &committed {
            Ok(()) => effects.iter().for_each(|effects| self.signals.publish(effects)),
            Err(error) => {
                tracing::warn!(%error, jobs = batch.len(), "a batch of changes was not committed");
            }
        }
        let committed = committed.map_err(|error| match error {
            StorageError::Unavailable { reason } => reason,
            other => chain(&other),
        });
        self.meter.note(batch.len(), begun);
        for job in batch {
            job.finish(committed.clone());
        }
    }

    /// Runs the batch's jobs, those that wait already and those that join meanwhile, and commits. They may join for
    /// as long as the last commit took: on a slow disk many share one flush; on a quick one no answer waits for the
    /// work of others, and clients prepare their next change while the writer works.
    fn run(
        &mut self,
        batch: &mut Vec<Box<dyn Job>>,
        effects: &mut Vec<Effects>,
    ) -> Result<(), StorageError> {
        if let Err(error) = begin(self.connection) {
            // Whoever waits already would wait as long again, only to hear the same.
            self.gather();
            batch.extend(std::iter::from_fn(|| self.lines.pop()));
            return Err(error);
        }
        let begun = Instant::now();
        self.gather();
        let waiting = self.lines.len();
        let mut next = 0;
        while let Some(job) = batch.get_mut(next) {
            // The first one has nothing before it that its failure could take along, so it needs no savepoint;
            // with one, SQLite copies each page that it touches, which a large job feels.
            let ran = if next == 0 {
                run_first(self.connection, job.as_mut(), effects)
            } else {
                run_one(self.connection, job.as_mut(), effects)
            };
            if let Err(error) = ran {
                roll_back(self.connection)?;
                return Err(error);
            }
            next += 1;
            batch.extend(self.following(next, waiting, begun));
        }
        self.commit()
    }

    /// The next job of a batch that has run `ran` of them, and for which `waiting` stood in the lines beside the first.
    fn following(&mut self, ran: usize, waiting: usize, begun: Instant) -> Option<Box<dyn Job>> {
        let elapsed = begun.elapsed();
        if ran >= BATCH_MAX || elapsed >= self.flush.max(BATCH_LONG) {
            return None;
        }
        if ran > waiting {
            if elapsed >= self.flush {
                return None;
            }
            if let Ok(asked) = self.jobs.try_recv() {
                self.take_in(asked);
            }
        }
        self.lines.pop()
    }

    /// Lets those who wait in the channel stand in line.
    fn gather(&mut self) {
        for asked in self.jobs.try_iter().take(WAITING_MAX) {
            self.take_in(asked);
        }
    }

    fn take_in(&mut self, (owner, job): Asked) {
        if let Err(job) = self.lines.push(owner, job) {
            job.finish(Err(TOO_MANY.to_owned()));
        }
    }

    fn commit(&mut self) -> Result<(), StorageError> {
        let begun = Instant::now();
        let committed = statement(self.connection, "commit");
        self.flush = begun.elapsed();
        committed.or_else(|error| {
            roll_back(self.connection)?;
            Err(error)
        })
    }
}

fn run_first(
    connection: &Connection,
    job: &mut dyn Job,
    effects: &mut Vec<Effects>,
) -> Result<(), StorageError> {
    let mut touched = Effects::default();
    let outcome = job.run(connection, &mut touched);
    if connection.is_autocommit() {
        return Err(full());
    }
    match outcome {
        Outcome::Kept => effects.push(touched),
        Outcome::Undone => {
            roll_back(connection)?;
            begin(connection)?;
        }
    }
    Ok(())
}

/// SQLite ends the whole transaction by itself when it cannot write (<https://sqlite.org/lang_transaction.html>).
fn full() -> StorageError {
    StorageError::unavailable("the disk is full, or cannot be written to")
}

fn run_one(
    connection: &Connection,
    job: &mut dyn Job,
    effects: &mut Vec<Effects>,
) -> Result<(), StorageError> {
    statement(connection, "savepoint job")?;
    let mut touched = Effects::default();
    let outcome = job.run(connection, &mut touched);
    if connection.is_autocommit() {
        return Err(full());
    }
    match outcome {
        Outcome::Kept => effects.push(touched),
        Outcome::Undone => statement(connection, "rollback to job")?,
    }
    statement(connection, "release job")
}

fn begin(connection: &Connection) -> Result<(), StorageError> {
    // A rollback that failed must not keep every later batch from beginning.
    roll_back(connection)?;
    statement(connection, "begin immediate")
}

/// Ends a transaction that is still open. After some failures SQLite has ended it already.
fn roll_back(connection: &Connection) -> Result<(), StorageError> {
    if connection.is_autocommit() { Ok(()) } else { statement(connection, "rollback") }
}

fn statement(connection: &Connection, sql: &str) -> Result<(), StorageError> {
    connection.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}
