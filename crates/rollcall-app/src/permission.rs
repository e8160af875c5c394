//! What roles permit, as administrators set it.

use std::collections::HashMap;

use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::permission::Permission;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::Role;
use rollcall_domain::{RoleId, TenantId};
use rollcall_storage::{Tx, directory::role_permission as rows, directory::structure};

use crate::app::App;
use crate::edit::Edit;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// A role with what it permits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermittedRole {
    /// The role.
    pub role: Role,
    /// How many active people have it, as their primary role or beside it.
    pub people: i64,
    /// What it permits.
    pub permissions: Vec<Permission>,
}

/// What becomes of a permission of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionSwitch {
    /// The role permits it.
    Permit,
    /// The role does not.
    Forbid,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// All roles by name, with what they permit and how many people have them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn permitted_roles(&self, tenant: TenantId) -> Result<Vec<PermittedRole>> {
        self.storage
            .scan(tenant, |tx| {
                let counts: HashMap<RoleId, i64> = rows::count_people(tx)?.into_iter().collect();
                let permitted = rows::list(tx)?;
                let of = |role: RoleId| {
                    let own = permitted.iter().filter(|(of, _)| *of == role);
                    own.map(|(_, permission)| *permission).collect()
                };
                let roles = structure::list_roles(tx)?.into_iter();
                Ok(roles
                    .map(|role| PermittedRole {
                        people: counts.get(&role.id).copied().unwrap_or(0),
                        permissions: of(role.id),
                        role,
                    })
                    .collect())
            })
            .await
    }

    /// Lets a role permit these, and nothing else.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Overtaken`].
    pub async fn set_permissions(
        &self,
        tenant: TenantId,
        actor: Actor,
        role: RoleId,
        permissions: impl Into<Edit<Vec<Permission>>>,
    ) -> Result<()> {
        let edit = permissions.into();
        self.edit_permissions(tenant, actor, role, move |tx| {
            let present = permitted(tx, role)?;
            if Permission::ALL.iter().all(|it| present.contains(it) == edit.wanted.contains(it)) {
                return Ok(());
            }
            edit.check(&present)?;
            for permission in Permission::ALL {
                if edit.wanted.contains(&permission) {
                    rows::add(tx, role, permission)?;
                } else {
                    rows::remove(tx, role, permission)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Lets a role permit something, or no longer. What is so already, stays so without a trace.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn set_permission(
        &self,
        tenant: TenantId,
        actor: Actor,
        role: RoleId,
        (permission, switch): (Permission, PermissionSwitch),
    ) -> Result<()> {
        self.edit_permissions(tenant, actor, role, move |tx| {
            match switch {
                PermissionSwitch::Permit => rows::add(tx, role, permission)?,
                PermissionSwitch::Forbid => rows::remove(tx, role, permission)?,
            }
            Ok(())
        })
        .await
    }

    async fn edit_permissions(
        &self,
        tenant: TenantId,
        actor: Actor,
        role: RoleId,
        edit: impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let mut roles = structure::list_roles(tx)?.into_iter();
                let found =
                    roles.find(|one| one.id == role).ok_or(ChangeError::NotFound("role"))?;
                let before = permitted(tx, role)?;
                edit(tx)?;
                let after = permitted(tx, role)?;
                if before == after {
                    return Ok(());
                }
                let value = |permissions: Vec<Permission>| {
                    let names: Vec<_> = permissions.iter().map(|one| one.name()).collect();
                    Values::made(json!({"permissions": names})).after
                };
                let values = Values { before: value(before), after: value(after) };
                let subject = Subject { kind: "role", id: role.to_string(), name: found.name };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "role.permissions_changed", subject, values)?)
            })
            .await
    }
}

fn permitted(tx: &mut Tx<'_>, role: RoleId) -> Result<Vec<Permission>> {
    let all = rows::list(tx)?.into_iter().filter(|(of, _)| *of == role);
    Ok(all.map(|(_, permission)| permission).collect())
}
