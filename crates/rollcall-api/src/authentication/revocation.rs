//! `POST /oauth/revoke`: an application gives a token of its own back (RFC 7009).

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::authentication::form::Form;
use crate::authentication::refusal::{Refusal, answer};
use crate::authentication::trace::Trace;
use crate::authentication::{Authentication, Peer, REVOCATION, body, client};

pub(crate) async fn revoke(
    State(authentication): State<Authentication>,
    peer: Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let trace = Trace::begin(&authentication.app, REVOCATION, &headers);
    let form = Form::parse(&body::read(body).await?)?;
    let (client, trace) = client::prove(&authentication, &peer, &headers, &form, trace).await?;
    let token = form.need_secret("token", "The field token is missing.")?;
    authentication.app.oauth_give_back(&client, &token).await?;
    trace.given_back(&authentication.app, client.whose());
    // Also when there was no such token (RFC 7009 §2.2).
    Ok(answer(StatusCode::OK, &json!({})))
}
