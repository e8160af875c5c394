//! The switch that hands a team's people to the WFM, after a look at what it does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::team::StaffedTeam;
use rollcall_app::wfm::WfmLink;
use rollcall_domain::wfm::FieldSwitch;
use serde::Deserialize;

use super::team::{is_sent, parse};
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::people::team::{SwitchPage, SwitchedWfm};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::{number, standing};

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
    let wfm = link_of(&console, &visit, &staffed).await?.map(|link| SwitchedWfm {
        when: standing::when_sent(&link),
        arrived_unit: link.units.arrived,
        departed_unit: link.units.departed,
    });
    let page = SwitchPage {
        wfm,
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
    let link = link_of(&console, &visit, &staffed).await?;
    let name = staffed.team.name;
    let switch = FieldSwitch::from_flag(form.to == "on");
    let done = match (switch, link) {
        (FieldSwitch::On, None) => format!(
            "The active people of {name} are to be sent; they go out once the business unit is linked to its WFM."
        ),
        (FieldSwitch::Off, None) => format!("The people of {name} are not to be sent."),
        (FieldSwitch::On, Some(link)) => {
            format!("The active people of {name} go to the WFM {}.", standing::when_sent(&link))
        }
        (FieldSwitch::Off, Some(link)) => format!(
            "The people of {name} move to mu {} {}.",
            link.units.departed,
            standing::when_sent(&link)
        ),
    };
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    console.app.set_wfm_advanced(tenant, actor, staffed.team.id, switch).await?;
    Ok(Visit::back("/teams", &Notice::Done(done)))
}

/// The link of the team's business unit.
async fn link_of(
    console: &Console,
    visit: &Visit,
    staffed: &StaffedTeam,
) -> Result<Option<WfmLink>, ConsoleError> {
    let links = console.app.links(visit.viewer.tenant).await?;
    let mut links = links.into_iter().map(|detail| detail.link);
    Ok(links.find(|link| link.business_unit == staffed.team.business_unit))
}

async fn load(console: &Console, visit: &Visit, id: &str) -> Result<StaffedTeam, ConsoleError> {
    let id = parse(id)?;
    let teams = console.app.teams(visit.viewer.tenant).await?;
    teams.into_iter().find(|staffed| staffed.team.id == id).ok_or(ConsoleError::Missing("team"))
}
