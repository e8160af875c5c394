//! The hub's web server: an accept loop of its own over hyper, for the sake of bounds that `axum::serve`
//! does not set: on connections, on the time for a request's head, and on the time that stopping takes.

mod front;
mod measure;
mod peer;
mod probe;
mod proxy;
mod punctual;
mod scrape;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

pub(crate) use front::Front;
pub(crate) use measure::Trust;
pub(crate) use probe::Probe;
pub(crate) use proxy::Proxies;
pub(crate) use scrape::serve as serve_metrics;

use peer::{Place, Places};
use punctual::Punctual;

/// As many connections are open at a time. For a further one somebody makes room who asks for nothing, or it waits.
pub(crate) const CONNECTIONS_MAX: usize = 4_096;
/// One peer may have as many of them, so that it alone cannot keep others out. A proxy in front of the hub is
/// one peer, and has enough with them.
const CONNECTIONS_OF_ONE_MAX: usize = CONNECTIONS_MAX / 2;
/// A connection is closed when the head of its next request takes longer than this to come. It is also
/// how long an idle one stays open.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// A body that is not here after this long, counted from when its handler waits for it, is given up.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// As much of a request is held in memory before its handler takes it; a longer head is refused.
const BUFFER_MAX_BYTES: usize = 64 * 1024;
/// How long open requests may take to end once the hub stops.
const GRACE: Duration = Duration::from_secs(10);
/// How long connections stay open in which nothing is asked, once the hub stops: time for answers that are
/// on their way. Browsers keep spare connections, which would hold the end up for all of `GRACE`.
const SILENCE: Duration = Duration::from_millis(500);
const LOOK_INTERVAL: Duration = Duration::from_millis(20);
/// How long to wait when no connection can be accepted, as when file descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop`, then lets open requests end.
pub(crate) async fn serve(listener: TcpListener, front: Front, stop: CancellationToken) {
    let front = Arc::new(front);
    let places = Places::new(CONNECTIONS_MAX, CONNECTIONS_OF_ONE_MAX);
    let (graceful, busy) = (GracefulShutdown::new(), Arc::new(AtomicUsize::new(0)));
    let accept = async {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let peer = peer::counted(peer);
                    match places.give(peer.ip()).await {
                        Some(place) => attend((stream, peer), place, (&front, &busy), &graceful),
                        None => {
                            tracing::debug!(peer = %peer.ip(), "a peer has its share of connections");
                        }
                    }
                }
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
    tokio::select! {
        () = graceful.shutdown() => {}
        () = silence(&busy) => {}
    }
}

/// Ends when no request has been handled for a moment, or when those that are have had their time.
async fn silence(busy: &AtomicUsize) {
    let (begun, mut last_busy) = (Instant::now(), Instant::now());
    while last_busy.elapsed() < SILENCE {
        tokio::time::sleep(LOOK_INTERVAL).await;
        if busy.load(Ordering::Relaxed) > 0 {
            last_busy = Instant::now();
        }
        if begun.elapsed() > GRACE {
            tracing::warn!("requests that did not end within {} s were cut off", GRACE.as_secs());
            return;
        }
    }
}

/// Counts a request for as long as it is handled, also when its caller hangs up meanwhile.
struct Busy(Arc<AtomicUsize>);

impl Busy {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn attend(
    (stream, peer): (TcpStream, SocketAddr),
    place: Place,
    (front, busy): (&Arc<Front>, &Arc<AtomicUsize>),
    graceful: &GracefulShutdown,
) {
    // Without it a small answer may wait for the peer's delayed acknowledgement; worth trying only.
    let _ = stream.set_nodelay(true);
    let (front, busy, own) = (Arc::clone(front), Arc::clone(busy), place.busy());
    let service = service_fn(move |request: Request<Incoming>| {
        let (front, busy) = (Arc::clone(&front), (Busy::new(&busy), Busy::new(&own)));
        async move {
            let request = request.map(|body| Body::new(Punctual::new(body, BODY_TIMEOUT)));
            let answer = front.answer(request, peer).await;
            drop(busy);
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(BUFFER_MAX_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // An error here is a peer that went away or spoke no HTTP; it has been answered, if it could be.
        tokio::select! {
            ended = connection => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
            }
            () = place.needed() => {
                tracing::debug!("a connection in which nothing was asked made room for another");
            }
        }
        drop(place);
    });
}
