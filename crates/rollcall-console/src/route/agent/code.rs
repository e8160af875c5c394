//! Unavailable codes: making and setting them, and giving them to teams.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::edit::{self, Edit};
use rollcall_domain::TeamId;
use rollcall_domain::structure::Team;
use rollcall_domain::unavailable_code::{CodeKind, CodeName, InvalidCode, UnavailableCode};
use serde::Deserialize;

use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::agent::code::{CodeRow, CodesPage, TeamCode, TeamCodesPage};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;

const PATH: &str = "/codes";

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    timeout: String,
    /// Present when the code is retired.
    retired: Option<String>,
}

/// A box that is ticked sends its name.
#[derive(Deserialize)]
pub(super) struct Ticked {
    #[serde(default)]
    seen: String,
    #[serde(flatten)]
    on: HashMap<String, String>,
}

pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let teams: Vec<Team> =
        console.app.teams(tenant).await?.into_iter().map(|staffed| staffed.team).collect();
    let codes = console.app.unavailable_codes(tenant).await?;
    let rows = codes
        .into_iter()
        .map(|code| CodeRow {
            teams: teams
                .iter()
                .filter(|team| has(team, &code))
                .map(|team| team.name.clone())
                .collect(),
            name: code.name.to_string(),
            is_for_work: code.kind == CodeKind::AfterContactWork,
            timeout_min: code.timeout_min,
            retired: code.retired,
        })
        .collect();
    Ok(Html(CodesPage { shell: visit.shell(Section::Codes), rows }.render()?))
}

pub(super) async fn create(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Wanted>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let name = form.name.trim().to_owned();
    let saved = match form.code() {
        Ok(code) => console.app.create_unavailable_code(tenant, actor, code).await,
        Err(error) => Err(error.into()),
    };
    answer(&name, saved)
}

pub(super) async fn change(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(form): OwnForm<Wanted>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let name = form.name.trim().to_owned();
    let saved = match form.code() {
        Ok(code) => console.app.change_unavailable_code(tenant, actor, code).await,
        Err(error) => Err(error.into()),
    };
    answer(&name, saved)
}

pub(super) async fn show_team(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let team = load(&console, &visit, &id).await?;
    Ok(Html(team_page(&console, &visit, team).await?.render()?))
}

async fn team_page(
    console: &Console,
    visit: &Visit,
    team: Team,
) -> Result<TeamCodesPage, ConsoleError> {
    let codes = console.app.unavailable_codes(visit.viewer.tenant).await?;
    let codes = codes
        .into_iter()
        .filter(|code| !code.retired || has(&team, code))
        .map(|code| TeamCode {
            has: has(&team, &code),
            hint: hint(&code),
            name: code.name.to_string(),
        })
        .collect();
    Ok(TeamCodesPage {
        shell: visit.shell(Section::Codes),
        id: team.id.to_string(),
        name: team.name,
        codes,
        seen: edit::mark(&team.unavailable_codes),
        overtaken: None,
    })
}

pub(super) async fn save_team(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Ticked>,
) -> Result<Response, ConsoleError> {
    let team = load(&console, &visit, &id).await?;
    let ticked = form.on.keys().filter_map(|name| name.strip_prefix("code."));
    let names: Vec<CodeName> = ticked.filter_map(|name| CodeName::parse(name).ok()).collect();
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let edit = Edit::of_form(names, &form.seen);
    match console.app.set_team_codes(tenant, actor, team.id, edit).await {
        Err(ChangeError::Overtaken) => {
            let team = load(&console, &visit, &id).await?;
            let mut page = team_page(&console, &visit, team).await?;
            for code in &mut page.codes {
                code.has = form.on.contains_key(&format!("code.{}", code.name));
            }
            page.overtaken = Some(format!("/teams/{}/codes", page.id));
            return Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response());
        }
        done => done?,
    }
    let done = format!("The codes of {} are saved.", team.name);
    Ok(Visit::back("/teams", &Notice::Done(done)))
}

impl Wanted {
    fn code(self) -> Result<UnavailableCode, InvalidCode> {
        Ok(UnavailableCode {
            name: CodeName::parse(&self.name)?,
            kind: CodeKind::from_name(&self.kind).unwrap_or(CodeKind::Unavailable),
            // What is no number is out of bounds, and refused as such.
            timeout_min: self.timeout.trim().parse().unwrap_or(0),
            retired: self.retired.is_some(),
        })
    }
}

fn answer(name: &str, saved: Result<(), ChangeError>) -> Result<Response, ConsoleError> {
    let notice = match saved {
        Ok(()) => Notice::Done(format!("{name} is saved.")),
        Err(ChangeError::Storage(error)) => return Err(ChangeError::Storage(error).into()),
        Err(refusal) => Notice::Refused(sentence(&refusal.to_string())),
    };
    Ok(Visit::back(PATH, &notice))
}

async fn load(console: &Console, visit: &Visit, id: &str) -> Result<Team, ConsoleError> {
    let id: TeamId = id.parse().map_err(|_| ConsoleError::Missing("team"))?;
    let teams = console.app.teams(visit.viewer.tenant).await?;
    let found = teams.into_iter().map(|staffed| staffed.team).find(|team| team.id == id);
    found.ok_or(ConsoleError::Missing("team"))
}

fn has(team: &Team, code: &UnavailableCode) -> bool {
    team.unavailable_codes.iter().any(|name| name == code.name.as_str())
}

fn hint(code: &UnavailableCode) -> String {
    let kind = match code.kind {
        CodeKind::Unavailable => "for being unavailable",
        CodeKind::AfterContactWork => "for work after a contact",
    };
    let retired = if code.retired { "; retired" } else { "" };
    format!("{kind}, {} minutes at the most{retired}", code.timeout_min)
}
