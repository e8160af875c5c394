//! The switch that hands a team's people to the WFM, after a look at what it does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::team::StaffedTeam;
use rollcall_domain::wfm::FieldSwitch;
use serde::Deserialize;

use super::team::{is_sent, parse};
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::people::team::SwitchPage;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::number;

#[derive(Deserialize)]
pub(super) struct Switch {
    to: String,
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
        in_wfm: is_sent(&staffed.team),
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
    let id = parse(id)?;
    let teams = console.app.teams(visit.viewer.tenant).await?;
    teams.into_iter().find(|staffed| staffed.team.id == id).ok_or(ConsoleError::Missing("team"))
}
