//! Ending the private address at which a person's calendar program reads their schedule, as an administrator.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};

use super::person_form::parse;
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::{Nothing, OwnForm};
use crate::view::calendar::CalendarAddress;
use crate::view::people::employee::CalendarEndPage;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::standing;

pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.employee(visit.viewer.tenant, parse(&id)?).await?;
    let calendar = detail.calendar.as_ref().ok_or(ConsoleError::Missing("calendar address"))?;
    let page = CalendarEndPage {
        shell: visit.shell(Section::Employees),
        id: detail.employee.id.to_string(),
        name: standing::full_name(&detail.employee),
        calendar: CalendarAddress::of(calendar),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn end(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.end_schedule_feed(tenant, actor, id).await?;
    let done = Notice::Done("The calendar address is ended.".to_owned());
    Ok(Visit::back(&format!("/employees/{id}"), &done))
}
