//! Request bodies: bounded in size before they are read, in depth before they are parsed.

use axum::body::Body;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, Limited};
use serde_json::{Map, Value};

use rollcall_scim::{ErrorKind, Limits, parse_object};

use crate::scim::failure::Failure;

/// Reads a JSON object.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limits: &Limits,
) -> Result<Map<String, Value>, Failure> {
    check_media_type(headers)?;
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.body_bytes as u64) {
        return Err(too_large(limits));
    }
    let read = Limited::new(body, limits.body_bytes).collect().await;
    let bytes = read.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            too_large(limits)
        } else {
            Failure::new(ErrorKind::InvalidSyntax, "The body did not arrive whole.")
        }
    })?;
    Ok(parse_object(&bytes.to_bytes(), limits)?)
}

fn too_large(limits: &Limits) -> Failure {
    let detail = format!("A body may have {} bytes at the most.", limits.body_bytes);
    Failure::new(ErrorKind::PayloadTooLarge, detail)
}

/// Refuses only what is clearly not JSON: clients leave the header out, or write it in many ways
/// (scim.md §3.0 rule 2).
fn check_media_type(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(media_type) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let media_type = media_type.to_str().unwrap_or_default().to_ascii_lowercase();
    let foreign =
        ["xml", "html", "x-www-form-urlencoded", "multipart/", "image/", "audio/", "video/"];
    if foreign.iter().any(|part| media_type.contains(part)) && !media_type.contains("json") {
        let detail = format!("The body is {media_type}; SCIM is application/scim+json.");
        return Err(Failure::new(ErrorKind::UnsupportedMediaType, detail));
    }
    Ok(())
}
