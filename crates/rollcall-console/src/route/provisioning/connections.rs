//! The list of SCIM connections, and making one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use rollcall_app::ChangeError;
use rollcall_app::roster::{COUNT_MAX, RosterQuery};
use rollcall_app::scim_connection::{ConnectionDetail, DIALECTS, NewConnection};
use rollcall_domain::TeamId;
use rollcall_domain::source::Source;
use rollcall_domain::structure::Team;
use serde::Deserialize;

use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::choice::Choice;
use crate::view::count::Count;
use crate::view::provisioning::connections::{ConnectionRow, ConnectionsPage, NewConnectionPage};
use crate::view::shell::Section;
use crate::visit::Visit;
use crate::wording::{health, name, number};

#[derive(Deserialize)]
pub(super) struct Chosen {
    name: String,
    dialect: String,
    team: String,
}

pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let now = console.app.now();
    let mut rows = Vec::new();
    for detail in console.app.connections(visit.viewer.tenant).await? {
        let live = detail.tokens.iter().filter(|token| token.is_live(now)).count();
        let fares = health::connection(&detail, now);
        rows.push(ConnectionRow {
            id: detail.connection.id.to_string(),
            people: people(&console, &visit, &detail).await?,
            name: detail.connection.name,
            dialect: name::dialect(&detail.connection.dialect).to_owned(),
            badge: fares.badge,
            live_tokens: u64::try_from(live).unwrap_or(u64::MAX),
            last_used: fares.at,
        });
    }
    let page = ConnectionsPage { shell: visit.shell(Section::Connections), rows };
    Ok(Html(if visit.part() == "list" { page.as_list().render()? } else { page.render()? }))
}

pub(super) async fn new(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let blank = Chosen { name: String::new(), dialect: "okta".to_owned(), team: String::new() };
    form(&console, &visit, blank, None).await
}

pub(super) async fn create(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(chosen): OwnForm<Chosen>,
) -> Result<Response, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let team: TeamId = chosen.team.parse().map_err(|_| ConsoleError::Missing("team"))?;
    let teams = console.app.teams(tenant).await?;
    let staffed = teams
        .iter()
        .find(|staffed| staffed.team.id == team)
        .ok_or(ConsoleError::Missing("team"))?;
    let new = NewConnection {
        name: chosen.name.clone(),
        dialect: chosen.dialect.clone(),
        business_unit: staffed.team.business_unit,
        team,
    };
    match console.app.create_connection(tenant, visit.viewer.actor(), new).await {
        Ok(made) => Ok(Redirect::to(&format!("/connections/{}", made.id)).into_response()),
        Err(ChangeError::Storage(error)) => Err(ChangeError::Storage(error).into()),
        Err(refusal) => {
            let page = form(&console, &visit, chosen, Some(sentence(&refusal.to_string()))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// How many people a connection manages.
pub(super) async fn people(
    console: &Console,
    visit: &Visit,
    detail: &ConnectionDetail,
) -> Result<Count, ConsoleError> {
    let managed_by = Source::Scim(detail.connection.id).to_string();
    let query = RosterQuery { managed_by, ..RosterQuery::default() };
    let found = console.app.roster(visit.viewer.tenant, query, 1).await?.found;
    Ok(if found > COUNT_MAX {
        Count::MoreThan(number(COUNT_MAX))
    } else {
        Count::Exact(number(found))
    })
}

async fn form(
    console: &Console,
    visit: &Visit,
    chosen: Chosen,
    refusal: Option<String>,
) -> Result<Html<String>, ConsoleError> {
    let teams = console.app.teams(visit.viewer.tenant).await?;
    let units = console.app.business_units(visit.viewer.tenant).await?;
    // Two units may each have a team of the same name.
    let label = |team: &Team| match units.iter().find(|unit| unit.id == team.business_unit) {
        Some(unit) if units.len() > 1 => format!("{}: {}", unit.name, team.name),
        _ => team.name.clone(),
    };
    let choices = teams
        .iter()
        .map(|staffed| Choice { value: staffed.team.id.to_string(), label: label(&staffed.team) })
        .collect();
    let page = NewConnectionPage {
        shell: visit.shell(Section::Connections),
        name: chosen.name,
        dialect: chosen.dialect,
        dialects: DIALECTS
            .map(|dialect| Choice {
                value: dialect.to_owned(),
                label: name::dialect(dialect).to_owned(),
            })
            .into(),
        team: chosen.team,
        teams: choices,
        refusal,
    };
    Ok(Html(page.render()?))
}
