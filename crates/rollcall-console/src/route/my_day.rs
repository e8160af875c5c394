//! A person's own page.
//!
//! Its routes stand apart from the administrators': who is signed in here reaches their own state, and nothing
//! else.

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

mod day;
mod schedule;
mod sign_in;
mod visit;

/// The routes of people who are no administrators. Each that is not named open in its test asks for [`visit::Me`].
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/my-day", get(day::show))
        .route("/my-day/log-in", post(day::log_in))
        .route("/my-day/state", post(day::set_state))
        .route("/my-day/log-out", post(day::log_out))
        .route("/my-day/schedule", get(schedule::show))
        .route("/my-day/calendar", post(schedule::make_address))
        .route("/my-day/calendar/new", get(schedule::fresh_address))
        .route("/my-day/calendar/end", post(schedule::end_address))
        .route("/my-day/calendar/{file}", get(schedule::calendar))
        .route("/my-day/sign-out", post(sign_in::sign_out))
        .route("/my-day/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/my-day/link/{link}", get(sign_in::show_link).post(sign_in::use_link))
}
