//! Removing a team or a role: what would happen or what is in the way, and then the thing itself.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::ChangeError;
use rollcall_app::hindrance::Hindrance;

use super::{role, team};
use crate::console::Console;
use crate::error::{ConsoleError, sentence};
use crate::form::{Nothing, OwnForm};
use crate::view::people::removal::{Removable, RemovalPage};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::people::upkeep as words;

pub(super) async fn preview_team(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.team(visit.viewer.tenant, team::parse(&id)?).await?;
    page(&visit, Removable::Team, (id, detail.team.name), &detail.hindrances)
}

pub(super) async fn remove_team(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    said(console.app.remove_team(tenant, actor, team::parse(&id)?).await, Removable::Team, &id)
}

pub(super) async fn preview_role(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.role(visit.viewer.tenant, role::parse(&id)?).await?;
    page(&visit, Removable::Role, (id, detail.role.name), &detail.hindrances)
}

pub(super) async fn remove_role(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    said(console.app.remove_role(tenant, actor, role::parse(&id)?).await, Removable::Role, &id)
}

fn page(
    visit: &Visit,
    kind: Removable,
    (id, name): (String, String),
    hindrances: &[Hindrance],
) -> Result<Html<String>, ConsoleError> {
    let section = match kind {
        Removable::Team => Section::Teams,
        Removable::Role => Section::Roles,
    };
    let rows = hindrances.iter().map(|found| words::hindrance(found, (kind, &id))).collect();
    let page = RemovalPage { shell: visit.shell(section), kind, id, name, hindrances: rows };
    Ok(Html(page.render()?))
}

/// On the list with a receipt, or back on the page that says what is in the way.
fn said(
    outcome: Result<(), ChangeError>,
    kind: Removable,
    id: &str,
) -> Result<Response, ConsoleError> {
    match outcome {
        Ok(()) => {
            let done = format!("The {} is removed.", kind.word());
            Ok(Visit::back(kind.path(), &Notice::Done(done)))
        }
        Err(ChangeError::NotNow(why)) => {
            let href = format!("{}/{id}/remove", kind.path());
            Ok(Visit::back(&href, &Notice::Refused(sentence(&why))))
        }
        Err(other) => Err(other.into()),
    }
}
