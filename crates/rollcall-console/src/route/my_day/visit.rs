//! Who looks at their own page, and what they are told when it fails.

use std::collections::HashMap;

use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use rollcall_app::ChangeError;
use rollcall_app::agent_sign_in::AgentViewer;

use crate::console::{Console, Settings};

/// Where it stands.
pub(super) const PATH: &str = "/my-day";

/// Who looks at their page.
pub(super) struct Me {
    pub(super) viewer: AgentViewer,
    pub(super) cookie: String,
}

impl FromRequestParts<Console> for Me {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(cookie_name(&console.settings));
        let cookie = cookie.map(|cookie| cookie.value().to_owned());
        let viewer = match &cookie {
            Some(cookie) => console.app.agent_viewer(cookie).await.map_err(|e| failed(&e))?,
            None => None,
        };
        match (viewer, cookie) {
            (Some(viewer), Some(cookie)) => Ok(Self { viewer, cookie }),
            (_, cookie) => {
                let expired = if cookie.is_some() { "?expired=yes" } else { "" };
                let href = format!("/my-day/sign-in{expired}");
                // A part of an open page: the browser is told to leave the page as a whole.
                Err(if parts.headers.contains_key("hx-request") {
                    (StatusCode::UNAUTHORIZED, [("hx-redirect", href)]).into_response()
                } else {
                    Redirect::to(&href).into_response()
                })
            }
        }
    }
}

/// A form of this person's session, with the fields that it carries.
pub(super) struct MyForm {
    pub(super) me: Me,
    pub(super) fields: HashMap<String, String>,
}

impl FromRequest<Console> for MyForm {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let me = Me::from_request_parts(&mut parts, console).await?;
        let form = Form::<HashMap<String, String>>::from_request(
            Request::from_parts(parts, body),
            console,
        );
        let Form(fields) = form.await.map_err(IntoResponse::into_response)?;
        if me.viewer.owns_form(fields.get("csrf").map(String::as_str).unwrap_or_default()) {
            return Ok(Self { me, fields });
        }
        let words =
            "The form had become old, so nothing was changed. Go back to the page and try again.\n";
        Err((StatusCode::FORBIDDEN, words).into_response())
    }
}

/// The name of the cookie of people; see [`crate::cookie::session_cookie_name`].
pub(super) fn cookie_name(settings: &Settings) -> &'static str {
    if settings.is_secure() { "__Host-rollcall_agent" } else { "rollcall_agent" }
}

pub(super) fn failed(error: &ChangeError) -> Response {
    tracing::error!(%error, "a request of a person's own page failed");
    unavailable()
}

/// A page that could not be made, which is a fault of ours.
pub(super) fn broken(error: &askama::Error) -> Response {
    tracing::error!(%error, "a person's own page could not be made");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

pub(super) fn unavailable() -> Response {
    let words = "Rollcall cannot take this now. Try again in a moment.\n";
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], words).into_response()
}
