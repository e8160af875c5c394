//! Addresses and who answers them, in the wings of the navigation; one file per page, with its forms beside it. What
//! belongs to the whole house stands here. A wing asks for what is shared, not for what another wing has.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{get, post};
use rollcall_app::App;
use tower_http::compression::CompressionLayer;

use crate::console::{Console, Settings};
use crate::error::ConsoleError;
use crate::{guard, visit};

mod agent;
mod my_day;
mod people;
mod provisioning;
mod wfm;

mod account;
mod asset;
mod audit;
mod live;
mod overview;
mod preference;
mod set_up;
mod sign_in;

/// The largest form that we have is far below this.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The console, to be served at the root of its host. Must be called within the runtime that will serve it.
pub fn router(app: App, settings: Settings) -> Router {
    let console = Console::new(app, settings);
    // Nothing is added to `inside` without a session being asked for.
    let inside = Router::new()
        .merge(agent::router())
        .merge(people::router())
        .merge(provisioning::router())
        .merge(wfm::router())
        .route("/", get(overview::show))
        .route("/account", get(account::show))
        .route("/account/attributes", post(account::switch))
        .route("/account/role", post(account::choose_role))
        .route("/audit", get(audit::show))
        .route("/live", get(live::stream))
        .route("/preferences", post(preference::save))
        .route("/sign-out", post(sign_in::sign_out))
        .fallback(nowhere)
        .layer(from_fn_with_state(console.clone(), visit::require));
    inside
        .merge(outside())
        .merge(my_day::router())
        .layer(from_fn(guard::same_site))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(CompressionLayer::new())
        .layer(map_response(guard::headers))
        .with_state(console)
}

/// What anybody may ask, signed in or not.
fn outside() -> Router<Console> {
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/setup/{link}", get(set_up::show).post(set_up::create))
        .route("/assets/{hash}/{name}", get(asset::file))
        .route("/favicon.ico", get(asset::favicon))
}

/// An address that leads nowhere is said so in the frame, and only to people who are signed in.
async fn nowhere() -> ConsoleError {
    ConsoleError::Missing("page")
}
