//! The Account settings of a tenant: what its administrators decided for all of its connections.

use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::policy::AccountSettings;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::Role;
use rollcall_domain::{RoleId, TenantId};
use rollcall_storage::directory::tenant::{self, Tenant};
use rollcall_storage::record::alert::{self, Alert, AlertKind};
use rollcall_storage::{
    StorageError, Tx, directory::login_authenticator, directory::structure, directory::template,
    scim::scim_connection,
};

use crate::access::ScimAccess;
use crate::app::App;
use crate::edit::Edit;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// The settings of a tenant with what they can be set to.
#[derive(Clone, Debug)]
pub struct Account {
    /// The tenant with its settings.
    pub tenant: Tenant,
    /// The roles that people can begin with.
    pub roles: Vec<Role>,
    /// Whether the default role is one of them. If not, no identity provider can make anybody.
    pub has_default_role: bool,
    /// The creations that were refused since the default role is missing.
    pub refused: Option<Alert>,
}

/// What the values of the agent extension can be, by name.
#[derive(Clone, Debug)]
pub struct AgentNames {
    /// The teams of the connection's business unit.
    pub teams: Vec<String>,
    /// The roles of the tenant.
    pub roles: Vec<String>,
    /// The ways to sign in.
    pub login_authenticators: Vec<String>,
    /// The templates.
    pub templates: Vec<String>,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// The Account settings.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn account(&self, tenant: TenantId) -> Result<Account> {
        self.storage
            .read(tenant, |tx| {
                let tenant = load(tx)?;
                let roles = structure::list_roles(tx)?;
                let has_default_role = roles.iter().any(|role| role.name == tenant.default_role);
                let refused = refused_creations(tx)?;
                Ok(Account { tenant, roles, has_default_role, refused })
            })
            .await
    }

    /// The names that a connection's client can send in the agent extension.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn agent_names(&self, access: &ScimAccess) -> Result<AgentNames> {
        let connection = access.connection;
        self.storage
            .read(access.tenant, move |tx| {
                let connection = scim_connection::get(tx, connection)?
                    .ok_or(ChangeError::NotFound("SCIM connection"))?;
                let teams = structure::list_teams(tx)?.into_iter().map(|staffed| staffed.team);
                let teams = teams.filter(|team| team.business_unit == connection.business_unit);
                Ok(AgentNames {
                    teams: teams.map(|team| team.name).collect(),
                    roles: structure::list_roles(tx)?.into_iter().map(|role| role.name).collect(),
                    login_authenticators: login_authenticator::list(tx)?
                        .into_iter()
                        .map(|authenticator| authenticator.name)
                        .collect(),
                    templates: template::list(tx)?.into_iter().map(|one| one.name).collect(),
                })
            })
            .await
    }

    /// Switches optional attributes: from now on the tenant takes exactly these from its identity
    /// providers. What was taken before stays.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn set_optional_attributes(
        &self,
        tenant: TenantId,
        actor: Actor,
        optional: impl Into<Edit<OptionalAttributes>>,
    ) -> Result<()> {
        let edit = optional.into();
        self.edit_account(tenant, actor, move |_, tenant| {
            edit.check(&tenant.settings.optional_attributes)?;
            tenant.settings = AccountSettings { optional_attributes: edit.wanted };
            Ok(())
        })
        .await
    }

    /// Chooses the role that people made by an identity provider begin with.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no role of that name; [`ChangeError::Overtaken`].
    pub async fn set_default_role(
        &self,
        tenant: TenantId,
        actor: Actor,
        name: impl Into<Edit<String>>,
    ) -> Result<()> {
        let edit = name.into();
        self.edit_account(tenant, actor, move |tx, tenant| {
            edit.check(&tenant.default_role)?;
            structure::find_role(tx, &edit.wanted)?.ok_or(ChangeError::NotFound("role"))?;
            alert::clear(tx, AlertKind::NoDefaultRole, &tenant.default_role)?;
            tenant.default_role.clone_from(&edit.wanted);
            Ok(())
        })
        .await
    }

    async fn edit_account(
        &self,
        tenant: TenantId,
        actor: Actor,
        edit: impl Fn(&mut Tx<'_>, &mut Tenant) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let before = load(tx)?;
                let mut after = before.clone();
                edit(tx, &mut after)?;
                if after == before {
                    return Ok(());
                }
                Ok(write(tx, Act { actor, now, ids: app.ids.as_ref() }, &before, &after)?)
            })
            .await
    }
}

/// Whether a role is the one that people made by an identity provider begin with. The tenant's settings know it by
/// its name.
pub(crate) fn is_default_role(
    tx: &mut Tx<'_>,
    role: RoleId,
) -> std::result::Result<bool, StorageError> {
    let Some(tenant) = tenant::get(tx)? else { return Ok(false) };
    Ok(structure::find_role(tx, &tenant.default_role)? == Some(role))
}

/// Gives a role another name, whoever says so. The default role stays the default role under it.
pub(crate) fn rename_role(
    tx: &mut Tx<'_>,
    act: Act<'_>,
    role: RoleId,
    name: &str,
) -> std::result::Result<(), StorageError> {
    let is_default = is_default_role(tx, role)?;
    structure::rename_role(tx, role, name)?;
    match tenant::get(tx)?.filter(|_| is_default) {
        Some(before) => {
            let after = Tenant { default_role: name.to_owned(), ..before.clone() };
            write(tx, act, &before, &after)
        }
        None => Ok(()),
    }
}

/// The creations that were refused for want of the default role; none as soon as it is there.
pub(crate) fn refused_creations(tx: &mut Tx<'_>) -> Result<Option<Alert>> {
    let role = load(tx)?.default_role;
    match structure::find_role(tx, &role)? {
        Some(_) => Ok(None),
        None => Ok(alert::get(tx, AlertKind::NoDefaultRole, &role)?),
    }
}

fn write(
    tx: &mut Tx<'_>,
    act: Act<'_>,
    before: &Tenant,
    after: &Tenant,
) -> std::result::Result<(), StorageError> {
    tenant::save(tx, after)?;
    let values = Values {
        before: Values::made(values(before)).after,
        after: Values::made(values(after)).after,
    };
    act.audit(tx, "account.changed", subject(after), values)
}

fn load(tx: &mut Tx<'_>) -> Result<Tenant> {
    tenant::get(tx)?.ok_or(ChangeError::NotFound("tenant"))
}

fn values(tenant: &Tenant) -> serde_json::Value {
    let optional = tenant.settings.optional_attributes;
    json!({
        "defaultRole": tenant.default_role,
        "optionalAttributes": optional.iter().map(|one| one.label()).collect::<Vec<_>>(),
    })
}

fn subject(tenant: &Tenant) -> Subject {
    Subject { kind: "tenant", id: tenant.id.to_string(), name: tenant.name.clone() }
}
