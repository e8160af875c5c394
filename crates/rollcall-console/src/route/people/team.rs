//! Teams, and the switch that hands a team's people to the WFM.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::team::StaffedTeam;
use rollcall_domain::TeamId;
use rollcall_domain::structure::WFM_ADVANCED;
use rollcall_domain::wfm::FieldSwitch;
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::count::Count;
use crate::view::people::team::{SwitchPage, TeamRow, TeamsPage};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::number;

#[derive(Deserialize)]
pub(super) struct Switch {
    to: String,
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
            in_wfm: is_sent(staffed),
        })
        .collect();
    Ok(Html(TeamsPage { shell: visit.shell(Section::Teams), rows }.render()?))
}

/// What switching would do, before it is done.
pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let staffed = load(&console, &visit, &id).await?;
    let page = SwitchPage {
        shell: visit.shell(Section::Teams),
        id,
        in_wfm: is_sent(&staffed),
        active: number(staffed.active),
        name: staffed.team.name,
    };
    Ok(Html(page.render()?))
}

pub(super) async fn switch(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Switch>,
) -> Result<Response, ConsoleError> {
    let staffed = load(&console, &visit, &id).await?;
    let name = staffed.team.name;
    let (switch, done) = if form.to == "on" {
        (FieldSwitch::On, format!("The active people of {name} are on their way to the WFM."))
    } else {
        (FieldSwitch::Off, format!("The people of {name} are on their way to mu 2."))
    };
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.set_wfm_advanced(tenant, actor, staffed.team.id, switch).await?;
    Ok(Visit::back("/teams", &Notice::Done(done)))
}

async fn load(console: &Console, visit: &Visit, id: &str) -> Result<StaffedTeam, ConsoleError> {
    let id: TeamId = id.parse().map_err(|_| ConsoleError::Missing("team"))?;
    let teams = console.app.teams(visit.viewer.tenant).await?;
    teams.into_iter().find(|staffed| staffed.team.id == id).ok_or(ConsoleError::Missing("team"))
}

fn is_sent(staffed: &StaffedTeam) -> bool {
    staffed.team.features.iter().any(|feature| feature == WFM_ADVANCED)
}
