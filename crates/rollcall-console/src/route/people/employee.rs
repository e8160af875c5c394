//! One person's page, and what an administrator may change of them.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Response};
use jiff::Timestamp;
use rollcall_app::audit::AuditQuery;
use rollcall_app::employee::{Downstream as At, EmployeeDetail};
use rollcall_domain::authority::Attribute;
use rollcall_domain::source::Source;
use rollcall_domain::structure::{BusinessUnit, Team, WFM_ADVANCED};
use serde::Deserialize;

use super::person_form::{Chosen, parse, said};
use super::{at_acd, secondary_role};
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::calendar::CalendarAddress;
use crate::view::choice::Choice;
use crate::view::pager::Pager;
use crate::view::people::at_acd::AtAcd;
use crate::view::people::employee::{Downstream, Edit, EmployeePage, IdentityLink, Lock, Value};
use crate::view::shell::Section;
use crate::view::span::Span;
use crate::visit::Visit;
use crate::wording::name::Names;
use crate::wording::{audit as audit_words, number, standing};

/// Entries of history on one page.
const HISTORY: usize = 20;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    before: String,
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, ConsoleError> {
    let tenant = visit.viewer.tenant;
    let id = parse(&id)?;
    let detail = console.app.employee(tenant, id).await?;
    let query = AuditQuery {
        subject: id.to_string(),
        before: asked.before.parse().ok(),
        ..AuditQuery::default()
    };
    let is_newest = query.before.is_none();
    let history = console.app.audit(tenant, query, HISTORY).await?;
    let names = Names::default().with_actors(history.names).with_texts(history.places.into_iter());
    let older = history.entries.last().filter(|_| history.has_next);
    let pager = Pager {
        previous: (!is_newest).then(|| format!("/employees/{id}")),
        next: older.map(|last| format!("/employees/{id}?before={}", last.id)),
    };
    let entries = history.entries.iter().map(|entry| audit_words::entry(entry, &names)).collect();
    let units = console.app.business_units(tenant).await?;
    let page = page(&visit, &detail, &names, &units, console.app.now());
    let acd = at_acd::shown(&console, tenant, id).await?;
    let page = EmployeePage { history: entries, pager, acd, ..page };
    Ok(Html(match visit.part() {
        "facts" => page.as_facts().render()?,
        "acd" => page.as_acd().render()?,
        "downstream" => page.as_downstream().render()?,
        "values" => page.as_values().render()?,
        "history" => page.as_history().render()?,
        _ => page.render()?,
    }))
}

pub(super) async fn set_team(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Chosen>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let team = form.value.parse().map_err(|_| ConsoleError::Missing("team"))?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    said(console.app.set_team(tenant, actor, id, team).await, id, "The team is changed.")
}

pub(super) async fn set_role(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Chosen>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let role = form.value.parse().map_err(|_| ConsoleError::Missing("role"))?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    said(
        console.app.set_primary_role(tenant, actor, id, role).await,
        id,
        "The primary role is changed.",
    )
}

fn page(
    visit: &Visit,
    detail: &EmployeeDetail,
    names: &Names,
    units: &[BusinessUnit],
    now: Timestamp,
) -> EmployeePage {
    let employee = &detail.employee;
    let unit = units.iter().find(|unit| unit.id == employee.business_unit);
    let status_since =
        employee.origins.of(Attribute::Status).map_or(employee.created_at, |(_, at)| at);
    EmployeePage {
        shell: visit.shell(Section::Employees),
        id: employee.id.to_string(),
        name: standing::full_name(employee),
        username: employee.profile.user_name.as_str().to_owned(),
        agent_number: number(employee.agent_number.0),
        active: employee.status.is_active(),
        status_since: if employee.status.is_active() {
            employee.activated_at
        } else {
            status_since
        },
        business_unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        may_move: units.len() > 1,
        source: names.source(employee.managed_by),
        source_href: match employee.managed_by {
            Source::Local => None,
            Source::Scim(connection) => Some(format!("/connections/{connection}")),
        },
        acd: AtAcd::default(),
        calendar: detail.calendar.as_ref().map(CalendarAddress::of),
        heard: detail.heard.map(|(at, took_us)| (at, Span(number(took_us) / 1_000))),
        downstream: detail.downstream.iter().map(|at| downstream(at, detail, now)).collect(),
        values: Attribute::ALL.iter().map(|attribute| value(*attribute, detail, names)).collect(),
        secondary_roles: secondary_role::shown(detail, names),
        more_roles: secondary_role::more(detail),
        groups: named(&detail.groups, names),
        links: detail
            .links
            .iter()
            .map(|link| IdentityLink {
                source: names.source(link.source),
                external_id: link.external_id.clone().unwrap_or_default(),
                evidence: sentence(&link.evidence),
                since: link.linked_at,
                hidden_at: link.hidden_at,
                removed_at: removed_at(link.source, detail),
            })
            .collect(),
        history: Vec::new(),
        pager: Pager::default(),
    }
}

