//! Where people come from: SCIM connections, claims of theirs, and who is told what they change.

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

mod application;
mod application_key;
mod connection;
mod connections;
mod consent;
mod guide;
mod journal;
mod key;
mod receiver;
mod receiver_end;
mod removal;
mod take_over;
mod token;
mod way;

/// Their routes; a session is asked for around them.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/connections", get(connections::list).post(connections::create))
        .route("/connections/new", get(connections::new))
        .route("/connections/{id}", get(connection::show))
        .route("/connections/{id}/setup", get(guide::show))
        .route("/connections/{id}/requests", get(journal::show))
        .route("/connections/{id}/remove", get(removal::preview).post(removal::remove))
        .route("/connections/{id}/policy", post(connection::set_policy))
        .route("/connections/{id}/tokens", post(token::issue))
        .route("/connections/{id}/tokens/{token}/revoke", get(token::preview).post(token::revoke))
        .route("/connections/{id}/keys", post(key::make))
        .route("/connections/{id}/keys/{key}/revoke", get(key::preview).post(key::revoke))
        .route("/connections/{id}/applications", post(application::register))
        .route("/connections/{id}/applications/{application}", get(application_key::show))
        .route("/connections/{id}/applications/{application}/keys", post(application_key::add))
        .route(
            "/connections/{id}/applications/{application}/keys/{key}/remove",
            get(application_key::preview).post(application_key::remove),
        )
        .route(
            "/connections/{id}/applications/{application}/revoke",
            get(application::preview).post(application::revoke),
        )
        .route("/take-overs", get(take_over::list))
        .route("/take-overs/{connection}/{employee}", get(take_over::show))
        .route("/take-overs/{connection}/{employee}/approve", post(take_over::approve))
        .route("/take-overs/{connection}/{employee}/reject", post(take_over::reject))
        .route("/take-overs/{connection}/{employee}/reopen", post(take_over::reopen))
        .route("/receivers", get(receiver::list).post(receiver::create))
        .route("/receivers/new", get(receiver::new))
        .route("/receivers/{id}", get(receiver::show))
        .route("/receivers/{id}/off", get(receiver_end::preview_off).post(receiver_end::switch_off))
        .route("/receivers/{id}/on", post(receiver_end::switch_on))
        .route(
            "/receivers/{id}/remove",
            get(receiver_end::preview_removal).post(receiver_end::remove),
        )
        .route("/oauth/authorize", get(consent::show).post(consent::decide))
}
