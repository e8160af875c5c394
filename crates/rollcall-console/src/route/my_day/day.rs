//! A person's own page: what they do at the ACD, and setting it.
//!
//! The page asks for its part again every few seconds instead of following the changes of everybody.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jiff::{SignedDuration, Timestamp};
use rollcall_app::ChangeError;
use rollcall_app::agent::{AgentError, AgentEvent, AgentState, AgentWish, Logout, present};
use rollcall_domain::unavailable_code::{CodeKind, CodeName, UnavailableCode};

use super::schedule;
use super::visit::{Me, MyForm, PATH, broken, unavailable};
use crate::console::Console;
use crate::error::sentence;
use crate::notice::{self, NOTICE_COOKIE};
use crate::route::sign_in::theme;
use crate::view::my_day::day::{MyDayPage, StateChoice};
use crate::view::my_day::schedule::SchedulePart;
use crate::view::shell::Notice;
use crate::wording::agent_state as words;

/// As far back it looks.
const HISTORY: SignedDuration = SignedDuration::from_hours(12);
/// As many intervals it shows.
const SHOWN_MAX: usize = 20;

pub(super) async fn show(
    State(console): State<Console>,
    me: Me,
    jar: CookieJar,
    headers: axum::http::HeaderMap,
) -> Result<Response, Response> {
    let (tenant, employee) = (me.viewer.tenant, me.viewer.employee);
    let app = &console.app;
    let row = app.agent(tenant, employee).await.map_err(|e| agent_failed(&e))?;
    let codes = app.agent_codes(tenant, employee).await.map_err(|e| agent_failed(&e))?;
    let now = app.now();
    let from = now.checked_sub(HISTORY).unwrap_or(now);
    let past = app.agent_history(tenant, employee, (from, Timestamp::MAX), None).await;
    let past = past.map_err(|e| agent_failed(&e))?;
    let agent = present(&row, now);
    let is_part = headers.contains_key("hx-request");
    // The part of the state is asked for every few seconds, and has nothing of the schedule.
    let (schedule, calendar) = if is_part {
        (SchedulePart { missing: None, plan: None }, None)
    } else {
        (schedule::part(&console, &me).await?, schedule::address(&console, &me).await?)
    };
    let refusal = match notice::carried(&jar).filter(|_| !is_part) {
        Some(Notice::Refused(text)) => Some(text),
        _ => None,
    };
    let page = MyDayPage {
        theme: theme(&jar),
        name: me.viewer.name,
        tenant_name: me.viewer.tenant_name,
        zone: me.viewer.zone.iana_name().unwrap_or("UTC").to_owned(),
        csrf: me.viewer.csrf,
        refusal,
        state: words::badge(&agent.state),
        since: (agent.sequence > 0).then_some(agent.since),
        due: agent.due_at.map(|at| (at, words::at_my_timeout(&agent).to_owned())),
        next: agent.next().map(|state| words::word(&state)),
        choices: choices(&agent.state, &codes),
        can_log_out: !matches!(agent.state, AgentState::Contact(..)),
        past: past.iter().take(SHOWN_MAX).map(words::past).collect(),
        schedule,
        calendar,
    };
    let rendered = if is_part { page.as_day().render() } else { page.render() };
    let html = rendered.map_err(|error| broken(&error))?;
    let mut response = Html(html).into_response();
    if !is_part && jar.get(NOTICE_COOKIE).is_some() {
        let gone = HeaderValue::from_static(notice::GONE);
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

pub(super) async fn log_in(State(console): State<Console>, form: MyForm) -> Response {
    let viewer = &form.me.viewer;
    let done = console.app.log_in_agent(viewer.tenant, viewer.employee).await;
    said(done.map(drop))
}

pub(super) async fn set_state(State(console): State<Console>, form: MyForm) -> Response {
    let wish = match form.fields.get("to").map(String::as_str) {
        Some("available") => AgentWish::Available,
        Some("unavailable") => AgentWish::Unavailable(None),
        Some(other) => {
            let code = other.strip_prefix("code:").and_then(|name| CodeName::parse(name).ok());
            let Some(code) = code else { return StatusCode::BAD_REQUEST.into_response() };
            AgentWish::Unavailable(Some(code))
        }
        None => return StatusCode::BAD_REQUEST.into_response(),
    };
    act(&console, &form, AgentEvent::Set(wish)).await
}

pub(super) async fn log_out(State(console): State<Console>, form: MyForm) -> Response {
    act(&console, &form, AgentEvent::LogOut(Logout::Idle)).await
}

async fn act(console: &Console, form: &MyForm, event: AgentEvent) -> Response {
    let viewer = &form.me.viewer;
    said(console.app.act_for_agent(viewer.tenant, viewer.employee, event).await.map(drop))
}

/// Back on the page, with the reason why not.
fn said(outcome: Result<(), AgentError>) -> Response {
    match outcome {
        Ok(()) => Redirect::to(PATH).into_response(),
        Err(ChangeError::Storage(error)) => agent_failed(&ChangeError::Storage(error)),
        Err(refusal) => {
            let text = match refusal {
                ChangeError::Refused(rule) => rule.to_string(),
                other => other.to_string(),
            };
            crate::visit::Visit::back(PATH, &Notice::Refused(sentence(&text)))
        }
    }
}

/// What can be set in a state; nothing when logged out.
fn choices(state: &AgentState, codes: &[UnavailableCode]) -> Vec<StateChoice> {
    if *state == AgentState::LoggedOut {
        return Vec::new();
    }
    let works = matches!(state, AgentState::Contact(..) | AgentState::AfterContactWork(_));
    let choice = |value: String, label: &str, is_present| StateChoice {
        value,
        label: label.to_owned(),
        is_present,
    };
    let mut choices = vec![
        choice("available".to_owned(), "Available", *state == AgentState::Available),
        choice("unavailable".to_owned(), "Unavailable", *state == AgentState::Unavailable(None)),
    ];
    for code in codes.iter().filter(|code| works || code.kind == CodeKind::Unavailable) {
        let is_present = state.code() == Some(&code.name);
        choices.push(choice(format!("code:{}", code.name), code.name.as_str(), is_present));
    }
    choices
}

fn agent_failed(error: &AgentError) -> Response {
    tracing::error!(%error, "a request of a person's own page failed");
    unavailable()
}
