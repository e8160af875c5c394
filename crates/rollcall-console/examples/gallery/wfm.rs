//! Where people go to.

use axum::Router;
use axum::routing::get;

mod history;
mod link;
mod setting;
mod way;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/wfm", get(link::link))
        .route("/wfm/1", get(link::link))
        .route("/wfm/new", get(way::new))
        .route("/wfm/{id}/way", get(way::change))
        .route("/wfm/{id}/runs/{run}", get(link::run))
        .route("/wfm/{id}/next", get(link::next))
        .route("/wfm/{id}/history", get(history::day))
        .route("/wfm/{id}/history/import", get(history::import))
        .route("/wfm/{id}/kept", get(link::kept))
        .route("/wfm/{id}/put-back", get(link::put_back))
        .route("/wfm/{id}/settings", get(setting::settings))
        .route("/wfm/{id}/field/{field}", get(setting::field))
        .route("/wfm/{id}/off", get(link::off))
        .route("/wfm/{id}/remove", get(link::remove))
}
