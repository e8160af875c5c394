//! What people do at the ACD.

use axum::Router;
use axum::routing::get;

mod adherence;
mod code;
mod timeline;
mod wall;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/employees/{id}/log-out", get(wall::log_out))
        .route("/agents", get(wall::show))
        .route("/adherence", get(adherence::people))
        .route("/adherence/day", get(timeline::team))
        .route("/employees/{id}/adherence", get(timeline::person))
        .route("/adherence/mapping", get(adherence::mapping))
        .route("/codes", get(code::list))
        .route("/teams/{id}/codes", get(code::team))
}
