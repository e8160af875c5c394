//! Signing in and out. Tells nobody whether a name exists; each try counts.

use std::net::{IpAddr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, Form, Query, State};
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use rollcall_app::sign_in::{Presence, SignedIn};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::console::{Console, Settings};
use crate::cookie::{THEME_COOKIE, session_cookie_name};
use crate::error::ConsoleError;
use crate::form::{Nothing, OwnForm};
use crate::own_machine;
use crate::own_path::own_path;
use crate::view::shell::Theme;
use crate::view::sign_in::{SignInPage, SignInRefusal};
use crate::visit::Visit;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    expired: String,
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    username: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    Caller(address): Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, ConsoleError> {
    let next = own_path(&asked.next).to_owned();
    if let Some(cookie) = jar.get(session_cookie_name(&console.settings))
        && console.app.viewer(cookie.value(), Presence::Person).await?.is_some()
    {
        return Ok(Redirect::to(&next).into_response());
    }
    let refusal = (!asked.expired.is_empty()).then_some(SignInRefusal::Expired);
    // Strangers are not told that the house stands empty.
    let is_new = own_machine::is_asking(&console.settings, address, &headers)
        && console.app.awaits_administrator().await?;
    let page = SignInPage { theme: theme(&jar), username: String::new(), next, refusal, is_new };
    Ok(Html(page.render()?).into_response())
}

pub(super) async fn sign_in(
    State(console): State<Console>,
    Caller(address): Caller,
    jar: CookieJar,
    Form(form): Form<Credentials>,
) -> Result<Response, ConsoleError> {
    let next = own_path(&form.next).to_owned();
    if let Err(retry_after_seconds) = console.throttle.check(address, &form.username) {
        let refusal = SignInRefusal::Throttled { retry_after_seconds };
        let body = again(&jar, form.username, next, refusal)?;
        let headers = [("retry-after", retry_after_seconds.to_string())];
        return Ok((StatusCode::TOO_MANY_REQUESTS, headers, body).into_response());
    }
    let password = SecretString::from(form.password);
    match console.app.sign_in(&form.username, &password).await? {
        Some(signed_in) => Ok(enter(&console.settings, jar, &signed_in, &next)),
        None => {
            let body = again(&jar, form.username, next, SignInRefusal::Wrong)?;
            Ok((StatusCode::UNAUTHORIZED, body).into_response())
        }
    }
}

pub(super) async fn sign_out(
    State(console): State<Console>,
    visit: Visit,
    jar: CookieJar,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    console.app.sign_out(&visit.viewer, &visit.cookie).await?;
    let gone = Cookie::build((session_cookie_name(&console.settings), "")).path("/").build();
    Ok((jar.remove(gone), Redirect::to("/sign-in")).into_response())
}

/// Gives the browser its session, and leads on.
pub(super) fn enter(
    settings: &Settings,
    jar: CookieJar,
    signed_in: &SignedIn,
    next: &str,
) -> Response {
    let value = signed_in.cookie.expose_secret().to_owned();
    let cookie = Cookie::build((session_cookie_name(settings), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.is_secure())
        .build();
    (jar.add(cookie), Redirect::to(next)).into_response()
}

/// The colours that a browser had before anybody signed in.
pub(super) fn theme(jar: &CookieJar) -> Theme {
    jar.get(THEME_COOKIE).map_or(Theme::Auto, |cookie| Theme::from_word(cookie.value()))
}

/// The form after a try that failed.
fn again(
    jar: &CookieJar,
    username: String,
    next: String,
    refusal: SignInRefusal,
) -> Result<Response, ConsoleError> {
    let refusal = Some(refusal);
    let page = SignInPage { theme: theme(jar), username, next, refusal, is_new: false };
    Ok(Html(page.render()?).into_response())
}

/// Where a request comes from, when the server that carries us says so.
pub(super) struct Caller(pub(super) Option<IpAddr>);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self(address(&parts.extensions)))
    }
}

fn address(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}
