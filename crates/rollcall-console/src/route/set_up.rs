//! The first administrator, by a link that works once.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use rollcall_app::ChangeError;
use rollcall_app::sign_in::PASSWORD_MIN_CHARS;
use secrecy::SecretString;
use serde::Deserialize;

use super::sign_in::{Caller, enter, theme};
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::view::sign_in::{SetUpPage, SetUpState};

#[derive(Deserialize)]
pub(super) struct Chosen {
    username: String,
    password: String,
    repeat: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    Path(link): Path<String>,
    jar: CookieJar,
) -> Result<Response, ConsoleError> {
    page(&console, link, &jar, String::new(), Vec::new()).await
}

pub(super) async fn create(
    State(console): State<Console>,
    Path(link): Path<String>,
    Caller(address): Caller,
    jar: CookieJar,
    Form(form): Form<Chosen>,
) -> Result<Response, ConsoleError> {
    if let Err(seconds) = console.throttle.check(address, "set-up") {
        let headers = [("retry-after", seconds.to_string())];
        return Ok((StatusCode::TOO_MANY_REQUESTS, headers, "Too many tries; wait a little.\n")
            .into_response());
    }
    if form.password != form.repeat {
        let refusals = vec!["The two passwords differ.".to_owned()];
        return page(&console, link, &jar, form.username, refusals).await;
    }
    let password = SecretString::from(form.password);
    match console.app.use_setup_link(&link, &form.username, password).await {
        Ok(signed_in) => Ok(enter(&console.settings, jar, &signed_in, "/")),
        Err(ChangeError::Storage(error)) => Err(ChangeError::Storage(error).into()),
        Err(refusal) => {
            let refusals = vec![sentence(&refusal.to_string())];
            page(&console, link, &jar, form.username, refusals).await
        }
    }
}

async fn page(
    console: &Console,
    link: String,
    jar: &CookieJar,
    username: String,
    refusals: Vec<String>,
) -> Result<Response, ConsoleError> {
    let (status, state) = match console.app.setup_tenant(&link).await? {
        Some(tenant) => {
            let state = SetUpState::Open {
                token: link,
                tenant_name: tenant.name,
                username,
                password_min: PASSWORD_MIN_CHARS,
                refusals,
            };
            (StatusCode::OK, state)
        }
        None => (StatusCode::NOT_FOUND, SetUpState::Closed),
    };
    let page = SetUpPage { theme: theme(jar), state };
    Ok((status, Html(page.render()?)).into_response())
}
