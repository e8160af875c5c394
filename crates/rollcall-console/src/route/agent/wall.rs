//! The wall: who does what at the ACD now.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use rollcall_app::agent::{AgentQuery, ListedAgent};
use rollcall_domain::TeamId;
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::view::agent::wall::{AgentCard, AgentGroup, AgentsPage};
use crate::view::badge::Tone;
use crate::view::choice::Choice;
use crate::view::shell::Section;
use crate::visit::Visit;
use crate::wording::{agent_state as words, number};

/// As many people are on the wall at the most.
const SHOWN_MAX: usize = 1_000;

/// The groups of the wall in their order: id, name, tone.
const GROUPS: [(&str, &str, Tone); 4] = [
    ("free", "Free now", Tone::Ok),
    ("contact", "In contact", Tone::Waiting),
    ("work", "After contact", Tone::Attention),
    ("away", "Unavailable", Tone::Neutral),
];

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    team: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let team: Option<TeamId> = asked.team.parse().ok();
    let query = AgentQuery { team, ..AgentQuery::default() };
    let people =
        console.app.agents(tenant, query, SHOWN_MAX).await.map_err(ConsoleError::of_agent)?;
    let tally = console.app.agent_tally(tenant, team).await.map_err(ConsoleError::of_agent)?;
    let teams = console.app.teams(tenant).await?.into_iter().map(|staffed| staffed.team);
    let groups: Vec<AgentGroup> =
        GROUPS.iter().map(|group| fill(*group, &people, &tally)).collect();
    let counted: u64 = groups.iter().map(|group| group.count).sum();
    let shown: usize = groups.iter().map(|group| group.people.len()).sum();
    let page = AgentsPage {
        shell: visit.shell(Section::Agents),
        team: team.map(|team| team.to_string()).unwrap_or_default(),
        teams: teams.map(|team| Choice { value: team.id.to_string(), label: team.name }).collect(),
        groups,
        logged_out: count(&tally, "loggedOut"),
        hidden: counted.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX)),
    };
    Ok(Html(if visit.part() == "wall" { page.as_wall().render()? } else { page.render()? }))
}

fn fill(
    (id, name, tone): (&'static str, &'static str, Tone),
    people: &[ListedAgent],
    tally: &[(String, i64)],
) -> AgentGroup {
    let mut cards: Vec<AgentCard> =
        people.iter().filter(|person| group(person.agent.state.name()) == id).map(card).collect();
    cards.sort_by_key(|card| card.since);
    let states = tally.iter().filter(|(state, _)| group(state) == id);
    let count = number(states.map(|(_, count)| count).sum());
    // Somebody may have changed between the counting and the listing.
    let count = count.max(u64::try_from(cards.len()).unwrap_or(u64::MAX));
    AgentGroup { id, name, tone, count, people: cards }
}

fn group(state: &str) -> &'static str {
    match state {
        "available" => "free",
        "unavailable" => "away",
        "afterContactWork" => "work",
        "loggedOut" => "out",
        _ => "contact",
    }
}

fn count(tally: &[(String, i64)], state: &str) -> u64 {
    number(tally.iter().filter(|(name, _)| name == state).map(|(_, count)| count).sum())
}

fn card(person: &ListedAgent) -> AgentCard {
    let (first, last) = &person.name;
    AgentCard {
        id: person.employee.to_string(),
        sequence: person.agent.sequence,
        name: format!("{first} {last}"),
        state: words::badge(&person.agent.state),
        since: person.agent.since,
    }
}
