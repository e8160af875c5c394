//! Making a person here, changing their values, and switching them off and on.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::employee::{EmployeeDetail, NewEmployee};
use rollcall_domain::authority::Attribute;
use rollcall_domain::employee::Status;
use rollcall_domain::source::Source;
use serde::Deserialize;

use super::person_form::parse;
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::OwnForm;
use crate::view::choice::Choice;
use crate::view::people::person::{ChosenField, PersonFormPage, PersonStatusPage, Told};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::people::person::Typed;
use crate::wording::{number, standing};

#[derive(Deserialize)]
pub(super) struct Switched {
    to: String,
}

/// The form for somebody new.
pub(super) async fn new(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    Ok(Html(new_page(&console, &visit, Typed::default(), None).await?.render()?))
}

pub(super) async fn create(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(typed): OwnForm<Typed>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let new = NewEmployee {
        profile: typed.profile(),
        team: typed.team.parse().map_err(|_| ConsoleError::Missing("team"))?,
        primary_role: typed.primary_role.parse().map_err(|_| ConsoleError::Missing("role"))?,
    };
    match console.app.make_employee(tenant, actor, new).await {
        Ok(id) => {
            let done = Notice::Done("The employee is made.".to_owned());
            Ok(Visit::back(&format!("/employees/{id}"), &done))
        }
        Err(error) => {
            let page = new_page(&console, &visit, typed, Some(refusal(error)?)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
        }
    }
}

/// The form for the values of somebody who is here.
pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.employee(visit.viewer.tenant, parse(&id)?).await?;
    let typed = Typed::of(&detail.employee);
    Ok(Html(values_page(&console, &visit, &detail, typed, None).await?.render()?))
}

pub(super) async fn save(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(typed): OwnForm<Typed>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor, id) = (visit.viewer.tenant, visit.viewer.actor(), parse(&id)?);
    let detail = console.app.employee(tenant, id).await?;
    let draft = typed.draft(detail.employee.managed_by);
    let version = typed.version.parse().unwrap_or(0);
    match console.app.write_employee(tenant, actor, (id, version), draft).await {
        Ok(()) => {
            let done = Notice::Done("Saved.".to_owned());
            Ok(Visit::back(&format!("/employees/{id}"), &done))
        }
        Err(error) => {
            let why = Some(refusal(error)?);
            let page = values_page(&console, &visit, &detail, typed, why).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
        }
    }
}

/// What switching the person off or on would do.
pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.employee(visit.viewer.tenant, parse(&id)?).await?;
    let employee = &detail.employee;
    let active = employee.status.is_active();
    let page = PersonStatusPage {
        shell: visit.shell(Section::Employees),
        id: employee.id.to_string(),
        name: standing::full_name(employee),
        active,
        owner: owner(&detail),
        agent_number: number(employee.agent_number.0),
        calendar: detail.calendar.is_some(),
        told: told(&detail, active),
    };
    Ok(Html(page.render()?))
}

pub(super) async fn switch(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Switched>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor, id) = (visit.viewer.tenant, visit.viewer.actor(), parse(&id)?);
    let status = Status::from_active(form.to == "active");
    let notice = match console.app.set_status(tenant, actor, id, status).await {
        Ok(()) if status.is_active() => Notice::Done("The person is active again.".to_owned()),
        Ok(()) => Notice::Done("The person is deactivated.".to_owned()),
        Err(error) => Notice::Refused(refusal(error)?),
    };
    Ok(Visit::back(&format!("/employees/{id}"), &notice))
}

/// The WFMs that would move the person.
fn told(detail: &EmployeeDetail, active: bool) -> Vec<Told> {
    let team_is_sent = rollcall_domain::wfm::belongs(Status::Active, &detail.team.features);
    let unit = detail.employee.business_unit;
    let links = detail.downstream.iter().map(|at| &at.link);
    let here = links.filter(|link| link.business_unit == unit && team_is_sent);
    here.map(|link| {
        let units = &link.units;
        Told {
            acd_id: link.acd_id.clone(),
            unit: if active { &units.departed } else { &units.arrived }.clone(),
            when: standing::when_sent(link),
        }
    })
    .collect()
}

