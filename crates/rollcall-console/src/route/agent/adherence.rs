//! Who is out of adherence, live.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use rollcall_app::adherence::{AdherenceQuery, ListedPresent, MappedStatus, Verdict};
use rollcall_domain::{BusinessUnitId, TeamId};
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::view::agent::adherence::{AdherencePage, OutRow};
use crate::view::choice::Choice;
use crate::view::shell::Section;
use crate::visit::Visit;
use crate::wording::agent::adherence as words;
use crate::wording::number;

/// As many people are shown at the most.
const SHOWN_MAX: usize = 500;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    team: String,
    #[serde(default)]
    unit: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let (app, tenant) = (&console.app, visit.viewer.tenant);
    let team: Option<TeamId> = asked.team.parse().ok();
    let business_unit: Option<BusinessUnitId> = asked.unit.parse().ok();
    let query = AdherenceQuery { team, business_unit };
    let out = app.out_of_adherence(tenant, query, SHOWN_MAX).await?;
    let tally = app.adherence_tally(tenant, query).await?;
    let mapping = app.status_mapping(tenant).await?;
    let teams: Vec<_> = app.teams(tenant).await?.into_iter().map(|staffed| staffed.team).collect();
    let names: HashMap<TeamId, &str> = teams.iter().map(|team| (team.id, &*team.name)).collect();
    let (absent, there): (Vec<_>, Vec<_>) = out.iter().partition(|person| person.absent);
    let listed = |people: Vec<&ListedPresent>| -> Vec<OutRow> {
        people.into_iter().filter_map(|person| row(person, &names)).collect()
    };
    let (rows, absent) = (listed(there), listed(absent));
    let count = |wanted: fn(Verdict) -> bool| {
        number(tally.iter().filter(|(verdict, _)| wanted(*verdict)).map(|(_, count)| count).sum())
    };
    // Somebody may have changed between the counting and the listing.
    let shown = u64::try_from(rows.len() + absent.len()).unwrap_or(u64::MAX);
    let unmapped = mapping.statuses.iter().filter(|status| MappedStatus::is_unmapped(status));
    let choice = |value: String, label: String| Choice { value, label };
    let units = app.business_units(tenant).await?.into_iter();
    let page = AdherencePage {
        shell: visit.shell(Section::Adherence),
        team: team.map(|team| team.to_string()).unwrap_or_default(),
        unit: business_unit.map(|unit| unit.to_string()).unwrap_or_default(),
        units: units.map(|unit| choice(unit.id.to_string(), unit.name)).collect(),
        inside: count(|verdict| verdict == Verdict::In),
        outside: count(|verdict| verdict != Verdict::In).max(shown),
        unmapped: u64::try_from(unmapped.count()).unwrap_or(u64::MAX),
        rows,
        absent,
        teams: teams.into_iter().map(|team| choice(team.id.to_string(), team.name)).collect(),
    };
    Ok(Html(if visit.part() == "people" { page.as_people().render()? } else { page.render()? }))
}

fn row(person: &ListedPresent, teams: &HashMap<TeamId, &str>) -> Option<OutRow> {
    let (first, last) = &person.name;
    let present = &person.present;
    Some(OutRow {
        id: person.employee.to_string(),
        name: format!("{first} {last}"),
        team: teams.get(&person.team).copied().unwrap_or_default().to_owned(),
        reason: words::reason(present.verdict.reason()?),
        out_since: present.out_since.unwrap_or(present.began_at),
        scheduled: present.scheduled.as_ref().map(ToString::to_string),
        actual: words::status(&present.status),
        since: present.began_at,
    })
}
