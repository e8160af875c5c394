//! `POST /oauth/token`: the client credentials grant (RFC 6749 §4.4).

use axum::Form;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use serde::Deserialize;
use serde_json::json;

use crate::clock;
use crate::refusal::RefusalCode;
use crate::shared::Shared;

#[derive(Deserialize)]
pub(crate) struct Grant {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

pub(crate) async fn token(
    State(shared): State<Shared>,
    form: Result<Form<Grant>, FormRejection>,
) -> Response {
    let Ok(Form(grant)) = form else {
        return refuse(StatusCode::BAD_REQUEST, "invalid_request", "The body is not a form.");
    };
    let (Some(grant_type), Some(id), Some(secret)) =
        (grant.grant_type, grant.client_id, grant.client_secret)
    else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "grant_type, client_id and client_secret are required.",
        );
    };
    if grant_type != "client_credentials" {
        return refuse(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "Only client_credentials is served.",
        );
    }
    let options = &shared.options;
    if id != options.client_id || secret != options.client_secret {
        return refuse(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "The client is unknown or its secret is wrong.",
        );
    }
    let token = shared.tokens().issue(clock::now(), options.token_lifetime);
    let body = json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": options.token_lifetime.as_secs(),
    });
    // RFC 6749 §5.1: answers with tokens are not cached.
    ([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(body)).into_response()
}

/// RFC 6749 §5.2 has an error body of its own.
fn refuse(status: StatusCode, code: &'static str, description: &str) -> Response {
    let body = Json(json!({"error": code, "error_description": description}));
    let mut response = (status, body).into_response();
    response.extensions_mut().insert(RefusalCode(code));
    response
}
