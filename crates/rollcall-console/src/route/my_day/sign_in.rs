//! How people come to their own page: by user name and password, or by the link with which they choose one.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use rollcall_app::ChangeError;
use rollcall_app::agent_sign_in::AgentSignedIn;
use rollcall_app::sign_in::PASSWORD_MIN_CHARS;
use rollcall_domain::TenantId;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::visit::{Me, MyForm, PATH, cookie_name, failed};
use crate::console::{Console, Settings};
use crate::error::{ConsoleError, sentence};
use crate::route::sign_in::{Caller, theme};
use crate::view::my_day::day::{MyLinkPage, MySignInPage};
use crate::view::sign_in::SignInRefusal;

/// The cookie that says in which tenant somebody of this browser is known, so that they are found there first.
const PLACE_COOKIE: &str = "rollcall_place";

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    expired: String,
    #[serde(default)]
    at: String,
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    username: String,
    password: String,
    #[serde(default)]
    at: String,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    password: String,
    repeat: String,
}

pub(super) async fn show(
    me: Result<Me, Response>,
    Query(asked): Query<Asked>,
    jar: CookieJar,
) -> Result<Response, ConsoleError> {
    if me.is_ok() {
        return Ok(Redirect::to(PATH).into_response());
    }
    let refusal = (!asked.expired.is_empty()).then_some(SignInRefusal::Expired);
    let at = if asked.at.is_empty() { place(&jar) } else { asked.at };
    page(&jar, (String::new(), &at), refusal)
}

pub(super) async fn sign_in(
    State(console): State<Console>,
    Caller(address): Caller,
    jar: CookieJar,
    Form(form): Form<Credentials>,
) -> Result<Response, ConsoleError> {
    if let Err(retry_after_seconds) = console.throttle.check(address, &form.username) {
        let refusal = SignInRefusal::Throttled { retry_after_seconds };
        let body = page(&jar, (form.username, &form.at), Some(refusal))?;
        let headers = [("retry-after", retry_after_seconds.to_string())];
        return Ok((StatusCode::TOO_MANY_REQUESTS, headers, body).into_response());
    }
    let password = SecretString::from(form.password);
    let at = form.at.parse().ok();
    match console.app.sign_in_agent(&form.username, &password, at).await {
        Ok(Some(signed_in)) => Ok(enter(&console.settings, jar, &signed_in)),
        Ok(None) => {
            let body = page(&jar, (form.username, &form.at), Some(SignInRefusal::Wrong))?;
            Ok((StatusCode::UNAUTHORIZED, body).into_response())
        }
        Err(error) => Ok(failed(&error)),
    }
}

pub(super) async fn sign_out(
    State(console): State<Console>,
    jar: CookieJar,
    form: MyForm,
) -> Response {
    let Me { viewer, cookie } = form.me;
    if let Err(error) = console.app.sign_out_agent(&viewer, &cookie).await {
        return failed(&error);
    }
    let gone = Cookie::build((cookie_name(&console.settings), "")).path("/").build();
    (jar.remove(gone), Redirect::to("/my-day/sign-in")).into_response()
}

pub(super) async fn show_link(
    State(console): State<Console>,
    Path(link): Path<String>,
    jar: CookieJar,
) -> Result<Response, ConsoleError> {
    link_page(&console, link, &jar, None).await
}

pub(super) async fn use_link(
    State(console): State<Console>,
    Path(link): Path<String>,
    Caller(address): Caller,
    jar: CookieJar,
    Form(form): Form<Chosen>,
) -> Result<Response, ConsoleError> {
    if console.throttle.check(address, "agent-link").is_err() {
        let words = "Too many tries; wait a little.\n";
        return Ok((StatusCode::TOO_MANY_REQUESTS, words).into_response());
    }
    if form.password != form.repeat {
        let refusal = Some("The two passwords differ.".to_owned());
        return link_page(&console, link, &jar, refusal).await;
    }
    match console.app.use_agent_link(&link, SecretString::from(form.password)).await {
        Ok(signed_in) => Ok(enter(&console.settings, jar, &signed_in)),
        Err(error @ ChangeError::Storage(_)) => Ok(failed(&error)),
        Err(ChangeError::NotFound(_)) => link_page(&console, String::new(), &jar, None).await,
        Err(refusal) => {
            let refusal = Some(sentence(&refusal.to_string()));
            link_page(&console, link, &jar, refusal).await
        }
    }
}

fn enter(settings: &Settings, jar: CookieJar, signed_in: &AgentSignedIn) -> Response {
    let value = signed_in.cookie.expose_secret().to_owned();
    let cookie = Cookie::build((cookie_name(settings), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.is_secure())
        .build();
    let place = Cookie::build((PLACE_COOKIE, signed_in.tenant.to_string()))
        .path(PATH)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.is_secure())
        .permanent()
        .build();
    let place = AppendHeaders([(header::SET_COOKIE, place.to_string())]);
    (jar.add(cookie), place, Redirect::to(PATH)).into_response()
}

/// The tenant of whoever signed in last in this browser, as it was kept; not worth trusting.
fn place(jar: &CookieJar) -> String {
    jar.get(PLACE_COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

fn page(
    jar: &CookieJar,
    (username, at): (String, &str),
    refusal: Option<SignInRefusal>,
) -> Result<Response, ConsoleError> {
    // Whatever else an address names is left out: the page would carry it.
    let at = at.parse().map(|at: TenantId| at.to_string()).unwrap_or_default();
    let page = MySignInPage { theme: theme(jar), username, at, refusal };
    Ok(Html(page.render()?).into_response())
}

async fn link_page(
    console: &Console,
    link: String,
    jar: &CookieJar,
    refusal: Option<String>,
) -> Result<Response, ConsoleError> {
    let holder = match console.app.agent_link_holder(&link).await {
        Ok(holder) => holder,
        Err(error) => return Ok(failed(&error)),
    };
    let status = if holder.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let page = match holder {
        Some(holder) => MyLinkPage {
            theme: theme(jar),
            link,
            name: holder.name,
            username: holder.user_name,
            password_min: PASSWORD_MIN_CHARS,
            refusal,
        },
        None => MyLinkPage {
            theme: theme(jar),
            link: String::new(),
            name: String::new(),
            username: String::new(),
            password_min: PASSWORD_MIN_CHARS,
            refusal: None,
        },
    };
    Ok((status, Html(page.render()?)).into_response())
}
