//! `POST /authentication/v1/token/access-key`: both halves of an access key for a bearer token of an hour.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use rollcall_app::short_token::{Exchange, ShortToken};

use crate::authentication::refusal::{Refusal, answer};
use crate::authentication::trace::Trace;
use crate::authentication::{ACCESS_KEY, Authentication, Peer, body};

/// Longer halves are none of ours, and are not hashed.
const HALF_MAX_BYTES: usize = 256;
const WRONG: Refusal =
    Refusal::nobody("The access key is unknown, its secret is another one, or it was stopped.");

pub(crate) async fn exchange(
    State(authentication): State<Authentication>,
    peer: Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let app = &authentication.app;
    let trace = Trace::begin(app, ACCESS_KEY, &headers);
    let (key_id, secret) = halves(&body::read(body).await?)?;
    authentication.count(&peer, &key_id)?;
    match app.exchange_access_key(&key_id, &secret).await? {
        Exchange::Done(whose, token) => {
            trace.issued(app, whose);
            Ok(answer(StatusCode::OK, &shown(&token).into()))
        }
        Exchange::Refused(whose, reason) => {
            trace.refused(app, whose, StatusCode::UNAUTHORIZED.as_u16(), reason);
            Err(WRONG)
        }
        Exchange::Unproven(whose, reason) => {
            trace.unproven(app, whose, reason);
            Err(WRONG)
        }
        Exchange::Unknown => Err(WRONG),
    }
}

/// A token as OAuth 2.0 shows it (RFC 6749 §5.1).
pub(crate) fn shown(token: &ShortToken) -> Map<String, Value> {
    Map::from_iter([
        ("access_token".to_owned(), json!(token.secret.expose_secret())),
        ("token_type".to_owned(), json!("Bearer")),
        ("expires_in".to_owned(), json!(token.lifetime_s)),
    ])
}

fn halves(body: &str) -> Result<(String, SecretString), Refusal> {
    const WANTED: Refusal = Refusal::invalid(
        "The body is a JSON object with the texts accessKeyId and accessKeySecret.",
    );
    let body: Value = serde_json::from_str(body).map_err(|_| WANTED)?;
    let half = |name: &str| body.get(name).and_then(Value::as_str);
    let (Some(id), Some(secret)) = (half("accessKeyId"), half("accessKeySecret")) else {
        return Err(WANTED);
    };
    if id.len() > HALF_MAX_BYTES || secret.len() > HALF_MAX_BYTES || id.contains('\0') {
        return Err(WRONG);
    }
    Ok((id.to_owned(), SecretString::from(secret)))
}
