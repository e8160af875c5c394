//! A person's schedule on their own page, and the private address at which their calendar program reads it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use jiff::ToSpan;
use rollcall_app::ChangeError;
use rollcall_app::schedule::{Asked, Edge};
use rollcall_app::secret;
use rollcall_domain::source::Actor;
use secrecy::ExposeSecret;

use super::visit::{Me, MyForm, PATH, broken, failed, unavailable};
use crate::calendar;
use crate::console::Console;
use crate::error::sentence;
use crate::route::sign_in::{Caller, theme};
use crate::view::calendar::CalendarAddress;
use crate::view::my_day::schedule::{MyCalendarPage, SchedulePart};
use crate::view::shell::Notice;
use crate::visit::Visit;
use crate::wording::my_day::schedule as words;

/// What follows the week is asked for too: what comes next may lie there.
const DAYS: i64 = 21;
/// Where an address is shown that was made just now, and the cookie that carries it there.
const FRESH_PATH: &str = "/my-day/calendar/new";
const FRESH_COOKIE: &str = "rollcall_calendar";
/// As long it can be shown again in the same browser, in seconds.
const FRESH_MAX_S: u32 = 300;
/// No secret is longer.
const SECRET_MAX_BYTES: usize = 100;
/// Calendar programs may keep what they read for a little, and nobody on the way may.
const KEEP: &str = "private, max-age=300";

/// The part of the page, again.
pub(super) async fn show(
    State(console): State<Console>,
    me: Me,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let part = part(&console, &me).await?;
    let is_week = headers.get("hx-target").is_some_and(|target| target == "week");
    let rendered = if is_week { part.as_week().render() } else { part.as_now().render() };
    Ok(Html(rendered.map_err(|error| broken(&error))?).into_response())
}

/// What the person sees of their schedule, or why they see nothing.
pub(super) async fn part(console: &Console, me: &Me) -> Result<SchedulePart, Response> {
    let (app, tenant, employee) = (&console.app, me.viewer.tenant, me.viewer.employee);
    let now = app.now();
    // Which day the week begins with depends on the person's time zone, which comes with the schedule.
    let told = match app.schedule(tenant, employee, Asked::default()).await {
        Ok(today) => {
            let first = words::monday(now, &today.zone);
            let last = first.checked_add(DAYS.days()).unwrap_or(first);
            let asked = Asked { start: Some(Edge::Day(first)), end: Some(Edge::Day(last)) };
            app.schedule(tenant, employee, asked).await
        }
        Err(error) => Err(error),
    };
    match told {
        Ok(schedule) => {
            let present = app.adherence_of(tenant, employee).await.map_err(|e| failed(&e))?;
            let rules = app.adherence_rules(tenant).await.map_err(|e| failed(&e))?;
            let plan = words::plan(&schedule, present.as_ref(), &rules, now);
            Ok(SchedulePart { missing: None, plan: Some(plan) })
        }
        Err(ChangeError::Refused(refusal)) => {
            Ok(SchedulePart { missing: Some(words::missing(&refusal)), plan: None })
        }
        Err(error) => Err(schedule_failed(&error)),
    }
}

/// The person's private address, as far as it is kept.
pub(super) async fn address(
    console: &Console,
    me: &Me,
) -> Result<Option<CalendarAddress>, Response> {
    let kept = console.app.schedule_feed(me.viewer.tenant, me.viewer.employee).await;
    let kept = kept.map_err(|error| schedule_failed(&error))?;
    Ok(kept.as_ref().map(CalendarAddress::of))
}

/// Makes the address. The browser carries it to the page that shows it, so that going back or loading that page again
/// makes no other.
pub(super) async fn make_address(State(console): State<Console>, form: MyForm) -> Response {
    let viewer = &form.me.viewer;
    let who = format!("{}/{}", viewer.tenant, viewer.employee);
    if let Err(minutes) = console.addresses.check(&who) {
        return Visit::back(PATH, &Notice::Refused(words::too_many_addresses(minutes)));
    }
    let made = match console.app.make_schedule_feed(viewer.tenant, viewer.employee).await {
        Ok(made) => made,
        Err(ChangeError::Refused(refusal)) => {
            return Visit::back(PATH, &Notice::Refused(words::missing(&refusal)));
        }
        Err(ChangeError::NotNow(why)) => {
            return Visit::back(PATH, &Notice::Refused(sentence(&why)));
        }
        Err(error) => return schedule_failed(&error),
    };
    let secure = if console.settings.is_secure() { "; Secure" } else { "" };
    let cookie = format!(
        "{FRESH_COOKIE}={}; Path={FRESH_PATH}; Max-Age={FRESH_MAX_S}; HttpOnly; SameSite=Lax{secure}",
        made.expose_secret()
    );
    ([(header::SET_COOKIE, cookie)], Redirect::to(FRESH_PATH)).into_response()
}

/// Shows the address that this browser made just now, as long as it is the person's.
pub(super) async fn fresh_address(
    State(console): State<Console>,
    me: Me,
    jar: CookieJar,
    headers: HeaderMap,
) -> Response {
    let carried = jar.get(FRESH_COOKIE).map(Cookie::value).unwrap_or_default();
    let kept = match console.app.schedule_feed(me.viewer.tenant, me.viewer.employee).await {
        Ok(kept) => kept,
        Err(error) => return schedule_failed(&error),
    };
    // Somebody else may have sat at this browser, or the address may be another by now.
    if kept.is_none_or(|kept| kept.hash != secret::hash(carried)) {
        return Redirect::to(PATH).into_response();
    }
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = match &console.settings.public_url {
        Some(url) => url.clone(),
        None => format!("http://{}", named.unwrap_or("localhost")),
    };
    let address = format!("{host}/my-day/calendar/{carried}.ics");
    match (MyCalendarPage { theme: theme(&jar), address }).render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => broken(&error),
    }
}

pub(super) async fn end_address(State(console): State<Console>, form: MyForm) -> Response {
    let viewer = &form.me.viewer;
    match console.app.end_schedule_feed(viewer.tenant, Actor::System, viewer.employee).await {
        Ok(()) => Redirect::to(PATH).into_response(),
        Err(error) => schedule_failed(&error),
    }
}

/// What a calendar program reads. It has no session; the address is what proves whose schedule it may read.
pub(super) async fn calendar(
    State(console): State<Console>,
    Path(file): Path<String>,
    Caller(address): Caller,
) -> Response {
    let opens = file.strip_suffix(".ics").unwrap_or_default();
    if opens.is_empty() || opens.len() > SECRET_MAX_BYTES {
        return nothing();
    }
    if let Err(seconds) = console.calendars.check(address, &secret::hash(opens)) {
        let headers = [(header::RETRY_AFTER, seconds.to_string())];
        return (StatusCode::TOO_MANY_REQUESTS, headers, "Too many requests.\n").into_response();
    }
    match console.app.read_schedule_feed(opens).await {
        Ok(Some(schedule)) => {
            let headers = [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (header::CACHE_CONTROL, KEEP),
                (header::CONTENT_DISPOSITION, "inline; filename=\"schedule.ics\""),
            ];
            (headers, calendar::write(&schedule, console.app.now())).into_response()
        }
        Ok(None) => nothing(),
        Err(error) => failed(&error.into()),
    }
}

/// The same for each address that opens nothing, whyever.
fn nothing() -> Response {
    (StatusCode::NOT_FOUND, "There is no calendar at this address.\n").into_response()
}

fn schedule_failed(error: &impl std::fmt::Display) -> Response {
    tracing::error!(%error, "a request of a person's schedule failed");
    unavailable()
}
