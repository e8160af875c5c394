//! What a load balancer or supervisor asks: whether the process lives, and whether it can do its work.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use rollcall_storage::{Storage, access::credential};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// Answers `/healthz` and `/readyz`.
pub(crate) struct Probe {
    /// The database that is asked.
    pub(crate) storage: Storage,
    /// Cancelled when the hub stops: it is not ready for more from then on.
    pub(crate) stop: CancellationToken,
}

impl Probe {
    /// The process lives: it answers.
    pub(crate) fn live() -> Response {
        answer(StatusCode::OK, &json!({"status": "live"}))
    }

    /// Whether requests can be served now: the database answers, and the hub does not stop.
    pub(crate) async fn ready(&self) -> Response {
        // A look-up by an index that finds nothing: the cheapest question that touches the tables.
        let asked = self
            .storage
            .read_installation(|session| credential::find_setup_link(session, "none").map(drop));
        let storage = asked.await.inspect_err(|error| tracing::warn!(%error, "not ready"));
        let storage = if storage.is_ok() { "answers" } else { "does not answer" };
        let engine = if self.stop.is_cancelled() { "stops" } else { "runs" };
        let ready = storage == "answers" && engine == "runs";
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let word = if ready { "ready" } else { "not ready" };
        answer(status, &json!({"status": word, "storage": storage, "engine": engine}))
    }
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(format!("{body}\n")));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
