//! Roles: the list with the switches of what each permits, one of them, making one and renaming one.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rollcall_app::ChangeError;
use rollcall_app::edit::{self, Edit};
use rollcall_app::permission::PermittedRole;
use rollcall_app::role::RoleDetail;
use rollcall_domain::RoleId;
use rollcall_domain::permission::Permission;
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::people::removal::Removable;
use crate::view::people::role::{
    NewRolePage, PermissionSwitch as Shown, RolePage, RoleRow, RolesPage,
};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::number;
use crate::wording::people::upkeep as words;

const PATH: &str = "/roles";

/// A switch that is on sends its name; one that is off sends nothing.
#[derive(Deserialize)]
pub(super) struct Switched {
    #[serde(default)]
    seen: String,
    #[serde(flatten)]
    on: HashMap<String, String>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
) -> Result<Html<String>, ConsoleError> {
    let roles = console.app.permitted_roles(visit.viewer.tenant).await?;
    let page =
        RolesPage { shell: visit.shell(Section::Roles), rows: roles.iter().map(row).collect() };
    Ok(Html(page.render()?))
}

pub(super) async fn save(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Switched>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let on = |permission: &Permission| form.on.contains_key(key(*permission));
    let wanted: Vec<Permission> = Permission::ALL.into_iter().filter(on).collect();
    let edit = Edit::of_form(wanted, &form.seen);
    match console.app.set_permissions(tenant, actor, id, edit).await {
        Err(ChangeError::Overtaken) => {
            let roles = console.app.permitted_roles(tenant).await?;
            let mut rows: Vec<RoleRow> = roles.iter().map(row).collect();
            for row in rows.iter_mut().filter(|row| row.id == id.to_string()) {
                row.overtaken = true;
                for one in &mut row.permissions {
                    one.is_on = form.on.contains_key(one.key);
                }
            }
            let page = RolesPage { shell: visit.shell(Section::Roles), rows };
            return Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response());
        }
        done => done?,
    }
    let roles = console.app.permitted_roles(tenant).await?;
    let role = roles.into_iter().find(|one| one.role.id == id).map(|one| one.role.name);
    let name = role.ok_or(ConsoleError::Missing("role"))?;
    Ok(Visit::back(PATH, &Notice::Done(format!("What {name} permits is saved."))))
}

pub(super) async fn new(
    State(console): State<Console>,
    visit: Visit,
    Query(named): Query<Named>,
) -> Result<Html<String>, ConsoleError> {
    form(&console, &visit, named.name, None).await
}

pub(super) async fn create(
    State(console): State<Console>,
    visit: Visit,
    OwnForm(named): OwnForm<Named>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let account = console.app.account(tenant).await?;
    match console.app.create_role(tenant, actor, &named.name).await {
        Ok(made) => {
            let again = !account.has_default_role && account.tenant.default_role == made.name;
            let then = if again {
                "Identity providers can make people again."
            } else {
                "It permits nothing yet."
            };
            let done = format!("The role {} is made. {then}", made.name);
            Ok(Visit::back(PATH, &Notice::Done(done)))
        }
        Err(error) => {
            let refusal = words::role_refusal(&error).ok_or(error)?;
            let page = form(&console, &visit, named.name, Some(refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, ConsoleError> {
    let detail = console.app.role(visit.viewer.tenant, parse(&id)?).await?;
    Ok(Html(page(&visit, &detail).render()?))
}

pub(super) async fn rename(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Named>,
) -> Result<Response, ConsoleError> {
    let (tenant, actor, id) = (visit.viewer.tenant, visit.viewer.actor(), parse(&id)?);
    let detail = console.app.role(tenant, id).await?;
    match console.app.rename_role(tenant, actor, id, &form.name).await {
        Ok(()) => {
            let done = format!("The role is named {} now.", form.name.trim());
            Ok(Visit::back(&format!("{PATH}/{id}"), &Notice::Done(done)))
        }
        Err(error) => {
            let refusal = words::role_refusal(&error).ok_or(error)?;
            let page =
                RolePage { typed: form.name, refusal: Some(refusal), ..page(&visit, &detail) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
        }
    }
}

pub(super) fn parse(id: &str) -> Result<RoleId, ConsoleError> {
    id.parse().map_err(|_| ConsoleError::Missing("role"))
}

fn page(visit: &Visit, detail: &RoleDetail) -> RolePage {
    RolePage {
        shell: visit.shell(Section::Roles),
        id: detail.role.id.to_string(),
        name: detail.role.name.clone(),
        people: number(detail.people),
        is_default: detail.is_default,
        lock: detail.owner.as_ref().map(|owner| words::lock(owner, Removable::Role)),
        typed: detail.role.name.clone(),
        refusal: None,
    }
}

async fn form(
    console: &Console,
    visit: &Visit,
    name: String,
    refusal: Option<String>,
) -> Result<Html<String>, ConsoleError> {
    let account = console.app.account(visit.viewer.tenant).await?;
    let page = NewRolePage {
        shell: visit.shell(Section::Roles),
        name,
        missing: (!account.has_default_role).then_some(account.tenant.default_role),
        refusal,
    };
    Ok(Html(page.render()?))
}

fn row(role: &PermittedRole) -> RoleRow {
    let shown = |permission: Permission| Shown {
        key: key(permission),
        name: permission.name(),
        is_on: role.permissions.contains(&permission),
    };
    RoleRow {
        id: role.role.id.to_string(),
        name: role.role.name.clone(),
        people: number(role.people),
        permissions: Permission::ALL.map(shown).to_vec(),
        seen: edit::mark(&role.permissions),
        overtaken: false,
    }
}

fn key(permission: Permission) -> &'static str {
    match permission {
        Permission::AgentSchedule => "agentSchedule",
        Permission::PersonalSchedule => "personalSchedule",
    }
}