/// When the connection that speaks for a source was removed, if it was.
fn removed_at(source: Source, detail: &EmployeeDetail) -> Option<Timestamp> {
    let connection =
        detail.connections.iter().find(|connection| Source::Scim(connection.id) == source);
    connection.and_then(|connection| connection.removed_at)
}

/// Names, each with the name of its source.
fn named(all: &[(String, Source)], names: &Names) -> Vec<(String, String)> {
    all.iter().map(|(name, source)| (name.clone(), names.source(*source))).collect()
}

fn downstream(at: &At, detail: &EmployeeDetail, now: Timestamp) -> Downstream {
    let known = at.standing.as_ref().and_then(|standing| standing.known.as_ref());
    Downstream {
        // Somebody who moved between business units stands in the WFM of each.
        target: match detail.downstream.len() {
            1 => "WFM".to_owned(),
            _ => format!("WFM (acd {})", at.link.acd_id),
        },
        href: format!("/wfm/{}", at.link.id),
        standing: standing::of(at, detail, now),
        holds: known.map(|agent| standing::holds(agent, &at.link.units)).unwrap_or_default(),
        run_href: at
            .standing
            .as_ref()
            .map(|standing| format!("/wfm/{}/runs/{}", at.link.id, standing.run)),
    }
}

fn value(attribute: Attribute, detail: &EmployeeDetail, names: &Names) -> Value {
    let employee = &detail.employee;
    let profile = &employee.profile;
    let origin = employee.origins.of(attribute);
    let text = match attribute {
        Attribute::UserName => profile.user_name.as_str().to_owned(),
        Attribute::FirstName => profile.first_name.clone(),
        Attribute::LastName => profile.last_name.clone(),
        Attribute::Email => profile.email.clone(),
        Attribute::Status => {
            if employee.status.is_active() { "Active" } else { "Deactivated" }.to_owned()
        }
        Attribute::ExternalId => employee.external_id.clone().unwrap_or_default(),
        Attribute::Team => detail.team.name.clone(),
        Attribute::PrimaryRole => {
            detail.role.as_ref().map(|role| role.name.clone()).unwrap_or_default()
        }
        Attribute::DisplayName => employee.details.display_name.clone().unwrap_or_default(),
        Attribute::MiddleName => employee.details.middle_name.clone().unwrap_or_default(),
        Attribute::MobileNumber => employee.details.mobile_number.clone().unwrap_or_default(),
        Attribute::TimeZone => employee.details.time_zone.clone().unwrap_or_default(),
        Attribute::Type => employee.details.employee_type.clone().unwrap_or_default(),
        Attribute::LoginAuthenticator => {
            let id = employee.details.login_authenticator;
            id.map(|id| names.of_text(&id.to_string())).unwrap_or_default()
        }
    };
    Value {
        field: attribute.label().to_owned(),
        value: text,
        origin: origin.map_or_else(|| "–".to_owned(), |(source, _)| names.source(source)),
        since: origin.map(|(_, at)| at),
        lock: lock(attribute, employee.managed_by, names),
        edit: edit(attribute, detail),
    }
}

fn lock(attribute: Attribute, managed_by: Source, names: &Names) -> Option<Lock> {
    if managed_by == Source::Local || !attribute.is_managed() {
        return None;
    }
    let owner = names.source(managed_by);
    let reason = format!(
        "{owner} manages this person, so only {owner} may change this value. Change it there; it arrives here \
         within a second."
    );
    Some(Lock { owner, reason })
}

fn edit(attribute: Attribute, detail: &EmployeeDetail) -> Option<Edit> {
    let employee = &detail.employee;
    let choice = |value: String, label: &str| Choice { value, label: label.to_owned() };
    let (way, choices, chosen) = match attribute {
        Attribute::Team => {
            let choices = detail
                .teams
                .iter()
                .map(|team| choice(team.id.to_string(), &team_label(team)))
                .collect();
            ("team", choices, employee.team.to_string())
        }
        Attribute::PrimaryRole => {
            let choices =
                detail.roles.iter().map(|role| choice(role.id.to_string(), &role.name)).collect();
            ("role", choices, employee.primary_role.to_string())
        }
        _ => return None,
    };
    let choices: Vec<Choice> = choices;
    // One choice is none.
    (choices.len() > 1).then(|| Edit {
        action: format!("/employees/{}/{way}", employee.id),
        choices,
        chosen,
    })
}

/// Moving somebody to a team that is not sent takes them out of the WFM: the choice says so.
fn team_label(team: &Team) -> String {
    if team.features.iter().any(|feature| feature == WFM_ADVANCED) {
        team.name.clone()
    } else {
        format!("{} (not sent to the WFM)", team.name)
    }
}
