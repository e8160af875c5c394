//! A piece of work that waits for the writer thread, and its answer.

use tokio::sync::oneshot;

use crate::effect::Effects;
use crate::error::StorageError;
use crate::session::{self, Connection, Session};

/// What became of a job inside the batch's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Its changes stand, if the batch commits.
    Kept,
    /// It failed; its savepoint has to be rolled back.
    Undone,
}

/// Work for the writer thread.
pub(crate) trait Job: Send {
    /// Does the work, inside a savepoint.
    fn run(&mut self, connection: &rusqlite::Connection, effects: &mut Effects) -> Outcome;
    /// Answers the caller: with the work's result if the batch was committed, else with the reason.
    fn finish(self: Box<Self>, committed: Result<(), String>);
}

/// A use case with its caller waiting.
pub(crate) struct Waiting<W, T, E> {
    work: W,
    result: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<W, T, E> Waiting<W, T, E> {
    pub(crate) fn new(work: W) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (caller, answer) = oneshot::channel();
        (Self { work, result: None, caller }, answer)
    }
}

impl<W, T, E> Job for Waiting<W, T, E>
where
    W: FnMut(Session<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StorageError> + Send,
{
    fn run(&mut self, connection: &rusqlite::Connection, effects: &mut Effects) -> Outcome {
        let result = session::run(Connection::Sqlite(connection), effects, &mut self.work);
        let outcome = if result.is_ok() { Outcome::Kept } else { Outcome::Undone };
        self.result = Some(result);
        outcome
    }

    fn finish(self: Box<Self>, committed: Result<(), String>) {
        let answer = match (committed, self.result) {
            (Ok(()), Some(done)) => done,
            // A refusal falls with the batch too: it may rest on another job's change, which was lost.
            (Err(reason), _) => Err(E::from(StorageError::Unavailable { reason })),
            (Ok(()), None) => Err(E::from(StorageError::unavailable("the writer stopped"))),
        };
        // A caller that went away does not want the answer.
        let _ = self.caller.send(answer);
    }
}
