//! What a load balancer or supervisor asks: whether the process lives, and whether it can do its work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use rollcall_storage::{Storage, StorageError, access::credential};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// A database that needs longer for a change of nothing takes no changes now.
const ANSWER_MAX: Duration = Duration::from_secs(2);
/// An answer of the database counts for so long: to ask often costs nothing.
const KEPT: Duration = Duration::from_secs(1);

/// Answers `/healthz` and `/readyz`.
pub(crate) struct Probe {
    /// The database that is asked.
    storage: Storage,
    /// Cancelled when the hub stops: it is not ready for more from then on.
    stop: CancellationToken,
    /// What the database said last, and when. Held while it is asked, so that it is asked by one at a time.
    last: Arc<Mutex<Option<(Instant, Answers)>>>,
}

/// What the database does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answers {
    /// It reads and takes changes.
    Yes,
    /// It reads; changes wait for too long: another process holds the file, or everything is in use.
    ReadsOnly,
    /// It does not even read.
    No,
}

impl Probe {
    pub(crate) fn new(storage: Storage, stop: CancellationToken) -> Self {
        Self { storage, stop, last: Arc::default() }
    }

    /// The process lives: it answers.
    pub(crate) fn live() -> Response {
        answer(StatusCode::OK, &json!({"status": "live"}))
    }

    /// Whether requests can be served now: the database reads and takes changes, and the hub does not stop.
    pub(crate) async fn ready(&self) -> Response {
        let answers = self.answers().await;
        let storage = match answers {
            Answers::Yes => "answers",
            Answers::ReadsOnly => "takes no changes",
            Answers::No => "does not answer",
        };
        let engine = if self.stop.is_cancelled() { "stops" } else { "runs" };
        let ready = answers == Answers::Yes && engine == "runs";
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let word = if ready { "ready" } else { "not ready" };
        answer(status, &json!({"status": word, "storage": storage, "engine": engine}))
    }

    async fn answers(&self) -> Answers {
        let mut last = Arc::clone(&self.last).lock_owned().await;
        if let Some((_, answers)) = last.filter(|(at, _)| at.elapsed() < KEPT) {
            return answers;
        }
        let storage = self.storage.clone();
        // Who hangs up leaves the question behind; the next one waits for its answer instead of asking again.
        let asking = tokio::spawn(async move {
            let answers = ask(&storage).await;
            *last = Some((Instant::now(), answers));
            answers
        });
        asking.await.unwrap_or(Answers::No)
    }
}

async fn ask(storage: &Storage) -> Answers {
    // A look-up by an index that finds nothing: the cheapest question that touches the tables.
    let read =
        storage.read_installation(|session| credential::find_setup_link(session, "none").map(drop));
    if !is_done("read", read).await {
        return Answers::No;
    }
    // It stands in line with all changes, and has the database begin and commit one.
    let written = storage.write_installation(|_| Ok::<(), StorageError>(()));
    if is_done("write", written).await { Answers::Yes } else { Answers::ReadsOnly }
}

async fn is_done(what: &str, asked: impl Future<Output = Result<(), StorageError>>) -> bool {
    let outcome = tokio::time::timeout(ANSWER_MAX, asked).await;
    let late = |_| Err(StorageError::unavailable("it takes too long"));
    let outcome = outcome.unwrap_or_else(late);
    outcome.inspect_err(|error| tracing::warn!(what, %error, "not ready")).is_ok()
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(format!("{body}\n")));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use rollcall_storage::Database;

    use super::*;

    #[tokio::test]
    async fn a_hub_whose_changes_wait_is_not_ready_until_they_are_taken_again() {
        let name = format!("rollcall_probe_{}.db", std::process::id());
        let path = std::env::temp_dir().join(name);
        let storage = Storage::open(&Database::Sqlite(path.clone())).await.unwrap();
        let probe = Probe::new(storage.clone(), CancellationToken::new());
        assert_eq!(probe.answers().await, Answers::Yes);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let mut begin = Some(begin);
        let long = tokio::spawn(async move {
            storage
                .write_installation(move |_| {
                    let _ = begin.take().map(|begin| begin.send(()));
                    let _ = held.recv();
                    Ok::<(), StorageError>(())
                })
                .await
        });
        begun.await.unwrap();
        assert_eq!(probe.answers().await, Answers::Yes, "what was said a moment ago still counts");
        *probe.last.lock().await = None;
        let (asked, again) = (Instant::now(), probe.answers().await);
        assert_eq!(again, Answers::ReadsOnly);
        assert!(asked.elapsed() < ANSWER_MAX + Duration::from_secs(5));
        assert_eq!(probe.ready().await.status(), StatusCode::SERVICE_UNAVAILABLE);
        drop(release);
        long.await.unwrap().unwrap();
        *probe.last.lock().await = None;
        assert_eq!(probe.answers().await, Answers::Yes);
        drop(probe);
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
    }
}
