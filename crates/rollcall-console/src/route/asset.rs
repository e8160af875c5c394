//! The files beside the pages. Their addresses change with their content, so they may be kept for ever.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::asset;

pub(super) async fn file(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(found) = asset::find(&hash, &name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, found.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, found.bytes.into_owned()).into_response()
}

/// Browsers ask here by themselves where no page tells them of an icon.
pub(super) async fn favicon() -> Redirect {
    Redirect::to(asset::url("favicon.svg"))
}
