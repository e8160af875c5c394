//! The roles of a person beside the primary one, as administrators see and change them. What a connection's group
//! gives is the identity provider's: it goes when the person leaves the group, and in no other way.

use std::collections::HashMap;

use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::policy::GroupMeaning;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::structure::Role;
use rollcall_domain::template::SECONDARY_ROLES_MAX;
use rollcall_domain::{EmployeeId, RoleId, TenantId};
use rollcall_storage::scim::scim_connection::ScimConnection;
use rollcall_storage::{
    Tx, directory::employee, directory::employee_role, directory::structure, scim::scim_connection,
    scim::scim_group_member,
};

use super::Result;
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// A role that a person has beside the primary one.
#[derive(Clone, Debug)]
pub struct SecondaryRole {
    /// The role.
    pub role: Role,
    /// Who gave it first.
    pub source: Source,
    /// The connection that gives it by a group; as long as it does, the role cannot be taken away here.
    pub kept_by: Option<Source>,
}

impl App {
    /// Gives a person a role beside the primary one. Who has it already keeps it as it is.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::NotNow`] for the primary role, and beyond
    /// [`SECONDARY_ROLES_MAX`] roles.
    pub async fn add_secondary_role(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
        role: RoleId,
    ) -> Result<()> {
        self.change_roles(tenant, actor, id, role, move |tx, now, has, role| {
            if has.iter().any(|one| one.role.id == role.id) {
                return Ok(());
            }
            if has.len() >= SECONDARY_ROLES_MAX {
                return Err(ChangeError::NotNow(format!(
                    "a person has {SECONDARY_ROLES_MAX} roles beside the primary one at the most"
                )));
            }
            Ok(employee_role::add(tx, (id, role.id), Source::Local, now)?)
        })
        .await
    }

    /// Takes a role beside the primary one from a person. Without it, nothing happens.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::NotNow`] for a role that a connection's group gives.
    pub async fn remove_secondary_role(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
        role: RoleId,
    ) -> Result<()> {
        self.change_roles(tenant, actor, id, role, move |tx, _, has, role| {
            let Some(given) = has.iter().find(|one| one.role.id == role.id) else { return Ok(()) };
            if given.kept_by.is_some() {
                return Err(ChangeError::NotNow(format!(
                    "the person is in the group {} of their identity provider, which gives this role; it goes when \
                     they leave the group there",
                    role.name
                )));
            }
            Ok(employee_role::remove(tx, (id, role.id))?)
        })
        .await
    }

    async fn change_roles(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
        role: RoleId,
        change: impl Fn(&mut Tx<'_>, jiff::Timestamp, &[SecondaryRole], &Role) -> Result<()>
        + Send
        + 'static,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let person = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
                let roles = structure::list_roles(tx)?;
                let found = roles.iter().find(|known| known.id == role);
                let role = found.ok_or(ChangeError::NotFound("role"))?;
                if person.primary_role == role.id {
                    return Err(ChangeError::NotNow(format!("{} is the primary role", role.name)));
                }
                let connections = scim_connection::list_all(tx)?;
                let before = list(tx, id, &roles, &connections)?;
                change(tx, now, &before, role)?;
                let after = list(tx, id, &roles, &connections)?;
                let ids = |all: &[SecondaryRole]| -> Vec<RoleId> {
                    all.iter().map(|one| one.role.id).collect()
                };
                if ids(&before) == ids(&after) {
                    return Ok(());
                }
                let told =
                    |all: &[SecondaryRole]| Values::made(json!({"secondaryRoles": ids(all)})).after;
                let values = Values { before: told(&before), after: told(&after) };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.audit(tx, "employee.changed", Subject::employee(&person), values)?;
                Ok(act.mark(tx, &person)?)
            })
            .await
    }
}

/// A person's roles beside the primary one, oldest first.
pub(super) fn list(
    tx: &mut Tx<'_>,
    id: EmployeeId,
    roles: &[Role],
    connections: &[ScimConnection],
) -> Result<Vec<SecondaryRole>> {
    let mut keepers = HashMap::new();
    let gives =
        |one: &&ScimConnection| one.removed_at.is_none() && one.policy.groups == GroupMeaning::Role;
    for connection in connections.iter().filter(gives) {
        let source = Source::Scim(connection.id);
        for group in scim_group_member::groups_of(tx, source, id)? {
            keepers.insert(RoleId::new(group.uuid()), source);
        }
    }
    let given = employee_role::list(tx, id)?.into_iter();
    Ok(given
        .filter_map(|(role, source)| {
            let role = roles.iter().find(|one| one.id == role)?.clone();
            Some(SecondaryRole { source, kept_by: keepers.get(&role.id).copied(), role })
        })
        .collect())
}
