//! `GET /.well-known/jwks.json`: the public keys of what is signed here (RFC 7517 §5): security events.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use crate::authentication::Authentication;
use crate::authentication::refusal::{Refusal, answer};

pub(crate) async fn show(State(authentication): State<Authentication>) -> Response {
    match authentication.app.event_keys() {
        Ok(keys) => answer(StatusCode::OK, &keys),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the installation's key is not fit to sign"
            );
            Refusal::unfit().into_response()
        }
    }
}
