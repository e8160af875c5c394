//! Any page with somebody on it whose name is as long as a directory lets it be: `?name=long`.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::Response;

/// The family names of the made-up people.
const NAMES: [&str; 5] =
    ["Berg-Hansen", "Okafor", "Lindqvist", "Raman", "Featherstonehaugh-Wellington"];
/// Eighty letters without a place to break.
const LONG: &str =
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswesse";
/// No page is larger.
const PAGE_MAX_BYTES: usize = 4_000_000;

/// Gives the people of a page a long name, where the request asks for it.
pub(crate) async fn lengthen(request: Request, next: Next) -> Response {
    let is_long = request.uri().query().is_some_and(|query| query.contains("name=long"));
    let response = next.run(request).await;
    if !is_long {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let read = to_bytes(body, PAGE_MAX_BYTES).await.unwrap_or_default();
    let mut text = String::from_utf8_lossy(&read).into_owned();
    for name in NAMES {
        text = text.replace(name, LONG);
    }
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(text))
}
