//! Linking a business unit to its WFM: the form, the try, and the link.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::wfm::{NewLink, Trial};
use rollcall_domain::wfm::FileTransport;
use serde::Deserialize;

use super::way_form::{WayForm, blank};
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::choice::Choice;
use crate::view::shell::{Notice, Section};
use crate::view::wfm::way::{FirstRun, LinkNewPage, Tried, WayRefusal};
use crate::visit::Visit;
use crate::wording::wfm::trial;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    unit: String,
    acd_id: String,
    #[serde(flatten)]
    way: WayForm,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Ticket {
    ticket: String,
}

pub(super) async fn form(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let page = LinkNewPage { fields: blank(), ..page(&console, &visit, &Wanted::default()).await? };
    Ok(Html(page.render()?))
}

/// Tries what was typed, and shows what would happen; makes nothing.
pub(super) async fn attempt(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Wanted>,
) -> Result<Response, ConsoleError> {
    let page = page(&console, &visit, &form).await?;
    let Ok(business_unit) = form.unit.parse() else {
        let what = "No business unit is chosen.".to_owned();
        let way_on = "Choose one that has no link yet.".to_owned();
        return refused(page, WayRefusal { what, way_on, host_key: None });
    };
    let way = form.way.way(form.way.transport(), FileTransport::WITHIN_DEFAULT_S);
    let new = NewLink { business_unit, acd_id: form.acd_id.clone(), way };
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    match console.app.try_link(tenant, actor, new, console.probe()?).await {
        Ok(trial) => {
            let page = LinkNewPage { trial: Some(shown(&trial)), ..page };
            Ok(Html(page.render()?).into_response())
        }
        Err(error) => match trial::refusal(&error) {
            Some(refusal) => refused(page, refusal),
            None => Err(ConsoleError::of_trial(error)),
        },
    }
}

/// Makes the link that was tried.
pub(super) async fn make(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(Ticket { ticket }): OwnForm<Ticket>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    match console.app.create_tried_link(tenant, actor, &ticket).await {
        Ok(link) => {
            let done = "Linked. The first sync begins within a second; this page follows it.";
            Ok(Visit::back(&format!("/wfm/{}", link.id), &Notice::Done(done.to_owned())))
        }
        Err(ChangeError::Storage(error)) => Err(ChangeError::Storage(error).into()),
        Err(refusal) => {
            let why = format!("Nothing was linked: {}", sentence(&refusal.to_string()));
            Ok(Visit::back("/wfm/new", &Notice::Refused(why)))
        }
    }
}

fn shown(trial: &Trial) -> (Tried, FirstRun) {
    (trial::tried(&trial.link, &trial.met, &trial.ticket), trial::first_run(trial))
}

fn refused(page: LinkNewPage, refusal: WayRefusal) -> Result<Response, ConsoleError> {
    let page = LinkNewPage { refusal: Some(refusal), ..page };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}

async fn page(
    console: &Console,
    visit: &Visit,
    form: &Wanted,
) -> Result<LinkNewPage, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let units = console.app.unlinked_units(tenant).await?;
    let chosen = units.iter().find(|unit| unit.id.to_string() == form.unit);
    Ok(LinkNewPage {
        shell: visit.shell(Section::Wfm),
        unit: form.unit.clone(),
        unit_name: chosen.map(|unit| unit.name.clone()).unwrap_or_default(),
        units: units
            .iter()
            .map(|unit| Choice { value: unit.id.to_string(), label: unit.name.clone() })
            .collect(),
        acd_id: form.acd_id.clone(),
        fields: form.way.fields(),
        refusal: None,
        trial: None,
    })
}
