//! The front door: tells by the path whose request it is, so that neither side pays for the other's
//! layers, and answers for handlers that fail.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use futures_util::FutureExt as _;
use http::{HeaderValue, Request, StatusCode, header};
use tower::Service as _;

use super::measure::{Measure, Trust};
use super::probe::Probe;
use super::proxy::Proxies;

/// What the hub serves.
pub(crate) struct Front {
    /// SCIM, below `/scim/`.
    pub(crate) scim: Router,
    /// How SCIM clients get tokens.
    pub(crate) authentication: Router,
    /// The agent API, below `/api/`.
    pub(crate) agents: Router,
    /// The console: everything else.
    pub(crate) console: Router,
    /// `/healthz` and `/readyz`.
    pub(crate) probe: Probe,
    /// Who may say for whom it asks.
    pub(crate) proxies: Proxies,
}

/// What a SCIM client is told when a handler failed (RFC 7644 §3.12).
const SCIM_FAILURE: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"500","detail":"The server failed while it handled this request. The failure is in its log."}"#;
/// The same for a client of the agent API (RFC 9457).
const PROBLEM: &str = r#"{"type":"urn:rollcall:problem:failure","title":"Internal Server Error","status":500,"detail":"The server failed while it handled this request. The failure is in its log."}"#;
const FAILURE: &str =
    "The server failed while it handled this request. The failure is in its log.\n";

impl Front {
    /// The same with every request measured and traced, as far as somebody listens.
    pub(crate) fn measured(self, trust: Trust) -> Self {
        Self {
            scim: self.scim.layer(Measure::new("scim", trust)),
            authentication: self.authentication.layer(Measure::new("authentication", trust)),
            agents: self.agents.layer(Measure::new("agents", trust)),
            console: self.console.layer(Measure::new("console", trust)),
            probe: self.probe,
            proxies: self.proxies,
        }
    }

    /// Answers a request from `peer` (as it is counted), whatever becomes of its handler.
    pub(crate) async fn answer(&self, mut request: Request<Body>, peer: SocketAddr) -> Response {
        let path = request.uri().path();
        if path.starts_with("/scim/") {
            let answer = call(&self.scim, request);
            return answer.await.unwrap_or_else(|| failure(SCIM_FAILURE, "application/scim+json"));
        }
        if rollcall_api::is_agent(path) {
            let answer = call(&self.agents, request).await;
            return answer.unwrap_or_else(|| failure(PROBLEM, "application/problem+json"));
        }
        match path {
            "/healthz" => Probe::live(),
            "/readyz" => self.probe.ready().await,
            _ => {
                let machine = rollcall_api::is_authentication(path);
                let router = if machine { &self.authentication } else { &self.console };
                // By the address both tell apart who tries passwords and keys.
                let caller = self.proxies.caller(request.headers(), peer);
                request.extensions_mut().insert(ConnectInfo(caller));
                let answer = call(router, request).await;
                answer.unwrap_or_else(|| failure(FAILURE, "text/plain"))
            }
        }
    }
}

/// `None` when the handler panicked.
async fn call(router: &Router, request: Request<Body>) -> Option<Response> {
    let answer = router.clone().call(request);
    AssertUnwindSafe(answer)
        .catch_unwind()
        .await
        .ok()
        .map(|answer| answer.unwrap_or_else(|never: Infallible| match never {}))
}

fn failure(body: &'static str, kind: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use rollcall_storage::{Database, Storage};
    use tokio_util::sync::CancellationToken;

    async fn fail() -> &'static str {
        panic!("a mistake of ours")
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_for() {
        let name = format!("rollcall_front_{}.db", std::process::id());
        let path = std::env::temp_dir().join(name);
        let storage = Storage::open(&Database::Sqlite(path.clone())).await.unwrap();
        let stop = CancellationToken::new();
        let front = Front {
            scim: Router::new().route("/scim/v2/Users", get(fail)),
            authentication: Router::new(),
            agents: Router::new().route("/api/v1/agent-states", get(fail)),
            console: Router::new().route("/", get(fail)),
            probe: Probe::new(storage, stop.clone()),
            proxies: Proxies::default(),
        };
        let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
        for (path, kind) in [
            ("/scim/v2/Users", "application/scim+json"),
            ("/api/v1/agent-states", "application/problem+json"),
            ("/", "text/plain"),
        ] {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            let answer = front.answer(request, peer).await;
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.headers()[header::CONTENT_TYPE], kind);
        }
        stop.cancel();
        let request = Request::builder().uri("/readyz").body(Body::empty()).unwrap();
        assert_eq!(front.answer(request, peer).await.status(), StatusCode::SERVICE_UNAVAILABLE);
        drop(front);
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
    }
}
