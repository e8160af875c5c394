//! The hub's web server: an accept loop of its own over hyper, for the sake of bounds that `axum::serve`
//! does not set: on connections, on the time for a request's head, and on the time that stopping takes.

mod front;
mod probe;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

pub(crate) use front::Front;
pub(crate) use probe::Probe;

/// As many connections are open at a time; further ones wait in the kernel's queue.
pub(crate) const CONNECTIONS_MAX: usize = 4_096;
/// A connection is closed when the head of its next request takes longer than this to come. It is also
/// how long an idle one stays open.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// As much of a request is held in memory before its handler takes it; a longer head is refused.
const BUFFER_MAX_BYTES: usize = 64 * 1024;
/// How long open requests may take to end once the hub stops.
const GRACE: Duration = Duration::from_secs(10);
/// How long to wait when no connection can be accepted, as when file descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop`, then lets open requests end.
pub(crate) async fn serve(listener: TcpListener, front: Front, stop: CancellationToken) {
    let front = Arc::new(front);
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let accept = async {
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, _)) => attend(stream, place, Arc::clone(&front), &graceful),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = accept => {}
        () = stop.cancelled() => {}
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests that did not end within {} s were cut off", GRACE.as_secs());
    }
}

fn attend(
    stream: TcpStream,
    place: OwnedSemaphorePermit,
    front: Arc<Front>,
    graceful: &GracefulShutdown,
) {
    // Without it a small answer may wait for the peer's delayed acknowledgement; worth trying only.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let front = Arc::clone(&front);
        async move { Ok::<_, Infallible>(front.answer(request.map(Body::new)).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(BUFFER_MAX_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // An error here is a peer that went away or spoke no HTTP; it has been answered, if it could be.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(place);
    });
}
