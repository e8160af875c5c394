//! Request bodies: bounded in size and time before they are read, in depth before they are parsed.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use serde_json::{Map, Value};

use rollcall_scim::{ErrorKind, Limits, parse_object};

use crate::scim::failure::Failure;
use crate::scim::journal::Note;

/// A body has to be here after so long. Identity providers send a few kilobytes, at once.
const ARRIVAL_LIMIT: Duration = Duration::from_secs(10);
/// What comes after a refusal is read and thrown away up to here: a client that sends all of its body
/// before it reads would otherwise find the connection reset, and not the reason.
const THROWN_AWAY_MAX_BYTES: usize = 64 << 20;
/// The first piece of a body is rarely larger.
const FIRST_BYTES: usize = 2 << 10;

/// Reads a JSON object.
pub(crate) async fn read(
    (headers, note): (&HeaderMap, &Note),
    mut body: Body,
    limits: &Limits,
) -> Result<Map<String, Value>, Failure> {
    check_media_type(headers)?;
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.body_bytes as u64) {
        throw_away(body);
        return Err(too_large(limits));
    }
    let mut bytes = Vec::with_capacity(FIRST_BYTES);
    match tokio::time::timeout(ARRIVAL_LIMIT, gather(&mut body, &mut bytes, limits.body_bytes))
        .await
    {
        Ok(Ok(Gathered::Whole)) => {
            note.sent(&bytes);
            Ok(parse_object(&bytes, limits)?)
        }
        Ok(Ok(Gathered::TooMuch)) => {
            throw_away(body);
            Err(too_large(limits))
        }
        Ok(Err(_)) => Err(Failure::new(ErrorKind::InvalidSyntax, "The body did not arrive whole.")),
        Err(_) => {
            let seconds = ARRIVAL_LIMIT.as_secs();
            let detail = format!("The body was not here after {seconds} seconds. Send it again.");
            Err(Failure::new(ErrorKind::RequestTimeout, detail))
        }
    }
}

enum Gathered {
    Whole,
    TooMuch,
}

async fn gather(
    body: &mut Body,
    bytes: &mut Vec<u8>,
    most_bytes: usize,
) -> Result<Gathered, axum::Error> {
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if data.len() > most_bytes - bytes.len() {
            return Ok(Gathered::TooMuch);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Gathered::Whole)
}

fn throw_away(mut body: Body) {
    let reading = async move {
        let mut left = THROWN_AWAY_MAX_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, bytes::Bytes::len));
            if left == 0 {
                return;
            }
        }
    };
    tokio::spawn(tokio::time::timeout(ARRIVAL_LIMIT, reading));
}

fn too_large(limits: &Limits) -> Failure {
    let detail = format!("A body may have {} bytes at the most.", limits.body_bytes);
    Failure::new(ErrorKind::PayloadTooLarge, detail)
}

/// Refuses only what is clearly not JSON: clients leave the header out, or write it in many ways
/// (docs/scim-clients.md, C2).
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
