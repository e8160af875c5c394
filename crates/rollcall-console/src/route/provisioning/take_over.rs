//! The take-over queue: the list, one claim with both sides, and what is decided about it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::ChangeError;
use rollcall_app::take_over::ClaimKey;
use serde::Deserialize;

use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::provisioning::take_over::TakeOversPage;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::provisioning::take_over as words;

#[derive(Deserialize)]
pub(super) struct Seen {
    #[serde(default)]
    external_id: String,
}

#[derive(Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
}

pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let all = console.app.take_overs(visit.viewer.tenant).await?;
    let rows = all.iter().map(words::row).collect();
    let page = TakeOversPage { shell: visit.shell(Section::TakeOvers), rows };
    Ok(Html(if visit.part() == "list" { page.as_list().render()? } else { page.render()? }))
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(ids): Path<(String, String)>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.take_over(visit.viewer.tenant, key(&ids)?).await?;
    Ok(Html(words::page(&detail, visit.shell(Section::TakeOvers)).render()?))
}

pub(super) async fn approve(
    State(console): State<Console>,
    visit: Visit,
    Path(ids): Path<(String, String)>,
    OwnForm(seen): OwnForm<Seen>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let seen = Some(seen.external_id).filter(|id| !id.is_empty());
    let done = console.app.approve_take_over(tenant, actor, key(&ids)?, seen).await;
    back(&ids, done, "Approved. The person is taken over when they are sent the next time.")
}

pub(super) async fn reject(
    State(console): State<Console>,
    visit: Visit,
    Path(ids): Path<(String, String)>,
    OwnForm(form): OwnForm<Reason>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let done = console.app.reject_take_over(tenant, actor, key(&ids)?, &form.reason).await;
    back(&ids, done, "Rejected. The identity provider is refused with your reason.")
}

pub(super) async fn reopen(
    State(console): State<Console>,
    visit: Visit,
    Path(ids): Path<(String, String)>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let done = console.app.reopen_take_over(tenant, actor, key(&ids)?).await;
    back(&ids, done, "The claim waits again.")
}

fn key((connection, employee): &(String, String)) -> Result<ClaimKey, ConsoleError> {
    let missing = || ConsoleError::Missing("claim");
    let connection = connection.parse().map_err(|_| missing())?;
    Ok((connection, employee.parse().map_err(|_| missing())?))
}

fn back(
    (connection, employee): &(String, String),
    done: Result<(), ChangeError>,
    words: &str,
) -> Result<Response, ConsoleError> {
    let notice = match done {
        Ok(()) => Notice::Done(words.to_owned()),
        Err(error @ (ChangeError::NotNow(_) | ChangeError::Invalid(_))) => {
            Notice::Refused(format!("Nothing was decided. {}", sentence(&error.to_string())))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Visit::back(&format!("/take-overs/{connection}/{employee}"), &notice))
}
