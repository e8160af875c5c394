//! The routes and which of them pass the gate. Each operation has a file of its own below.

mod agent;
mod batch;
mod control;
mod history;
mod list;
pub(crate) mod name;
mod oauth;
mod page;
mod schedule;
mod state;

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use http::StatusCode;
use serde_json::json;

use crate::gate::gate;
use crate::refusal::Refusal;
use crate::route::name::Route;
use crate::shared::Shared;

/// How large a body may be.
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// Who is calling.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// All routes.
pub(crate) fn router(shared: Shared) -> Router {
    let gated = |route: Route, method: MethodRouter<Shared>| {
        method.route_layer(middleware::from_fn_with_state((shared.clone(), route), gate))
    };
    let acd = "/wfm/v1/acds/{acd}/agents";
    let wfm = Router::new()
        .route("/oauth/token", gated(Route::Token, post(oauth::token)))
        .route("/wfm/v1/ping", gated(Route::Ping, get(ping)))
        .route(acd, gated(Route::List, get(list::list)))
        .route(&format!("{acd}/batch"), gated(Route::Batch, post(batch::upsert)))
        .route(&format!("{acd}/{{uuid}}"), gated(Route::Agent, get(agent::get)))
        .route(
            &format!("{acd}/{{uuid}}/duplicates"),
            gated(Route::Duplicates, delete(agent::remove_duplicates)),
        )
        .route(
            "/wfm/v1/acds/{acd}/history/{kind}/{start}",
            gated(Route::History, put(history::put))
                .layer(DefaultBodyLimit::max(history::MAX_FILE_BYTES)),
        );
    let plan = "/wfm/v1/acds/{acd}/schedules";
    let wfm = wfm
        .route("/Rta/State/Batch", gated(Route::State, post(state::batch)))
        .route(plan, gated(Route::Schedules, get(schedule::list)))
        .route(&format!("{plan}/changes"), gated(Route::ScheduleChanges, get(schedule::changes)));
    let local = Router::new()
        .route("/", get(page::agents))
        .nest("/_control", control::router())
        .route_layer(middleware::from_fn(loopback_only));
    wfm.merge(local)
        .fallback(async || Refusal::not_found("There is no such route."))
        .method_not_allowed_fallback(async || {
            Refusal::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "The route exists, but not with this method.",
            )
        })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(shared)
}

async fn ping() -> Response {
    axum::Json(json!({"status": "ok"})).into_response()
}

/// The control plane has no authentication, so it is for this machine only.
async fn loopback_only(request: Request, next: Next) -> Response {
    match request.extensions().get::<Peer>() {
        Some(Peer(peer)) if peer.ip().to_canonical().is_loopback() => next.run(request).await,
        _ => Refusal::new(
            StatusCode::FORBIDDEN,
            "loopback_only",
            "The page and the control plane answer to callers on this machine only.",
        )
        .into_response(),
    }
}

/// Checks the acdID of the path (`CONTRACT.md` §1).
pub(crate) fn checked_acd(Path(acd): Path<String>) -> Result<String, Refusal> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if acd.is_empty() || acd.len() > 64 || !acd.chars().all(good) {
        return Err(Refusal::bad_request(
            "invalid_acd",
            "The acdID in the path is not 1 to 64 characters of A-Z a-z 0-9 . _ -.",
        ));
    }
    Ok(acd)
}