async fn new_page(
    console: &Console,
    visit: &Visit,
    mut typed: Typed,
    refusal: Option<String>,
) -> Result<PersonFormPage, ConsoleError> {
    let account = console.app.account(visit.viewer.tenant).await?;
    let teams = console.app.teams(visit.viewer.tenant).await?;
    let units = console.app.business_units(visit.viewer.tenant).await?;
    let unit_of = |id| units.iter().find(|unit| unit.id == id && units.len() > 1);
    let choice = |value: String, label: String| Choice { value, label };
    let teams = teams.into_iter().map(|staffed| {
        let team = staffed.team;
        let unit = unit_of(team.business_unit).map(|unit| format!(" ({})", unit.name));
        choice(team.id.to_string(), format!("{}{}", team.name, unit.unwrap_or_default()))
    });
    let usual = account
        .roles
        .iter()
        .find(|role| role.name.eq_ignore_ascii_case(&account.tenant.default_role));
    if typed.primary_role.is_empty() {
        typed.primary_role = usual.map(|role| role.id.to_string()).unwrap_or_default();
    }
    let roles = account.roles.iter().map(|role| choice(role.id.to_string(), role.name.clone()));
    let chosen = vec![
        ChosenField {
            name: "team",
            label: "Team",
            choices: teams.collect(),
            value: typed.team.clone(),
        },
        ChosenField {
            name: "primary_role",
            label: "Primary role",
            choices: roles.collect(),
            value: typed.primary_role.clone(),
        },
    ];
    Ok(PersonFormPage {
        shell: visit.shell(Section::Employees),
        person: None,
        version: String::new(),
        owner: None,
        refusal,
        fields: typed.profile_fields(),
        chosen,
    })
}

async fn values_page(
    console: &Console,
    visit: &Visit,
    detail: &EmployeeDetail,
    typed: Typed,
    refusal: Option<String>,
) -> Result<PersonFormPage, ConsoleError> {
    let employee = &detail.employee;
    let owner = owner(detail);
    let taken = console.app.account(visit.viewer.tenant).await?.tenant.settings.optional_attributes;
    let hint = |attribute: Attribute| match &owner {
        Some(owner) if taken.contains(attribute) => {
            format!("{owner} may send it too: what it states at its next change counts.")
        }
        _ => String::new(),
    };
    let mut fields = if owner.is_none() { typed.profile_fields() } else { Vec::new() };
    fields.extend(typed.detail_fields(hint));
    let usual = Choice { value: String::new(), label: "The tenant's usual way".to_owned() };
    let known = detail.login_authenticators.iter();
    let authenticators =
        known.map(|one| Choice { value: one.id.to_string(), label: one.name.clone() });
    Ok(PersonFormPage {
        shell: visit.shell(Section::Employees),
        person: Some((employee.id.to_string(), standing::full_name(employee))),
        version: typed.version.clone(),
        owner,
        refusal,
        fields,
        chosen: vec![ChosenField {
            name: "login_authenticator",
            label: Attribute::LoginAuthenticator.label(),
            choices: std::iter::once(usual).chain(authenticators).collect(),
            value: typed.login_authenticator,
        }],
    })
}

/// The identity provider that manages the person.
fn owner(detail: &EmployeeDetail) -> Option<String> {
    match detail.employee.managed_by {
        Source::Local => None,
        Source::Scim(id) => {
            let found = detail.connections.iter().find(|connection| connection.id == id);
            Some(found.map_or_else(|| "Its identity provider".to_owned(), |one| one.name.clone()))
        }
    }
}

/// What to say of a refusal; what is no refusal is handed on.
fn refusal(error: ChangeError) -> Result<String, ConsoleError> {
    match error {
        ChangeError::Storage(error) => Err(ChangeError::Storage(error).into()),
        ChangeError::Outdated { .. } => Ok(OUTDATED.to_owned()),
        other => Ok(sentence(&other.to_string())),
    }
}

const OUTDATED: &str = "Somebody else changed this person meanwhile, so nothing was saved. Go back, look at the values as they are now, and change them again.";
