//! What each request passes before and after its handler: token, faults, journal. Handlers apply;
//! they do not authenticate, and of the faults they know only those that change what is applied.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::StatusCode;
use http::header::CONTENT_LENGTH;

use crate::clock;
use crate::fault::{Fault, Listing};
use crate::journal::{Entry, Tally};
use crate::refusal::{Refusal, RefusalCode};
use crate::route::name::Route;
use crate::shared::Shared;
use crate::token;

/// How often a slow body sends a piece.
const SLOW_TICK: Duration = Duration::from_millis(5);

/// The fault that strikes this request, for its handler.
#[derive(Clone, Copy)]
pub(crate) struct Armed(pub(crate) Option<Fault>);

/// On a response: close the connection without sending it.
#[derive(Clone, Copy)]
pub(crate) struct HangUp;

/// Where a handler notes its effect for the journal. Kept beside the response, because a caller
/// that hangs up takes the response with it and the effect stays.
#[derive(Clone, Default)]
pub(crate) struct Note(Arc<Mutex<(Option<&'static str>, Tally)>>);

impl Note {
    pub(crate) fn set(&self, outcome: &'static str, tally: Tally) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (Some(outcome), tally);
    }
}

/// The middleware of one route.
pub(crate) async fn gate(
    State((shared, route)): State<(Shared, Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    let note = Note::default();
    let mut draft =
        Draft { shared: &shared, route, acd_id: acd_of(&request), note: &note, end: None };
    request.extensions_mut().insert(note.clone());
    let (response, fault) = match admit(&shared, route, &request) {
        Ok(fault) => {
            request.extensions_mut().insert(Armed(fault));
            let response = next.run(request).await;
            (spoil(&shared, response, fault).await, fault)
        }
        Err((refusal, fault)) => (refusal.into_response(), fault),
    };
    draft.end = Some((outcome_of(&response, fault), status_of(&response)));
    response
}

/// Checks the token and takes the fault that strikes this request. Faults are taken only by
/// requests with a good token, so that a test can count on them.
fn admit(
    shared: &Shared,
    route: Route,
    request: &Request,
) -> Result<Option<Fault>, (Refusal, Option<Fault>)> {
    let now = clock::now();
    if route.has_token() {
        shared.tokens().check(request.headers(), now).map_err(|refusal| (refusal, None))?;
    }
    let fault = shared.faults().take(route, listing_of(request));
    let refusal = match fault {
        Some(Fault::RateLimited { retry_after_s }) => Refusal {
            retry_after_s,
            ..Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limited",
                "Too many requests. Wait and send the same request again.",
            )
        },
        Some(Fault::Error500) => internal(),
        Some(Fault::ExpiredToken) => {
            shared.tokens().expire(request.headers(), now);
            token::expired()
        }
        _ => return Ok(fault),
    };
    Err((refusal, fault))
}

/// The answer of a system that fails without saying why.
pub(crate) fn internal() -> Refusal {
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something failed. Send the same request again.",
    )
}

/// What a fault does to an answer that is ready.
async fn spoil(shared: &Shared, response: Response, fault: Option<Fault>) -> Response {
    match fault {
        Some(Fault::TimeoutAfterApplying { hold_ms }) => {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(hold_ms)) => {}
                () = shared.stopped() => {}
            }
            let mut silence = Response::new(Body::empty());
            silence.extensions_mut().insert(HangUp);
            silence
        }
        Some(Fault::SlowBody { over_ms }) => slow(response, over_ms).await,
        _ => response,
    }
}

async fn slow(response: Response, over_ms: u64) -> Response {
    let (mut parts, body) = response.into_parts();
    // The bodies of the routes that can be struck are in memory already; there is no limit to guard.
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let tick_ms = u64::try_from(SLOW_TICK.as_millis()).unwrap_or(1);
    let pieces = usize::try_from(over_ms / tick_ms).unwrap_or(usize::MAX).max(1);
    let piece = bytes.len().div_ceil(pieces).max(1);
    // Few bytes over a long time: one byte a piece, and longer ticks.
    let count = bytes.len().div_ceil(piece).max(1);
    let tick = Duration::from_millis(over_ms) / u32::try_from(count).unwrap_or(u32::MAX);
    let body = stream::unfold(bytes, move |mut rest: Bytes| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(tick).await;
        let next = rest.split_to(piece.min(rest.len()));
        Some((Ok::<_, Infallible>(next), rest))
    });
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from_stream(body))
}

fn outcome_of(response: &Response, fault: Option<Fault>) -> Option<&'static str> {
    // A fault that changed nothing visible (a slow body) leaves the handler's own outcome.
    let fault = fault.filter(|fault| !matches!(fault, Fault::SlowBody { .. }));
    fault
        .map(|fault| fault.name())
        .or_else(|| response.extensions().get::<RefusalCode>().map(|code| code.0))
}

fn status_of(response: &Response) -> u16 {
    match response.extensions().get::<HangUp>() {
        Some(HangUp) => 0,
        None => response.status().as_u16(),
    }
}

fn acd_of(request: &Request) -> Option<Box<str>> {
    let acd = request.uri().path().strip_prefix("/wfm/v1/acds/")?.split('/').next()?;
    Some(acd.into())
}

fn listing_of(request: &Request) -> Listing {
    let query = request.uri().query().unwrap_or_default();
    let cursor = query.split('&').any(|pair| pair.starts_with("cursor=") && pair.len() > 7);
    if cursor { Listing::Continued } else { Listing::First }
}

/// The journal entry of a request. Written when it is dropped, so that a caller that hangs up,
/// which drops the whole request, is in the journal too.
struct Draft<'a> {
    shared: &'a Shared,
    route: Route,
    acd_id: Option<Box<str>>,
    note: &'a Note,
    /// What overrules the handler's outcome, and the status; `None` until there is an answer.
    end: Option<(Option<&'static str>, u16)>,
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        let (noted, tally) = *self.note.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (overruling, status) = self.end.unwrap_or((Some("client_gone"), 0));
        self.shared.journal().push(Entry {
            seq: 0,
            at: clock::now(),
            route: self.route,
            acd_id: self.acd_id.take(),
            status,
            outcome: overruling.or(noted).unwrap_or("answered"),
            tally,
        });
    }
}
