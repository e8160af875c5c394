//! Switching a receiver of security events off and on, and removing it; what is lost by that is shown first.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};

use super::receiver::{base, parse};
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::{Nothing, OwnForm};
use crate::view::provisioning::receiver::{ReceiverEnd, ReceiverEndPage};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::provisioning::receiver as words;

pub(super) async fn preview_off(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    preview(&console, &visit, &id, ReceiverEnd::Off).await
}

pub(super) async fn switch_off(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.switch_off_event_stream(tenant, actor, parse(&id)?).await?;
    let done = "The receiver is off. It is told nothing until you switch it on.".to_owned();
    Ok(Visit::back(&format!("/receivers/{id}"), &Notice::Done(done)))
}

pub(super) async fn switch_on(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.resume_event_stream(tenant, actor, parse(&id)?).await?;
    let done = "The receiver is on. It hears of what happens from now on, and not of what happened before.";
    Ok(Visit::back(&format!("/receivers/{id}"), &Notice::Done(done.to_owned())))
}

pub(super) async fn preview_removal(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    preview(&console, &visit, &id, ReceiverEnd::Removal).await
}

pub(super) async fn remove(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.end_event_stream(tenant, actor, parse(&id)?).await?;
    let done = "The receiver is removed. It is told nothing more.".to_owned();
    Ok(Visit::back("/receivers", &Notice::Done(done)))
}

async fn preview(
    console: &Console,
    visit: &Visit,
    id: &str,
    end: ReceiverEnd,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.event_stream(visit.viewer.tenant, parse(id)?).await?;
    let page = ReceiverEndPage {
        shell: visit.shell(Section::Receivers),
        receiver: words::row(&detail, &base(console, visit)),
        end,
    };
    Ok(Html(page.render()?))
}
