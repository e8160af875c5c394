//! Where people go to: the link to the WFM, its runs, and the history that it is told.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::console::Console;

mod decision;
mod field;
mod history;
mod history_import;
mod link;
mod link_new;
mod put_back;
mod removal;
mod run;
mod run_now;
mod setting;
mod switch;
mod way;
mod way_form;

/// Their routes; a session is asked for around them.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/wfm", get(link::first))
        .route("/wfm/new", get(link_new::form).post(link_new::attempt))
        .route("/wfm/link", post(link_new::make))
        .route("/wfm/{id}", get(link::show))
        .route("/wfm/{id}/way", get(way::form).post(way::attempt))
        .route("/wfm/{id}/way/take", post(way::take))
        .route("/wfm/{id}/settings", get(setting::form).post(setting::save))
        .route("/wfm/{id}/field/{field}", get(field::preview).post(field::switch))
        .route("/wfm/{id}/put-back", get(put_back::preview).post(put_back::put_back))
        .route("/wfm/{id}/approve", post(decision::approve))
        .route("/wfm/{id}/reject", post(decision::reject))
        .route("/wfm/{id}/kept", get(decision::kept).post(decision::release))
        .route("/wfm/{id}/history", get(history::show))
        .route("/wfm/{id}/history/file", get(history::file))
        .route(
            "/wfm/{id}/history/import",
            get(history_import::form)
                .post(history_import::bring)
                .layer(DefaultBodyLimit::max(history_import::FORM_BYTES_MAX)),
        )
        .route("/wfm/{id}/run", post(run_now::begin))
        .route("/wfm/{id}/next", get(run_now::forecast))
        .route("/wfm/{id}/compare", post(run_now::preview_comparison))
        .route("/wfm/{id}/off", get(switch::preview).post(switch::switch_off))
        .route("/wfm/{id}/on", post(switch::switch_on))
        .route("/wfm/{id}/remove", get(removal::preview).post(removal::remove))
        .route("/wfm/{id}/runs/{run}", get(run::show))
}
