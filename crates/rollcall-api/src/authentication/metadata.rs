//! `GET /.well-known/oauth-authorization-server`: what clients find out by themselves (RFC 8414).

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use rollcall_app::oauth::{SCOPE, SIGNATURES};

use crate::authentication::refusal::{Refusal, answer};
use crate::authentication::{Authentication, REVOCATION, TOKEN, token};
use crate::origin::issuer;

/// Where an administrator is asked; the console's page.
const AUTHORIZATION: &str = "/oauth/authorize";
/// How clients may prove who they are.
const METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

pub(crate) async fn show(
    State(authentication): State<Authentication>,
    headers: HeaderMap,
) -> Response {
    let Some(issuer) = issuer(&headers, authentication.options.public_url.as_deref()) else {
        return Refusal::unnamed().into_response();
    };
    let at = |path: &str| format!("{issuer}{path}");
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": at(AUTHORIZATION),
        "token_endpoint": at(TOKEN),
        "revocation_endpoint": at(REVOCATION),
        "scopes_supported": [SCOPE],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": token::GRANTS,
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": METHODS,
        "token_endpoint_auth_signing_alg_values_supported": SIGNATURES,
        "revocation_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": SIGNATURES,
        "authorization_response_iss_parameter_supported": true,
    });
    answer(StatusCode::OK, &document)
}
