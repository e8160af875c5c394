//! Where people come from, and who is told.

use axum::Router;
use axum::routing::{get, post};

mod connection;
mod receiver;
mod take_over;
mod way;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/take-overs", get(take_over::list))
        .route("/take-overs/{connection}/{employee}", get(take_over::one))
        .route("/connections/{id}/remove", get(connection::removal))
        .route("/connections/{id}/requests", get(connection::journal))
        .route("/connections/{id}/setup", get(connection::guide))
        .route("/connections", get(connection::list))
        .route("/connections/new", get(connection::new))
        .route("/connections/{id}", get(connection::show))
        .route("/connections/{id}/tokens", post(connection::fresh_token))
        .route("/connections/{id}/tokens/{token}/revoke", get(connection::revoke))
        .route("/connections/{id}/keys", get(way::key_made).post(way::key_made))
        .route("/connections/{id}/keys/{key}/revoke", get(way::key_revoke))
        .route(
            "/connections/{id}/applications",
            get(way::application_made).post(way::application_made),
        )
        .route("/connections/{id}/applications/{application}", get(way::application_shown))
        .route(
            "/connections/{id}/applications/{application}/keys/{key}/remove",
            get(way::key_remove),
        )
        .route("/connections/{id}/applications/{application}/revoke", get(way::application_revoke))
        .route("/receivers", get(receiver::list).post(receiver::made))
        .route("/receivers/new", get(receiver::new))
        .route("/receivers/made", get(receiver::made))
        .route("/receivers/{id}", get(receiver::show))
        .route("/receivers/{id}/off", get(receiver::off))
        .route("/receivers/{id}/remove", get(receiver::remove))
        .route("/oauth/authorize", get(way::consent))
}
