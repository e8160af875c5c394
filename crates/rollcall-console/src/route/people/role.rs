//! Roles, and the switches of what each permits.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use rollcall_app::permission::{PermissionSwitch, PermittedRole};
use rollcall_domain::RoleId;
use rollcall_domain::permission::Permission;
use serde::Deserialize;

use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::OwnForm;
use crate::view::people::role::{PermissionSwitch as Shown, RoleRow, RolesPage};
use crate::view::shell::{Notice, Section};
use crate::visit::Visit;
use crate::wording::number;

const PATH: &str = "/roles";

/// A switch that is on sends its name; one that is off sends nothing.
#[derive(Deserialize)]
pub(super) struct Switched {
    #[serde(flatten)]
    on: HashMap<String, String>,
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
    let id: RoleId = id.parse().map_err(|_| ConsoleError::Missing("role"))?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    for permission in Permission::ALL {
        let switch = if form.on.contains_key(key(permission)) {
            PermissionSwitch::Permit
        } else {
            PermissionSwitch::Forbid
        };
        console.app.set_permission(tenant, actor, id, (permission, switch)).await?;
    }
    let roles = console.app.permitted_roles(tenant).await?;
    let role = roles.into_iter().find(|one| one.role.id == id).map(|one| one.role.name);
    let name = role.ok_or(ConsoleError::Missing("role"))?;
    Ok(Visit::back(PATH, &Notice::Done(format!("What {name} permits is saved."))))
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
    }
}

fn key(permission: Permission) -> &'static str {
    match permission {
        Permission::AgentSchedule => "agentSchedule",
        Permission::PersonalSchedule => "personalSchedule",
    }
}
