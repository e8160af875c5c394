//! `POST /oauth/token`: an application that proves who it is gets a token of an hour (RFC 6749 §3.2).

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret;
use serde_json::json;

use rollcall_app::oauth::{Client, SCOPE};
use rollcall_app::short_token::Exchange;
use rollcall_domain::pkce::Pkce;

use crate::authentication::form::Form;
use crate::authentication::key::shown;
use crate::authentication::refusal::{Refusal, answer};
use crate::authentication::trace::Trace;
use crate::authentication::{Authentication, Peer, TOKEN, body, client};

/// The grants that are served, as `grant_type` names them.
pub(crate) const GRANTS: [&str; 3] = ["authorization_code", "client_credentials", "refresh_token"];

pub(crate) async fn issue(
    State(authentication): State<Authentication>,
    peer: Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let trace = Trace::begin(&authentication.app, TOKEN, &headers);
    let form = Form::parse(&body::read(body).await?)?;
    let (client, trace) = client::prove(&authentication, &peer, &headers, &form, trace).await?;
    check_scope(&form)?;
    match exchange(&authentication, &client, &form).await? {
        Exchange::Done(whose, token) => {
            trace.issued(&authentication.app, whose);
            let mut body = shown(&token);
            body.insert("scope".to_owned(), json!(SCOPE));
            if let Some(refresh) = &token.refresh {
                body.insert("refresh_token".to_owned(), json!(refresh.expose_secret()));
            }
            Ok(answer(StatusCode::OK, &body.into()))
        }
        Exchange::Refused(whose, reason) => {
            trace.refused(&authentication.app, whose, 400, reason);
            Err(Refusal::grant())
        }
        // The client has proven itself by now.
        Exchange::Unproven(..) | Exchange::Unknown => Err(Refusal::grant()),
    }
}

async fn exchange(
    authentication: &Authentication,
    client: &Client,
    form: &Form,
) -> Result<Exchange, Refusal> {
    let app = &authentication.app;
    match form.need("grant_type", "The field grant_type is missing.")? {
        "client_credentials" => Ok(app.oauth_by_own_right(client).await?),
        "authorization_code" => {
            let code = form.need_secret("code", "The field code is missing.")?;
            let redirect_uri = form.need("redirect_uri", "The field redirect_uri is missing.")?;
            let verifier = match client.application.pkce {
                Pkce::Required => Some(form.need(
                    "code_verifier",
                    "The field code_verifier is missing: codes are bound to their client by PKCE.",
                )?),
                Pkce::Optional => form.get("code_verifier"),
            };
            Ok(app.oauth_by_code(client, &code, redirect_uri, verifier).await?)
        }
        "refresh_token" => {
            let refresh =
                form.need_secret("refresh_token", "The field refresh_token is missing.")?;
            Ok(app.oauth_by_refresh(client, &refresh).await?)
        }
        _ => Err(Refusal::grant_type()),
    }
}

/// The one scope, or none named (RFC 6749 §3.3).
fn check_scope(form: &Form) -> Result<(), Refusal> {
    match form.get("scope") {
        Some(scope) if scope.split(' ').any(|one| one != SCOPE) => Err(Refusal::scope()),
        _ => Ok(()),
    }
}
