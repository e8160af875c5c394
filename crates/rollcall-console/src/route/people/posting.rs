//! Moving a person to another business unit, after showing what happens downstream.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use rollcall_app::ChangeError;
use rollcall_app::employee::{Place, Posting};
use serde::Deserialize;

use super::person_form::parse;
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::choice::Choice;
use crate::view::people::posting::{Chosen, MovePage};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::{number, standing};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    team: String,
}

#[derive(Deserialize)]
pub(super) struct Move {
    team: String,
}

/// Where the person could move, and what one choice would do.
pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let id = parse(&id)?;
    let posting = console.app.posting(visit.viewer.tenant, id).await?;
    Ok(Html(page(&visit, &posting, &asked.team).render()?))
}

pub(super) async fn move_there(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Move>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let team = form.team.parse().map_err(|_| ConsoleError::Missing("team"))?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let notice = match console.app.move_employee(tenant, actor, id, team).await {
        Ok(()) => Notice::Done("Moved. Below stands what the WFMs know of it.".to_owned()),
        Err(ChangeError::Storage(error)) => return Err(ChangeError::Storage(error).into()),
        Err(ChangeError::NotFound(what)) => return Err(ConsoleError::Missing(what)),
        Err(refusal) => Notice::Refused(sentence(&refusal.to_string())),
    };
    Ok(Visit::back(&format!("/employees/{id}"), &notice))
}

fn page(visit: &Visit, posting: &Posting, team: &str) -> MovePage {
    let employee = &posting.employee;
    let wfm = |place: &Place| place.arrives.as_ref().map(|link| link.acd_id.clone());
    MovePage {
        shell: visit.shell(Section::Employees),
        id: employee.id.to_string(),
        name: standing::full_name(employee),
        agent_number: number(employee.agent_number.0),
        business_unit: posting.unit.name.clone(),
        departs: posting
            .departs
            .as_ref()
            .map(|link| (link.acd_id.clone(), link.units.departed.clone())),
        choices: posting
            .places
            .iter()
            .map(|place| Choice {
                value: place.team.id.to_string(),
                label: format!("{}: {}", place.unit.name, place.team.name),
            })
            .collect(),
        chosen: posting.places.iter().find(|place| place.team.id.to_string() == team).map(
            |place| Chosen {
                team_id: place.team.id.to_string(),
                team: place.team.name.clone(),
                business_unit: place.unit.name.clone(),
                number: place.number.map(|it| number(it.0)),
                arrives: wfm(place).map(|acd| {
                    let unit = place.arrives.as_ref().map(|link| link.units.arrived.clone());
                    (acd, unit.unwrap_or_default())
                }),
            },
        ),
    }
}
