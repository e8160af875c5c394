//! The gallery's preferences, assets and hints of change.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Form, Path};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};

#[derive(serde::Deserialize)]
pub(crate) struct Preference {
    theme: Option<String>,
    density: Option<String>,
    back: Option<String>,
}

pub(crate) async fn preferences(Form(form): Form<Preference>) -> Response {
    let cookie = match (form.theme, form.density) {
        (Some(theme), _) => format!("rollcall_theme={theme}; Path=/"),
        (_, Some(density)) => format!("rollcall_density={density}; Path=/"),
        _ => String::new(),
    };
    let back = form.back.unwrap_or_else(|| "/".into());
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, back)])
        .into_response()
}

pub(crate) async fn asset(Path((hash, name)): Path<(String, String)>) -> Response {
    match rollcall_console::asset::find(&hash, &name) {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, asset.bytes.into_owned()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Says "people" every three seconds.
pub(crate) async fn live() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let ticks = futures_util::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        Some(((), ()))
    });
    Sse::new(ticks.map(|()| Ok(Event::default().event("people").data("1"))))
}
