//! Who looks at a page, how they like to see it, and which part of it they want.
//!
//! Every route behind `require` has a `Visit`; a route that forgets to ask for one still cannot be reached
//! without a session.

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use rollcall_app::secret;
use rollcall_app::sign_in::{Presence, Viewer};
use secrecy::ExposeSecret;

use crate::console::Console;
use crate::cookie::{DENSITY_COOKIE, THEME_COOKIE, session_cookie_name};
use crate::error::{ConsoleError, Unframed};
use crate::notice::{self, NOTICE_COOKIE};
use crate::own_path::own_path;
use crate::percent::encoded;
use crate::view::shell::{Density, Notice, Section, Shell, Theme};
use crate::view::trouble::{TroubleFragment, TroublePage};

/// One request of somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) viewer: Arc<Viewer>,
    /// The secret of the session, to end it by.
    pub(crate) cookie: Arc<str>,
    /// The id of the element that is to be filled; absent for a whole page.
    pub(crate) part: Option<String>,
    /// Path and query.
    pub(crate) path: String,
    /// Where the browser thinks that we are.
    pub(crate) host: String,
    shell: Shell,
}

impl Visit {
    /// The frame for a page of this section.
    pub(crate) fn shell(&self, section: Section) -> Shell {
        Shell { section, ..self.shell.clone() }
    }

    /// The part that is wanted, or "" for the whole page.
    pub(crate) fn part(&self) -> &str {
        self.part.as_deref().unwrap_or_default()
    }

    /// Our own address, as clients reach us.
    pub(crate) fn origin(&self, console: &Console) -> String {
        match &console.settings.public_url {
            Some(url) => url.clone(),
            None => format!("http://{}", self.host),
        }
    }

    /// Goes back to a page, and says there what came of the form.
    pub(crate) fn back(href: &str, notice: &Notice) -> Response {
        let mut response = Redirect::to(href).into_response();
        if let Ok(cookie) = HeaderValue::from_str(&notice::cookie(notice)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        // Only a route outside `require` has none; that would be a mistake of ours.
        parts.extensions.get::<Visit>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Lets only people with a session pass, and puts a frame around what went wrong behind it.
pub(crate) async fn require(
    State(console): State<Console>,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let cookie =
        jar.get(session_cookie_name(&console.settings)).map(|cookie| cookie.value().to_owned());
    let viewer = match &cookie {
        Some(cookie) => console.app.viewer(cookie, presence(request.headers())).await,
        None => Ok(None),
    };
    let (viewer, cookie) = match (viewer, cookie) {
        (Ok(Some(viewer)), Some(cookie)) => (viewer, cookie),
        (Err(error), _) => {
            tracing::error!(%error, "a session could not be read");
            let words = "Rollcall cannot read its database now. Try again in a moment.\n";
            return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], words)
                .into_response();
        }
        _ => return to_sign_in(request.headers(), &path_of(&request), &jar, &console),
    };
    let reads = request.method() == Method::GET;
    let path = if reads { path_of(&request) } else { referring_path(request.headers()) };
    let headers = request.headers().clone();
    let visit = visit_of(&console, &headers, path, &jar, viewer, &cookie).await;
    let whole_page = reads && visit.part.is_none();
    request.extensions_mut().insert(visit.clone());
    let id = request_id(request.headers());
    let mut response = next.run(request).await;
    if let Some(Unframed(error)) = response.extensions().get::<Unframed>().cloned() {
        response = framed(&visit, response.status(), &error, &id);
    }
    if whole_page && jar.get(NOTICE_COOKIE).is_some() && response.status().is_success() {
        let gone = HeaderValue::from_static(notice::GONE);
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

/// Whether a person asked, or an open page by itself: through its stream of events, or through a part
/// that fetches itself (htmx sends the ids of what triggered a request and of what it goes into).
fn presence(headers: &HeaderMap) -> Presence {
    let streams = headers.get(header::ACCEPT).is_some_and(|accept| accept == "text/event-stream");
    let refreshes =
        headers.get("hx-target").is_some_and(|target| headers.get("hx-trigger") == Some(target));
    if streams || refreshes { Presence::Page } else { Presence::Person }
}

async fn visit_of(
    console: &Console,
    headers: &HeaderMap,
    path: String,
    jar: &CookieJar,
    viewer: Viewer,
    cookie: &str,
) -> Visit {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let part = match text("hx-history-restore-request") {
        Some("true") => None,
        _ => text("hx-request").and_then(|_| text("hx-target")).map(str::to_owned),
    };
    let word =
        |name: &str| jar.get(name).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    Visit {
        shell: Shell {
            tenant_name: viewer.tenant_name.clone(),
            username: viewer.user_name.clone(),
            csrf: viewer.csrf.clone(),
            theme: Theme::from_word(&word(THEME_COOKIE)),
            density: Density::from_word(&word(DENSITY_COOKIE)),
            // Asked for first, so that what changes while the page is made is told again.
            seen: console.hints.seen(viewer.tenant).to_text(),
            held_runs: console.links(viewer.tenant).await.held,
            notice: part.is_none().then(|| notice::carried(jar)).flatten(),
            path: path.clone(),
            ..Shell::default()
        },
        part,
        path,
        host: text("host").unwrap_or("localhost").to_owned(),
        viewer: Arc::new(viewer),
        cookie: cookie.into(),
    }
}

fn framed(visit: &Visit, status: StatusCode, error: &ConsoleError, request_id: &str) -> Response {
    if error.is_ours() {
        tracing::error!(request.id = request_id, path = visit.path, %error, "a page could not be made");
    }
    let trouble = error.trouble(&visit.path, request_id);
    let rendered = match visit.part {
        Some(_) => TroubleFragment { trouble }.render(),
        None => TroublePage { shell: visit.shell(Section::Overview), trouble }.render(),
    };
    let mut response = (status, Html(rendered.unwrap_or_default())).into_response();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Who is not known signs in first, and comes back to where they wanted to go.
fn to_sign_in(headers: &HeaderMap, path: &str, jar: &CookieJar, console: &Console) -> Response {
    let mut href = format!("/sign-in?next={}", encoded(path));
    if jar.get(session_cookie_name(&console.settings)).is_some() {
        href.push_str("&expired=yes");
    }
    if headers.contains_key("hx-request") {
        // A part of an open page: the browser is told to leave the page as a whole.
        let page = headers.get("hx-current-url").and_then(|url| url.to_str().ok()).unwrap_or("/");
        let page = page.splitn(4, '/').nth(3).unwrap_or_default();
        let href = format!("/sign-in?next={}&expired=yes", encoded(&format!("/{page}")));
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", href)]).into_response();
    }
    if headers.get(header::ACCEPT).is_some_and(|accept| accept == "text/event-stream") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Redirect::to(&href).into_response()
}

fn path_of(request: &Request) -> String {
    request.uri().path_and_query().map_or("/", |whole| whole.as_str()).to_owned()
}

/// The page that a form was on.
fn referring_path(headers: &HeaderMap) -> String {
    let referrer =
        headers.get(header::REFERER).and_then(|url| url.to_str().ok()).unwrap_or_default();
    own_path(&format!("/{}", referrer.splitn(4, '/').nth(3).unwrap_or_default())).to_owned()
}

fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    given.map(str::to_owned).unwrap_or_else(|| {
        secret::generate("")
            .map(|id| id.expose_secret().chars().take(16).collect())
            .unwrap_or_default()
    })
}
