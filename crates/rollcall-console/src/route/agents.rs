//! The wall of agents, and logging one of them out.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use rollcall_app::ChangeError;
use rollcall_app::agent::{AgentQuery, AgentRow, AgentState, Interval, ListedAgent, present};
use rollcall_app::employee::EmployeeDetail;
use rollcall_domain::{EmployeeId, TeamId, TenantId};
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::agents::{AgentCard, AgentGroup, AgentsPage, AtAcd, LogOutPage, PastState};
use crate::view::badge::Tone;
use crate::view::day::AgentLinkPage;
use crate::view::employees::Choice;
use crate::view::shell::{Notice, Section};
use crate::view::span::Span;
use crate::visit::Visit;
use crate::wording::{agent_state as words, number, standing};

/// As many people are on the wall at the most.
const SHOWN_MAX: usize = 1_000;

/// As far back a person's page looks.
const HISTORY: SignedDuration = SignedDuration::from_hours(24);

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

pub(super) async fn wall(
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

/// What would happen, before it does.
pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let (detail, row) = load(&console, &visit, &id).await?;
    let agent = present(&row, console.app.now());
    if agent.state == AgentState::LoggedOut {
        return Err(ConsoleError::Missing("agent session"));
    }
    let page = LogOutPage {
        shell: visit.shell(Section::Agents),
        id: detail.employee.id.to_string(),
        name: standing::full_name(&detail.employee),
        in_contact: matches!(agent.state, AgentState::Contact(..)),
        state: words::badge(&agent.state),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn log_out(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (detail, _) = load(&console, &visit, &id).await?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let employee = detail.employee.id;
    let notice = match console.app.log_out_agent(tenant, actor, employee).await {
        Ok(()) => Notice::Done(format!("{} is logged out.", standing::full_name(&detail.employee))),
        Err(ChangeError::Refused(refusal)) => Notice::Refused(sentence(&refusal.to_string())),
        Err(other) => return Err(ConsoleError::of_agent(other)),
    };
    Ok(Visit::back(&format!("/employees/{employee}"), &notice))
}

/// What a person does, for their page.
pub(super) async fn at_acd(
    console: &Console,
    tenant: TenantId,
    id: EmployeeId,
) -> Result<AtAcd, ConsoleError> {
    let (row, now) =
        (console.app.agent(tenant, id).await.map_err(ConsoleError::of_agent)?, console.app.now());
    let agent = present(&row, now);
    let window = (now.checked_sub(HISTORY).unwrap_or(now), Timestamp::MAX);
    let past = if agent.sequence > 1 {
        console.app.agent_history(tenant, id, window, None).await.map_err(ConsoleError::of_agent)?
    } else {
        Vec::new()
    };
    let logged_out = agent.state == AgentState::LoggedOut;
    Ok(AtAcd {
        state: words::badge(&agent.state),
        since: (agent.sequence > 0).then_some(agent.since),
        due: agent.due_at.map(|at| (at, words::at_timeout(&agent).to_owned())),
        next: agent.next().map(|state| words::word(&state)),
        log_out_href: (!logged_out).then(|| format!("/employees/{id}/log-out")),
        past: past.iter().map(past_state).collect(),
    })
}

pub(super) fn past_state(interval: &Interval) -> PastState {
    let ms = interval.ended_at.duration_since(interval.began_at).as_millis();
    PastState {
        state: words::badge(&interval.state),
        began_at: interval.began_at,
        lasted: Span(u64::try_from(ms).unwrap_or(0)),
    }
}

/// Makes the link by which a person chooses the password of their own page, and shows it once.
pub(super) async fn make_link(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (detail, _) = load(&console, &visit, &id).await?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let employee = detail.employee.id;
    let link = match console.app.create_agent_link(tenant, actor, employee).await {
        Ok(link) => link,
        Err(ChangeError::NotNow(why)) => {
            let notice = Notice::Refused(sentence(&why));
            return Ok(Visit::back(&format!("/employees/{employee}"), &notice));
        }
        Err(other) => return Err(other.into()),
    };
    let host = match &console.settings.public_url {
        Some(url) => url.clone(),
        None => format!("http://{}", visit.host),
    };
    let page = AgentLinkPage {
        shell: visit.shell(Section::Employees),
        id: employee.to_string(),
        name: standing::full_name(&detail.employee),
        address: format!("{host}/my-day/link/{}", link.expose_secret()),
    };
    Ok(Html(page.render()?).into_response())
}

async fn load(
    console: &Console,
    visit: &Visit,
    id: &str,
) -> Result<(EmployeeDetail, AgentRow), ConsoleError> {
    let id: EmployeeId = id.parse().map_err(|_| ConsoleError::Missing("employee"))?;
    let tenant = visit.viewer.tenant;
    Ok((
        console.app.employee(tenant, id).await?,
        console.app.agent(tenant, id).await.map_err(ConsoleError::of_agent)?,
    ))
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
