//! Changing how the WFM of a link is reached: a key that is rotated, a WFM that moved. Tried first, then taken.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::wfm::{LinkDetail, WayChange};
use serde::Deserialize;

use super::link::{parse, said};
use super::way_form::{self, WayForm};
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::shell::Section;
use crate::view::wfm::way::{WayFields, WayPage};
use crate::visit::Visit;
use crate::wording::wfm::trial;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Ticket {
    ticket: String,
}

pub(super) async fn form(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.link(visit.viewer.tenant, parse(&id)?).await?;
    let fields = own(&detail)?;
    Ok(Html(page(&visit, &detail, fields).render()?))
}

/// Tries what was typed; changes nothing.
pub(super) async fn attempt(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<WayForm>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let detail = console.app.link(tenant, parse(&id)?).await?;
    let kept = own(&detail)?;
    // A link keeps its kind of way: what it goes by is not typed here.
    let fields = WayFields { transport: kept.transport, keeps_secret: true, ..form.fields() };
    let way = form.way(&fields.transport, way_form::within(&detail.link.transport));
    let change = WayChange { link: detail.link.id, way };
    let page = page(&visit, &detail, fields);
    match console.app.try_way(tenant, actor, change, console.probe()?).await {
        Ok(taken) => {
            let tried = trial::tried(&taken.link, &taken.met, &taken.ticket);
            let page = WayPage { tried: Some(tried), ..page };
            Ok(Html(page.render()?).into_response())
        }
        Err(error) => match trial::refusal(&error) {
            Some(refusal) => {
                let page = WayPage { refusal: Some(refusal), ..page };
                Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
            }
            None => Err(ConsoleError::of_trial(error)),
        },
    }
}

/// Takes the way that was tried.
pub(super) async fn take(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Ticket { ticket }): OwnForm<Ticket>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let outcome = console.app.take_tried_way(tenant, actor, &ticket).await;
    said(outcome.map(|_| ()), id, "The WFM is reached in the new way from now on.")
}

/// The fields of a link that administrators may change.
fn own(detail: &LinkDetail) -> Result<WayFields, ConsoleError> {
    way_form::of(&detail.link).ok_or_else(|| {
        let words = "this link goes by a folder of the machine that Rollcall runs on, and only the operator changes that";
        ChangeError::NotNow(words.to_owned()).into()
    })
}

fn page(visit: &Visit, detail: &LinkDetail, fields: WayFields) -> WayPage {
    WayPage {
        shell: visit.shell(Section::Wfm),
        link_href: format!("/wfm/{}", detail.link.id),
        link: format!("IEX WFM {}", detail.link.acd_id),
        business_unit: detail.business_unit.clone(),
        fields,
        refusal: None,
        tried: None,
    }
}
