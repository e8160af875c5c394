//! Deactivating and reactivating a person who is managed here, after showing what happens downstream.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::employee::{Downstream, EmployeeDetail};
use rollcall_app::scim_connection::ConnectionDetail;
use rollcall_domain::employee::Status;
use rollcall_domain::source::Source;
use rollcall_domain::wfm::{ManagementUnit, belongs};
use serde::Deserialize;

use super::agents::at_acd;
use super::person_form::{parse, said};
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::shell::Section;
use crate::view::status::StatusPage;
use crate::visit::Visit;
use crate::wording::{number, standing};

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// `active` or `inactive`.
    #[serde(default)]
    to: String,
}

pub(super) async fn preview(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let (tenant, id) = (visit.viewer.tenant, parse(&id)?);
    let detail = console.app.employee(tenant, id).await?;
    let connections = console.app.connections(tenant).await?;
    let acd = at_acd(&console, tenant, id).await?;
    let page =
        StatusPage { at_work: acd.log_out_href.is_some(), ..page(&visit, &detail, &connections) };
    Ok(Html(page.render()?))
}

pub(super) async fn change(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Wanted { to }): OwnForm<Wanted>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (status, done) = match to.as_str() {
        "active" => (Status::Active, "Active again. The WFM is told within a second."),
        "inactive" => (Status::Inactive, "Deactivated. The WFM is told within a second."),
        _ => return Err(ConsoleError::Missing("status")),
    };
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    said(console.app.set_status(tenant, actor, id, status).await, id, done)
}

fn page(visit: &Visit, detail: &EmployeeDetail, connections: &[ConnectionDetail]) -> StatusPage {
    let employee = &detail.employee;
    let owner = match employee.managed_by {
        Source::Local => None,
        Source::Scim(id) => detail
            .connections
            .iter()
            .find(|connection| connection.id == id)
            .map(|connection| connection.name.clone()),
    };
    let is_there = |at: &&Downstream| {
        let known = at.standing.as_ref().and_then(|standing| standing.known.as_ref());
        known.is_some_and(|agent| agent.management_unit == ManagementUnit::Arrived)
    };
    let goes_there = |at: &&Downstream| {
        at.link.business_unit == employee.business_unit
            && belongs(Status::Active, &detail.team.features)
    };
    let place = |at: &Downstream, unit: &str| (at.link.acd_id.clone(), unit.to_owned());
    let there = detail.downstream.iter().filter(is_there);
    let keys = connections.iter().flat_map(|connection| &connection.keys);
    let keys =
        keys.filter(|owned| owned.key.employee == employee.id && owned.key.revoked_at.is_none());
    StatusPage {
        shell: visit.shell(Section::Employees),
        id: employee.id.to_string(),
        name: standing::full_name(employee),
        agent_number: number(employee.agent_number.0),
        active: employee.status.is_active(),
        owner,
        departs: there.map(|at| place(at, &at.link.units.departed)).collect(),
        arrives: detail
            .downstream
            .iter()
            .find(goes_there)
            .map(|at| place(at, &at.link.units.arrived)),
        at_work: false,
        calendar: detail.calendar.is_some(),
        keys: u64::try_from(keys.count()).unwrap_or(u64::MAX),
    }
}
