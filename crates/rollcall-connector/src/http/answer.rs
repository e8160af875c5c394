//! From what came back to a value or to one of the kinds of error. Of a body, nothing gets into a reason but
//! an error code that looks like one.

use std::error::Error as _;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::HttpLimits;
use crate::address::{NOT_PERMITTED, NotPermitted};
use crate::error::ConnectorError;

/// The longest time that a system may ask to be left alone.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);
const CODE_MAX_CHARS: usize = 40;

/// Whether the request had an idempotency key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyed {
    Yes,
    No,
}

/// Reads an answer to its end.
pub(super) async fn read<T: DeserializeOwned>(
    response: Response,
    keyed: Keyed,
    limits: &HttpLimits,
) -> Result<T, ConnectorError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = body(response, limits).await;
    if status.is_success() {
        return value(&headers, &body?);
    }
    // A refusal is one even if its body breaks off.
    let code = body.ok().and_then(|body| code(&body));
    Err(refusal(status, &headers, code.as_deref(), keyed))
}

/// Reads the bytes of an answer.
pub(super) async fn content(
    response: Response,
    keyed: Keyed,
    limits: &HttpLimits,
) -> Result<Vec<u8>, ConnectorError> {
    if response.status().is_success() {
        return Ok(body(response, limits).await?.into());
    }
    check(response, keyed, limits).await.map(|()| Vec::new())
}

/// Reads an answer of which only the status counts.
pub(super) async fn check(
    response: Response,
    keyed: Keyed,
    limits: &HttpLimits,
) -> Result<(), ConnectorError> {
    let (status, headers) = (response.status(), response.headers().clone());
    if status.is_success() {
        return Ok(());
    }
    let code = body(response, limits).await.ok().and_then(|body| code(&body));
    Err(refusal(status, &headers, code.as_deref(), keyed))
}

/// Why a request got no answer at all.
pub(super) fn unsent(error: &reqwest::Error, limits: &HttpLimits) -> ConnectorError {
    if error.is_timeout() {
        return ConnectorError::transient(late(limits));
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<NotPermitted>() {
            return ConnectorError::unsupported(NOT_PERMITTED);
        }
        cause = error.source();
    }
    if error.is_connect() {
        return ConnectorError::transient("no connection to it could be made");
    }
    if error.is_builder() {
        return ConnectorError::unsupported("the request cannot be written as HTTP");
    }
    ConnectorError::transient("the connection broke before it answered")
}

async fn body(mut response: Response, limits: &HttpLimits) -> Result<Bytes, ConnectorError> {
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= limits.answer_max_bytes => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                return Err(ConnectorError::malformed(format!(
                    "its answer is larger than {} bytes",
                    limits.answer_max_bytes
                )));
            }
            Ok(None) => return Ok(body.freeze()),
            Err(error) if error.is_timeout() => {
                return Err(ConnectorError::transient(late(limits)));
            }
            Err(_) => {
                return Err(ConnectorError::transient("the connection broke within its answer"));
            }
        }
    }
}

fn value<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, ConnectorError> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    if media_type != "application/json" && !media_type.ends_with("+json") {
        return Err(ConnectorError::malformed("its answer is not JSON"));
    }
    // The words of the error may quote the body; its place does not.
    serde_json::from_slice(body).map_err(|error| {
        ConnectorError::malformed(format!(
            "its answer is not the JSON that it should be (line {}, column {})",
            error.line(),
            error.column()
        ))
    })
}

fn refusal(
    status: StatusCode,
    headers: &HeaderMap,
    code: Option<&str>,
    keyed: Keyed,
) -> ConnectorError {
    let code = code.map(|code| format!(" {code}")).unwrap_or_default();
    let reason = format!("it answered {}{code}", status.as_u16());
    let retry_after = retry_after(headers);
    match status.as_u16() {
        300..=399 => ConnectorError::unsupported(format!(
            "it answered {}, a redirect to another address, which is never followed",
            status.as_u16()
        )),
        401 | 403 => ConnectorError::Unauthorized { reason },
        404 | 410 => ConnectorError::NotFound { reason },
        409 | 412 => ConnectorError::Conflict { reason },
        422 if keyed == Keyed::Yes => ConnectorError::Conflict { reason },
        429 => ConnectorError::RateLimited { retry_after, reason },
        503 if retry_after.is_some() => ConnectorError::RateLimited { retry_after, reason },
        405 | 406 | 415 | 501 | 505 => ConnectorError::Unsupported { reason },
        408 | 425 | 500..=599 => ConnectorError::Transient { reason },
        400..=499 => ConnectorError::Rejected { reason },
        _ => ConnectorError::Malformed { reason },
    }
}

/// Seconds only (RFC 9110 §10.2.3): a date would need to be compared with a clock that may be wrong.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}

/// The member `error` of a refusal, as OAuth (RFC 6749 §5.2) and many others name a code, or `err`, as receivers
/// of events do (RFC 8935 §2.3), where it is a short word and therefore not somebody's data.
fn code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        #[serde(alias = "err")]
        error: String,
    }
    let Refusal { error } = serde_json::from_slice(body).ok()?;
    let plain = error.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    (plain && !error.is_empty() && error.len() <= CODE_MAX_CHARS).then_some(error)
}

fn late(limits: &HttpLimits) -> String {
    format!("no answer came within {} ms", limits.total_timeout.as_millis())
}
