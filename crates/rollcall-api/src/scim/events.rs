//! `POST /Events/{id}`: a receiver asks for security events and acknowledges those that it keeps (RFC 8936).

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use rollcall_app::security_event::{POLL_MAX, PollRequest, Waiting};
use rollcall_domain::SecurityEventId;
use rollcall_scim::{ErrorKind, ScimError};

use crate::scim::caller::{EventReceiver, Named};
use crate::scim::failure::Failure;
use crate::scim::journal::Note;
use crate::scim::service::Scim;
use crate::scim::{answer, body};

/// As many events an answer has if the receiver does not say.
const DEFAULT_MAX: usize = 100;

/// What waits for the receiver, after what it acknowledges is forgotten.
pub(crate) async fn poll(
    State(scim): State<Scim>,
    EventReceiver(receiver): EventReceiver,
    Named(id): Named,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Failure> {
    if receiver.id().to_string() != id {
        return Err(Failure::new(ErrorKind::NotFound, "There is no such event stream."));
    }
    let body = body::read((&headers, &Note::default()), sent, &scim.limits).await?;
    let request = read(&body)?;
    let polled = scim.app.poll_events(&receiver, request).await;
    let polled = polled.map_err(|error| Failure::storage(&error))?;
    let sets: Map<String, Value> =
        polled.sets.into_iter().map(|(id, set)| (id.to_string(), set.into())).collect();
    let mut answered = json!({"sets": sets});
    if polled.more
        && let Some(members) = answered.as_object_mut()
    {
        members.insert("moreAvailable".to_owned(), true.into());
    }
    // RFC 8936 §2.3 asks for plain JSON.
    let plain = HeaderValue::from_static("application/json");
    Ok(answer::json(StatusCode::OK, plain, answered.to_string().into_bytes()))
}

/// Reads what is asked for (RFC 8936 §2.2). What a receiver cannot use is done with, as what it keeps: it would
/// be no better the next time.
fn read(body: &Map<String, Value>) -> Result<PollRequest, ScimError> {
    let most = match body.get("maxEvents") {
        None => DEFAULT_MAX,
        Some(most) => most
            .as_u64()
            .map(|most| usize::try_from(most).unwrap_or(usize::MAX).min(POLL_MAX))
            .ok_or_else(|| syntax("`maxEvents` must be a whole number."))?,
    };
    let at_once = match body.get("returnImmediately") {
        None => false,
        Some(at_once) => {
            at_once.as_bool().ok_or_else(|| syntax("`returnImmediately` must be true or false."))?
        }
    };
    let (mut acknowledged, mut reason) = (Vec::new(), None);
    if let Some(kept) = body.get("ack") {
        let kept = kept.as_array().ok_or_else(|| syntax("`ack` must be an array."))?;
        acknowledged.extend(kept.iter().filter_map(Value::as_str).filter_map(id));
    }
    if let Some(refused) = body.get("setErrs") {
        let refused = refused.as_object().ok_or_else(|| syntax("`setErrs` must be an object."))?;
        for (event, error) in refused {
            let code = error.get("err").and_then(Value::as_str).unwrap_or_default();
            let code: String = code.chars().take(40).collect();
            let event: String = event.chars().take(40).collect();
            tracing::warn!(%event, %code, "a receiver could not use a security event");
            reason = Some(format!("it could not use an event: {code}"));
        }
        acknowledged.extend(refused.keys().map(String::as_str).filter_map(id));
    }
    let patience = if at_once { Waiting::No } else { Waiting::Yes };
    Ok(PollRequest { most, patience, acknowledged, refused: reason })
}

fn id(text: &str) -> Option<SecurityEventId> {
    text.parse().ok()
}

fn syntax(detail: &str) -> ScimError {
    ScimError::new(ErrorKind::InvalidSyntax, detail)
}
