//! How a person likes to see the console: colours and density, kept in the browser.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::console::Console;
use crate::cookie::{DENSITY_COOKIE, THEME_COOKIE};
use crate::form::OwnForm;
use crate::own_path::own_path;
use crate::view::shell::{Density, Theme};

#[derive(Deserialize)]
pub(super) struct Preference {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    density: String,
    #[serde(default)]
    back: String,
}

pub(super) async fn save(
    State(console): State<Console>,
    OwnForm(form): OwnForm<Preference>,
) -> Response {
    let secure = if console.settings.is_secure() { "; Secure" } else { "" };
    let cookie = |name: &str, word: &str| {
        (
            SET_COOKIE,
            format!("{name}={word}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}"),
        )
    };
    let mut cookies = Vec::new();
    if !form.theme.is_empty() {
        cookies.push(cookie(THEME_COOKIE, Theme::from_word(&form.theme).word()));
    }
    if !form.density.is_empty() {
        cookies.push(cookie(DENSITY_COOKIE, Density::from_word(&form.density).word()));
    }
    (AppendHeaders(cookies), Redirect::to(own_path(&form.back))).into_response()
}
