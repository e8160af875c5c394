//! Measures every request by the pattern of its path, for whoever scrapes. Only there where `[metrics]` is set.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::{HeaderMap, Method};
use metrics::{Counter, Histogram};
use tower::{Layer, Service};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::trace;

/// A path that no route has: strangers invent them without an end.
const OTHER: &str = "other";
const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "other"];
const STATUSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Puts the measure around the routes of one door.
#[derive(Clone)]
pub(crate) struct Measure {
    door: &'static str,
    trust: Trust,
    routes: Arc<RwLock<HashMap<String, Arc<Route>>>>,
}

/// Whether a caller may say which trace its request belongs to (W3C Trace Context). It would decide about what is
/// sampled, and link its own data to ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    Callers,
    Nobody,
}

/// The handles of one route.
struct Route {
    path: String,
    seconds: Histogram,
    requests: [[OnceLock<Counter>; STATUSES.len()]; METHODS.len()],
}

impl Measure {
    pub(crate) fn new(door: &'static str, trust: Trust) -> Self {
        Self { door, trust, routes: Arc::default() }
    }

    fn route(&self, matched: Option<&MatchedPath>) -> Arc<Route> {
        // A pattern with a slash at its end is the same route.
        let path = matched.map_or(OTHER, MatchedPath::as_str);
        let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        known.unwrap_or_else(|| {
            let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
            let made = || Arc::new(Route::new(self.door, path));
            Arc::clone(routes.entry(path.to_owned()).or_insert_with(made))
        })
    }
}

impl Measure {
    /// The span of a request; nothing where nobody traces.
    fn span(&self, route: &Route, method: usize, headers: &HeaderMap) -> Span {
        let named = match self.trust {
            Trust::Callers => headers.get("traceparent").and_then(|value| value.to_str().ok()),
            Trust::Nobody => None,
        };
        tracing::info_span!(
            target: trace::TARGET, "http.request", rollcall.door = self.door, http.route = route.path,
            http.request.method = METHODS.get(method), http.response.status_code = Empty, traceparent = named
        )
    }
}

impl Route {
    fn new(door: &'static str, path: &str) -> Self {
        let path = path.to_owned();
        let seconds = metrics::histogram!("rollcall_http_request_seconds", "door" => door, "route" => path.clone());
        Self { path, seconds, requests: Default::default() }
    }

    fn note(&self, door: &'static str, method: usize, status: u16, begun: Instant) {
        self.seconds.record(begun.elapsed());
        let class = usize::from(status / 100).saturating_sub(1).min(STATUSES.len() - 1);
        let cell = self.requests.get(method).and_then(|of| of.get(class));
        if let (Some(cell), Some(method), Some(class)) =
            (cell, METHODS.get(method), STATUSES.get(class))
        {
            let make = || {
                metrics::counter!(
                    "rollcall_http_requests_total",
                    "door" => door, "route" => self.path.clone(), "method" => *method, "status" => *class
                )
            };
            cell.get_or_init(make).increment(1);
        }
    }
}

fn method(method: &Method) -> usize {
    let place = METHODS.iter().position(|known| *known == method.as_str());
    place.unwrap_or(METHODS.len() - 1)
}

impl<S> Layer<S> for Measure {
    type Service = Measured<S>;

    fn layer(&self, inner: S) -> Measured<S> {
        Measured { inner, measure: self.clone() }
    }
}

/// A service whose requests are measured.
#[derive(Clone)]
pub(crate) struct Measured<S> {
    inner: S,
    measure: Measure,
}

impl<S> Service<Request> for Measured<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let begun = Instant::now();
        let route = self.measure.route(request.extensions().get::<MatchedPath>());
        let (door, method) = (self.measure.door, method(request.method()));
        let span = self.measure.span(&route, method, request.headers());
        let answer = span.in_scope(|| self.inner.call(request));
        Box::pin(async move {
            let answer = answer.instrument(span.clone()).await;
            if let Ok(response) = &answer {
                let status = response.status().as_u16();
                span.record("http.response.status_code", status);
                route.note(door, method, status, begun);
            }
            answer
        })
    }
}
