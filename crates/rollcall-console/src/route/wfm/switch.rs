//! The switch of a link: off only with a reason, after showing what stops.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::wfm::LinkSwitch;
use serde::Deserialize;

use super::link::{parse, said};
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::shell::Section;
use crate::view::wfm::switch::SwitchOffPage;
use crate::visit::Visit;
use crate::wording::number;

#[derive(Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
}

/// What stops when the link is switched off.
pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let page = page(&console, &visit, &id, None, String::new()).await?;
    Ok(Html(page.render()?))
}

pub(super) async fn switch_off(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Reason>,
) -> Result<Response, ConsoleError> {
    let link = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let switch = LinkSwitch::Off { reason: form.reason.clone() };
    match console.app.switch_link(tenant, actor, link, switch).await {
        Err(ChangeError::Invalid(why)) => {
            let page = page(&console, &visit, &id, Some(sentence(&why)), form.reason).await?;
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
        }
        outcome => said(outcome, link, "Synchronization is off. Agents read your reason."),
    }
}

pub(super) async fn switch_on(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let link = console.app.link(tenant, id).await?.link;
    let done = if link.immediate {
        "Synchronization is on. What waited goes out now."
    } else {
        "Synchronization is on. What waited goes out with the next run by schedule."
    };
    said(console.app.switch_link(tenant, actor, id, LinkSwitch::On).await, id, done)
}

async fn page(
    console: &Console,
    visit: &Visit,
    id: &str,
    refused: Option<String>,
    reason: String,
) -> Result<SwitchOffPage, ConsoleError> {
    let detail = console.app.link(visit.viewer.tenant, parse(id)?).await?;
    Ok(SwitchOffPage {
        shell: visit.shell(Section::Wfm),
        link_href: format!("/wfm/{id}"),
        link: format!("IEX WFM {}", detail.link.acd_id),
        business_unit: detail.business_unit,
        present: number(detail.tally.present),
        due: number(detail.tally.due),
        refused,
        reason,
    })
}
