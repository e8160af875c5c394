//! Logging an agent out of the ACD, after a look at what that ends.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::ChangeError;
use rollcall_app::agent::{AgentRow, AgentState, present};
use rollcall_app::employee::EmployeeDetail;
use rollcall_domain::EmployeeId;

use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::agent::log_out::LogOutPage;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::{agent_state as words, standing};

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
