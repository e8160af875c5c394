//! Roles: making them, renaming them, and removing one that nobody has. What they permit is set apart.

use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::Role;
use rollcall_domain::template::TemplateField;
use rollcall_domain::{GroupId, RoleId, TenantId};
use rollcall_storage::Tx;
use rollcall_storage::directory::structure as rows;

use crate::account;
use crate::app::App;
use crate::error::ChangeError;
use crate::group_owner::{self, GroupOwner};
use crate::hindrance::{self, Hindrance};
use crate::name;
use crate::record::{Act, Values};

/// A role with what its page says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDetail {
    /// The role.
    pub role: Role,
    /// How many people have it, as their primary role or beside it, active or not.
    pub people: i64,
    /// Whether people whom an identity provider makes begin with it.
    pub is_default: bool,
    /// The connection whose group it is, which alone names it.
    pub owner: Option<GroupOwner>,
    /// Why it cannot be removed; empty where it can.
    pub hindrances: Vec<Hindrance>,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// One role.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn role(&self, tenant: TenantId, id: RoleId) -> Result<RoleDetail> {
        self.storage
            .scan(tenant, move |tx| {
                let role = load(tx, id)?;
                Ok(RoleDetail {
                    people: rows::count_with_role(tx, id)?,
                    is_default: account::is_default_role(tx, id)?,
                    owner: group_owner::of(tx, group(id))?,
                    hindrances: hindrances(tx, &role)?,
                    role,
                })
            })
            .await
    }

    /// Makes a role that permits nothing. Where people could not be made for want of it, they can be from now on.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] when there is a role of that name; [`ChangeError::Invalid`].
    pub async fn create_role(&self, tenant: TenantId, actor: Actor, name: &str) -> Result<Role> {
        let (app, now) = (self.clone(), self.now());
        let role = Role { id: RoleId::new(self.ids.next()), name: name::checked("a role", name)? };
        self.storage
            .write(tenant, move |tx| {
                check_free(tx, &role.name)?;
                name::written(rows::insert_role(tx, &role), &role.name)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({"name": role.name}));
                act.audit(tx, "role.created", subject(&role), values)?;
                Ok(role.clone())
            })
            .await
    }

    /// Gives a role another name. The default role stays the default role under its new name, since the tenant's
    /// settings know it by name.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Invalid`]; [`ChangeError::Taken`] when there is another role of
    /// that name; [`ChangeError::NotNow`] when it is a connection's group.
    pub async fn rename_role(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: RoleId,
        name: &str,
    ) -> Result<()> {
        let name = name::checked("a role", name)?;
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let before = load(tx, id)?;
                if before.name == name {
                    return Ok(());
                }
                group_owner::check_nobodys(tx, group(id), &called(&before))?;
                check_free(tx, &name)?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                name::written(account::rename_role(tx, act, id, &name), &name)?;
                let values = Values {
                    before: Values::made(json!({"name": before.name})).after,
                    after: Values::made(json!({"name": name})).after,
                };
                let after = Role { name: name.clone(), ..before };
                Ok(act.audit(tx, "role.renamed", subject(&after), values)?)
            })
            .await
    }

    /// Removes a role that nobody has, with what it permits.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::NotNow`] where something hinders it.
    pub async fn remove_role(&self, tenant: TenantId, actor: Actor, id: RoleId) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let role = load(tx, id)?;
                hindrance::check_none(&hindrances(tx, &role)?, &called(&role))?;
                if !rows::delete_unused_role(tx, id)? {
                    return Err(ChangeError::NotNow(format!("{} is needed", called(&role))));
                }
                let values = Values::made(json!({"name": role.name})).after;
                let values = Values { before: values, ..Values::default() };
                let act = Act { actor, now, ids: app.ids.as_ref() };
                Ok(act.audit(tx, "role.removed", subject(&role), values)?)
            })
            .await
    }
}

/// What keeps a role where it is.
fn hindrances(tx: &mut Tx<'_>, role: &Role) -> Result<Vec<Hindrance>> {
    let mut found = Vec::new();
    let people = rows::count_with_role(tx, role.id)?;
    found.extend((people > 0).then_some(Hindrance::People(people)));
    found.extend(group_owner::of(tx, group(role.id))?.map(Hindrance::Group));
    found.extend(account::is_default_role(tx, role.id)?.then_some(Hindrance::DefaultRole));
    let id = role.id;
    found.extend(hindrance::templates(tx, |template| {
        let beside = &template.fields.secondary_roles;
        template.fields.primary_role == TemplateField::Set(id)
            || matches!(beside, TemplateField::Set(roles) if roles.contains(&id))
    })?);
    Ok(found)
}

fn load(tx: &mut Tx<'_>, id: RoleId) -> Result<Role> {
    let mut roles = rows::list_roles(tx)?.into_iter();
    roles.find(|role| role.id == id).ok_or(ChangeError::NotFound("role"))
}

/// Refuses a name that another role has.
fn check_free(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    match rows::find_role(tx, name)? {
        Some(_) => Err(ChangeError::Taken { attribute: "name", value: name.to_owned() }),
        None => Ok(()),
    }
}

/// The id under which a role is a group, if it is one.
fn group(id: RoleId) -> GroupId {
    GroupId::new(id.uuid())
}

fn called(role: &Role) -> String {
    format!("the role {}", role.name)
}

fn subject(role: &Role) -> Subject {
    Subject { kind: "role", id: role.id.to_string(), name: role.name.clone() }
}
