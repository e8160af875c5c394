//! Answers: bytes with the right media type, ETag and Location.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// The media type of SCIM (RFC 7644 §8.1).
pub(crate) const SCIM_JSON: HeaderValue = HeaderValue::from_static("application/scim+json");
const PLAIN_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What the client wants to read: SCIM's own media type, unless it names plain JSON and nothing else
/// (docs/scim-clients.md, C2).
pub(crate) fn media_type(headers: &HeaderMap) -> HeaderValue {
    let Some(accept) = headers.get(header::ACCEPT) else { return SCIM_JSON };
    let accept = accept.to_str().unwrap_or_default();
    if accept.contains("application/json")
        && !accept.contains("scim+json")
        && !accept.contains("*/*")
    {
        PLAIN_JSON
    } else {
        SCIM_JSON
    }
}

/// An answer with a body.
pub(crate) fn json(status: StatusCode, media_type: HeaderValue, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}

/// An answer without one.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The ETag of a version.
pub(crate) fn etag(version: i64) -> Option<HeaderValue> {
    HeaderValue::try_from(rollcall_scim::etag(version.unsigned_abs())).ok()
}
