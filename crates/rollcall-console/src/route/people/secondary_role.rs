//! The roles of a person beside the primary one: what is shown of them, giving one, and taking one away.

use axum::extract::{Path, State};
use axum::response::Response;
use rollcall_app::employee::EmployeeDetail;
use rollcall_domain::template::SECONDARY_ROLES_MAX;

use super::person_form::{Chosen, parse, said};
use crate::console::Console;
use crate::error::ConsoleError;
use crate::form::{Nothing, OwnForm};
use crate::view::choice::Choice;
use crate::view::people::employee::{Lock, SecondaryRole};
use crate::visit::Visit;
use crate::wording::name::Names;

pub(super) async fn add(
    State(console): State<Console>,
    visit: Visit,
    Path(id): Path<String>,
    OwnForm(form): OwnForm<Chosen>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let role = form.value.parse().map_err(|_| ConsoleError::Missing("role"))?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let added = console.app.add_secondary_role(tenant, actor, id, role).await;
    said(added, id, "The secondary role is given.")
}

pub(super) async fn remove(
    State(console): State<Console>,
    visit: Visit,
    Path((id, role)): Path<(String, String)>,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, ConsoleError> {
    let id = parse(&id)?;
    let role = role.parse().map_err(|_| ConsoleError::Missing("role"))?;
    let (tenant, actor) = (visit.viewer.tenant, visit.viewer.actor());
    let removed = console.app.remove_secondary_role(tenant, actor, id, role).await;
    said(removed, id, "The secondary role is taken away.")
}

/// What a person's page shows of them.
pub(super) fn shown(detail: &EmployeeDetail, names: &Names) -> Vec<SecondaryRole> {
    let roles = detail.secondary_roles.iter();
    roles
        .map(|given| SecondaryRole {
            id: given.role.id.to_string(),
            name: given.role.name.clone(),
            origin: names.source(given.source),
            lock: given.kept_by.map(|source| {
                let owner = names.source(source);
                let reason = format!(
                    "The person is in the group {} of {owner}, which gives this role. It goes when they leave the \
                     group there.",
                    given.role.name
                );
                Lock { owner, reason }
            }),
        })
        .collect()
}

/// The roles that can be given.
pub(super) fn more(detail: &EmployeeDetail) -> Vec<Choice> {
    if detail.secondary_roles.len() >= SECONDARY_ROLES_MAX {
        return Vec::new();
    }
    let is_new = |id| {
        id != detail.employee.primary_role
            && detail.secondary_roles.iter().all(|given| given.role.id != id)
    };
    let roles = detail.roles.iter().filter(|role| is_new(role.id));
    roles.map(|role| Choice { value: role.id.to_string(), label: role.name.clone() }).collect()
}
