//! What people do at the ACD, and whether it is what is scheduled.

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

mod adherence;
mod code;
mod log_out;
mod status_mapping;
mod timeline;
mod wall;

/// Their routes; a session is asked for around them.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/employees/{id}/log-out", get(log_out::preview).post(log_out::log_out))
        .route("/employees/{id}/adherence", get(timeline::person))
        .route("/agents", get(wall::show))
        .route("/adherence", get(adherence::show))
        .route("/adherence/day", get(timeline::team))
        .route("/adherence/mapping", get(status_mapping::show).post(status_mapping::map))
        .route("/adherence/mapping/remove", post(status_mapping::unmap))
        .route("/adherence/mapping/activity", post(status_mapping::set_kind))
        .route("/codes", get(code::list).post(code::create))
        .route("/codes/change", post(code::change))
        .route("/teams/{id}/codes", get(code::show_team).post(code::save_team))
}
