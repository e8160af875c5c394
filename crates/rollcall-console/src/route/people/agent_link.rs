//! The link by which a person chooses the password of their own page.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use secrecy::ExposeSecret;

use super::person_form::parse;
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::people::agent_link::AgentLinkPage;
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::standing;

/// Makes the link by which a person chooses the password of their own page, and shows it once.
pub(super) async fn make(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let detail = console.app.employee(tenant, parse(&id)?).await?;
    let employee = detail.employee.id;
    let link = match console.app.create_agent_link(tenant, actor, employee).await {
        Ok(link) => link,
        Err(ChangeError::NotNow(why)) => {
            let notice = Notice::Refused(sentence(&why));
            return Ok(Visit::back(&format!("/employees/{employee}"), &notice));
        }
        Err(other) => return Err(other.into()),
    };
    let page = AgentLinkPage {
        shell: visit.shell(Section::Employees),
        id: employee.to_string(),
        name: standing::full_name(&detail.employee),
        address: format!("{}/my-day/link/{}", visit.origin(&console), link.expose_secret()),
        sign_in: format!("{}/my-day/sign-in?at={tenant}", visit.origin(&console)),
    };
    Ok(Html(page.render()?).into_response())
}
