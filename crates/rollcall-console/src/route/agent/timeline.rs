//! A day of a person and of a team: what is scheduled, what they do, and where they are out of adherence.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use jiff::civil::Date;
use rollcall_app::adherence::TEAM_DAY_PEOPLE;
use rollcall_domain::{EmployeeId, TeamId};
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::view::agent::timeline::{PersonDayPage, TeamDayPage, TeamDayRow};
use crate::view::choice::Choice;
use crate::view::shell::Section;
use crate::view::timeline::looks;
use crate::visit::Visit;
use crate::wording::agent::timeline::{self as words, Picture};

/// Teams have fewer pages than this.
const PAGE_MAX: usize = 1_000;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    team: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    page: String,
}

impl Asked {
    /// What is no date is today.
    fn date(&self) -> Option<Date> {
        self.date.parse().ok()
    }
}

pub(super) async fn person(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let app = &console.app;
    let id: EmployeeId = id.parse().map_err(|_| ConsoleError::Missing("employee"))?;
    let told = app.adherence_day(visit.viewer.tenant, id, asked.date()).await?;
    let now = app.now();
    let rules = app.adherence_rules(visit.viewer.tenant).await?;
    let people = [told];
    let [told] = &people;
    let picture =
        Picture::of(&told.day, &people, rules, now).ok_or(ConsoleError::Missing("day"))?;
    let line = picture.line(&told.parts);
    let days = words::days(&told.day, now);
    let present = told.present.as_ref().filter(|_| days.is_today);
    let page = PersonDayPage {
        shell: visit.shell(Section::Adherence),
        id: told.employee.to_string(),
        name: told.name.clone(),
        present: present.map(|present| words::judged(present.verdict)),
        looks: looks(line.bars()),
        line,
        entries: picture.entries(&told.parts),
        says: words::says(&told.parts),
        axis: picture.axis,
        days,
    };
    Ok(Html(if visit.part() == "day" { page.as_day().render()? } else { page.render()? }))
}

pub(super) async fn team(
    State(console): State<Console>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let (app, tenant) = (&console.app, visit.viewer.tenant);
    let teams = app.teams(tenant).await?;
    let wanted: Option<TeamId> = asked.team.parse().ok();
    // Where none is named, the largest one.
    let known = teams.iter().find(|staffed| wanted == Some(staffed.team.id));
    let known = known.or_else(|| teams.iter().max_by_key(|staffed| staffed.active));
    let team = known.map(|staffed| staffed.team.id).ok_or(ConsoleError::Missing("team"))?;
    let page = asked.page.parse().unwrap_or(0).min(PAGE_MAX);
    let told = app.team_adherence_day(tenant, team, asked.date(), page).await?;
    let now = app.now();
    let rules = app.adherence_rules(tenant).await?;
    let picture = Picture::of(&told.day, &told.people, rules, now);
    let picture = picture.ok_or(ConsoleError::Missing("day"))?;
    let people = told.people.iter().map(|person| TeamDayRow {
        id: person.employee.to_string(),
        name: person.name.clone(),
        says: words::says(&person.parts),
        line: picture.line(&person.parts),
    });
    let people: Vec<TeamDayRow> = people.collect();
    let choice = |value: String, label: String| Choice { value, label };
    let page = TeamDayPage {
        shell: visit.shell(Section::Adherence),
        looks: looks(people.iter().flat_map(|person| person.line.bars())),
        people,
        team: team.to_string(),
        teams: teams
            .into_iter()
            .map(|staffed| choice(staffed.team.id.to_string(), staffed.team.name))
            .collect(),
        days: words::days(&told.day, now),
        axis: picture.axis,
        found: u64::try_from(told.found).unwrap_or(u64::MAX),
        has_next: (page + 1) * TEAM_DAY_PEOPLE < told.found,
        page: u64::try_from(page).unwrap_or(0),
    };
    Ok(Html(if visit.part() == "day" { page.as_day().render()? } else { page.render()? }))
}
