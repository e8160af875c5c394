//! A person's own page.

use axum::Router;
use axum::routing::get;

mod day;
mod schedule;
mod sign_in;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/my-day", get(day::show))
        .route("/my-day/calendar", get(schedule::address))
        .route("/my-day/sign-in", get(sign_in::show))
        .route("/my-day/link/{link}", get(sign_in::link))
}
