//! The listener: accepts, serves HTTP/1.1, stops gracefully, and hangs up where a fault says so.
//! An accept loop of its own, because closing a connection without an answer is not something
//! `axum::serve` can do.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::gate::HangUp;
use crate::option::Options;
use crate::route::{self, Peer};
use crate::shared::{Shared, State};
use crate::shift;
use crate::snapshot::{self, SnapshotError};

/// How long open requests may take to end once the server stops.
const GRACE: Duration = Duration::from_secs(3);
/// How long to wait when no connection can be accepted, as when file descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Why the simulated WFM cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// No port, or no state of the listener.
    #[error("the simulated WFM cannot listen")]
    Listen(#[from] io::Error),
    /// The state file.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// Serves the simulated WFM on a listener until `stop` ends; then finishes open requests and
/// writes the state file.
///
/// # Errors
/// When the state file cannot be read at the start or written at the end.
pub async fn serve(
    listener: TcpListener,
    options: Options,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    serve_state(listener, open(options).await?, stop).await
}

/// The state a server starts with: what the state file holds.
pub(crate) async fn open(options: Options) -> Result<Shared, ServeError> {
    let shared = Arc::new(State::new(options));
    if let Some(path) = shared.options.state_file.clone() {
        let state = shared.clone();
        off_runtime(move || snapshot::load(&state, &path)).await?;
    }
    Ok(shared)
}

pub(crate) async fn serve_state(
    listener: TcpListener,
    shared: Shared,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let router = route::router(shared.clone());
    let graceful = GracefulShutdown::new();
    let keeper = tokio::spawn(snapshot::keep(shared.clone()));
    let planner = tokio::spawn(shift::keep(shared.clone()));
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => attend(stream, peer, router.clone(), &graceful),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    shared.announce_stop();
    // Past the grace, what is still open is cut off with the runtime.
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    // The keeper ends on the announcement; waiting keeps its write from overtaking the last one.
    let _ = (keeper.await, planner.await);
    if let Some(path) = shared.options.state_file.clone() {
        off_runtime(move || snapshot::save(&shared, &path)).await?;
    }
    Ok(())
}

fn attend(stream: TcpStream, peer: SocketAddr, router: Router, graceful: &GracefulShutdown) {
    // Without it small answers wait for the peer's delayed acknowledgement; worth trying only.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(router.clone(), peer, request));
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    // An error here is a peer that went away or a fault that hung up: nothing to handle.
    tokio::spawn(async move {
        let _ = connection.await;
    });
}

/// A connection that is closed instead of answered.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without an answer")]
struct HungUp;

async fn answer(
    router: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response, HungUp> {
    let mut request = request.map(axum::body::Body::new);
    request.extensions_mut().insert(Peer(peer));
    let response = router.oneshot(request).await.unwrap_or_else(|never: Infallible| match never {});
    match response.extensions().get::<HangUp>() {
        Some(HangUp) => Err(HungUp),
        None => Ok(response),
    }
}

async fn off_runtime(
    work: impl FnOnce() -> Result<(), SnapshotError> + Send + 'static,
) -> Result<(), ServeError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(error) => Err(ServeError::Listen(io::Error::other(error))),
    }
}
