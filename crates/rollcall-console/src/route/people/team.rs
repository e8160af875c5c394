//! Teams: the list, one of them, making one and renaming one.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::team::{NewTeam, StaffedTeam, TeamDetail};
use rollcall_domain::TeamId;
use rollcall_domain::structure::{Team, WFM_ADVANCED};
use rollcall_domain::wfm::FieldSwitch;
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::choice::Choice;
use crate::view::count::Count;
use crate::view::people::removal::Removable;
use crate::view::people::team::{NewTeamPage, TeamPage, TeamRow, TeamsPage};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::number;
use crate::wording::people::upkeep as words;

#[derive(Default, Deserialize)]
pub(super) struct Wanted {
    name: String,
    #[serde(default)]
    business_unit: String,
    /// A box that is ticked sends its name; one that is not sends nothing.
    #[serde(default)]
    wfm: String,
}

#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
}

pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let units = console.app.business_units(tenant).await?;
    let unit = |staffed: &StaffedTeam| {
        let found = units.iter().find(|unit| unit.id == staffed.team.business_unit);
        found.map(|unit| unit.name.clone()).unwrap_or_default()
    };
    let teams = console.app.teams(tenant).await?;
    let rows = teams
        .iter()
        .map(|staffed| TeamRow {
            id: staffed.team.id.to_string(),
            name: staffed.team.name.clone(),
            business_unit: unit(staffed),
            features: staffed.team.features.clone(),
            active: Count::Exact(number(staffed.active)),
            in_wfm: is_sent(&staffed.team),
        })
        .collect();
    Ok(Html(TeamsPage { shell: visit.shell(Section::Teams), rows }.render()?))
}

pub(super) async fn new(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    form(&console, &visit, Wanted::default(), None).await
}

pub(super) async fn create(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(wanted): OwnForm<Wanted>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let missing = || ConsoleError::Missing("business unit");
    let business_unit = wanted.business_unit.parse().map_err(|_| missing())?;
    let units = console.app.business_units(tenant).await?;
    let unit = units.iter().find(|unit| unit.id == business_unit).ok_or_else(missing)?;
    let wfm = FieldSwitch::from_flag(!wanted.wfm.is_empty());
    let new = NewTeam { business_unit, name: wanted.name.clone(), wfm };
    match console.app.make_team(tenant, actor, new).await {
        Ok(made) => {
            let done = format!("The team {} is made. Nobody is in it yet.", made.name);
            Ok(Visit::back(&format!("/teams/{}", made.id), &Notice::Done(done)))
        }
        Err(error) => {
            let refusal = words::team_refusal(&error, &unit.name).ok_or(error)?;
            let page = form(&console, &visit, wanted, Some(refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.team(visit.viewer.tenant, parse(&id)?).await?;
    Ok(Html(page(&visit, &detail).render()?))
}

pub(super) async fn rename(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Named>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor, id) = (visit.viewer.tenant, visit.viewer.actor(), parse(&id)?);
    let detail = console.app.team(tenant, id).await?;
    match console.app.rename_team(tenant, actor, id, &form.name).await {
        Ok(()) => {
            let done = format!("The team is named {} now.", form.name.trim());
            Ok(Visit::back(&format!("/teams/{id}"), &Notice::Done(done)))
        }
        Err(error) => {
            let unit = &detail.business_unit.name;
            let refusal = words::team_refusal(&error, unit).ok_or(error)?;
            let page =
                TeamPage { typed: form.name, refusal: Some(refusal), ..page(&visit, &detail) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
        }
    }
}

pub(super) fn parse(id: &str) -> Result<TeamId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("team"))
}

pub(super) fn is_sent(team: &Team) -> bool {
    team.features.iter().any(|feature| feature == WFM_ADVANCED)
}

fn page(visit: &Visit, detail: &TeamDetail) -> TeamPage {
    TeamPage {
        shell: visit.shell(Section::Teams),
        id: detail.team.id.to_string(),
        name: detail.team.name.clone(),
        business_unit: detail.business_unit.name.clone(),
        active: number(detail.active),
        in_wfm: is_sent(&detail.team),
        codes: words::codes(detail),
        lock: detail.owner.as_ref().map(|owner| words::lock(owner, Removable::Team)),
        typed: detail.team.name.clone(),
        refusal: None,
    }
}

async fn form(
    console: &Console,
    visit: &Visit,
    wanted: Wanted,
    refusal: Option<String>,
) -> Result<Html<String>, ConsoleError> {
    let units = console.app.business_units(visit.viewer.tenant).await?;
    let page = NewTeamPage {
        shell: visit.shell(Section::Teams),
        units: units
            .into_iter()
            .map(|unit| Choice { value: unit.id.to_string(), label: unit.name })
            .collect(),
        unit: wanted.business_unit,
        in_wfm: !wanted.wfm.is_empty(),
        name: wanted.name,
        refusal,
    };
    Ok(Html(page.render()?))
}
