//! One person, as administrators see and change them.

mod local;
mod posting;
mod role;

use jiff::Timestamp;
use serde_json::{Value, json};

use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::authority::{self, Attribute};
use rollcall_domain::employee::{Claim, Employee, Status};
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::structure::{LoginAuthenticator, Role, Team};
use rollcall_domain::wfm::belongs;
use rollcall_domain::{EmployeeId, RoleId, TeamId, TenantId};
use rollcall_storage::directory::identity_link::IdentityLink;
use rollcall_storage::record::audit::{AuditQuery, RecordedEntry};
use rollcall_storage::schedule::schedule_feed::{self, ScheduleFeed};
use rollcall_storage::scim::scim_connection::ScimConnection;
use rollcall_storage::wfm::outbox::Mark;
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_storage::wfm::wfm_standing::Standing;
use rollcall_storage::{
    Tx, directory::employee, directory::identity_link, directory::login_authenticator,
    directory::structure, record::audit, scim::scim_connection, scim::scim_group,
    scim::scim_group_member, scim::scim_request, wfm::kept_agent, wfm::outbox, wfm::wfm_link,
    wfm::wfm_standing,
};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

pub use local::{EmployeeDraft, NewEmployee, ProfileDraft};
pub use posting::{Place, Posting};
pub use role::SecondaryRole;

/// A person with all that is known of them.
#[derive(Clone, Debug)]
pub struct EmployeeDetail {
    /// The person.
    pub employee: Employee,
    /// Their team.
    pub team: Team,
    /// Their primary role.
    pub role: Option<Role>,
    /// All teams of their business unit, for choosing another.
    pub teams: Vec<Team>,
    /// All roles, for choosing another.
    pub roles: Vec<Role>,
    /// The ways to sign in that the tenant has, for naming theirs and choosing another.
    pub login_authenticators: Vec<LoginAuthenticator>,
    /// Their roles beside the primary one, each with who gave it, oldest first.
    pub secondary_roles: Vec<SecondaryRole>,
    /// The groups of connections that they are in, by name, each with whose it is.
    pub groups: Vec<(String, Source)>,
    /// Who else knows them.
    pub links: Vec<IdentityLink>,
    /// The tenant's connections, for naming sources.
    pub connections: Vec<ScimConnection>,
    /// Where they stand downstream.
    pub downstream: Vec<Downstream>,
    /// The address at which their calendar program reads their schedule, if they made one.
    pub calendar: Option<ScheduleFeed>,
    /// When the last request about them came that the journal still has, and how long its answer took, in
    /// microseconds.
    pub heard: Option<(Timestamp, i64)>,
    /// What happened to them, newest first, at most 100 entries.
    pub history: Vec<RecordedEntry>,
}

/// Where a person stands at one WFM.
#[derive(Clone, Debug)]
pub struct Downstream {
    /// The link.
    pub link: WfmLink,
    /// What the WFM is known to hold; `None` when nothing was ever sent.
    pub standing: Option<Standing>,
    /// The mark, when something is still to be sent.
    pub mark: Option<Mark>,
    /// Whether the person should be there.
    pub qualifies: bool,
    /// Since when they stay there as they are, because their departure was rejected.
    pub kept: Option<Timestamp>,
}

const HISTORY_MAX: i64 = 100;

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Everything about one person.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn employee(&self, tenant: TenantId, id: EmployeeId) -> Result<EmployeeDetail> {
        self.storage.scan(tenant, move |tx| detail(tx, id)).await
    }

    /// Moves a person to another team of their business unit.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Invalid`] for a team of another unit.
    pub async fn set_team(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
        team: TeamId,
    ) -> Result<()> {
        self.edit(tenant, actor, id, move |tx, employee| {
            let found = structure::get_team(tx, team)?.ok_or(ChangeError::NotFound("team"))?;
            if found.business_unit != employee.business_unit {
                return Err(ChangeError::Invalid(
                    "the team is in another business unit".to_owned(),
                ));
            }
            let changed = employee.team != team;
            employee.team = team;
            Ok(changed.then_some(Attribute::Team))
        })
        .await
    }

    /// Gives a person another primary role.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn set_primary_role(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
        role: RoleId,
    ) -> Result<()> {
        self.edit(tenant, actor, id, move |tx, employee| {
            let known = structure::list_roles(tx)?.iter().any(|known| known.id == role);
            if !known {
                return Err(ChangeError::NotFound("role"));
            }
            let changed = employee.primary_role != role;
            employee.primary_role = role;
            Ok(changed.then_some(Attribute::PrimaryRole))
        })
        .await
    }

    /// Activates or deactivates a person who is managed here.
    ///
    /// # Errors
    /// [`ChangeError::NotYours`] for one whom an identity provider manages; [`ChangeError::NotFound`];
    /// [`ChangeError::Taken`] when somebody else has their user name by now.
    pub async fn set_status(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
        status: Status,
    ) -> Result<()> {
        let now = self.now();
        self.edit(tenant, actor, id, move |tx, employee| {
            let local = Source::Local;
            authority::check(
                employee.managed_by,
                local,
                Attribute::Status,
                OptionalAttributes::NONE,
            )?;
            let claim = Claim {
                profile: employee.profile.clone(),
                status,
                external_id: employee.external_id.clone(),
            };
            let version = employee.version;
            let changed = employee.apply(claim, Source::Local, now)?;
            // `edit` notes the change itself.
            employee.version = version;
            // Whoever was deleted gave their user name free; to work here again, they need it.
            if status.is_active() && !changed.is_empty() && !employee::hold_user_name(tx, employee)?
            {
                let value = employee.profile.user_name.to_string();
                return Err(ChangeError::Taken { attribute: "userName", value });
            }
            Ok(changed.first().copied())
        })
        .await
    }

    async fn edit(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
        mut change: impl FnMut(&mut Tx<'_>, &mut Employee) -> Result<Option<Attribute>> + Send + 'static,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let before = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
                let mut after = before.clone();
                let Some(attribute) = change(tx, &mut after)? else { return Ok(()) };
                after.note(&[attribute], Source::Local, now);
                let act = Act { actor, now, ids: app.ids.as_ref() };
                act.save(tx, &before, &after)?;
                let (old, new) = audit_values::difference(&before, &after);
                let values = Values { before: old, after: new };
                act.audit(tx, "employee.changed", Subject::employee(&after), values)?;
                Ok(act.mark(tx, &after)?)
            })
            .await
    }

    /// Marks a person as due at every WFM: what is there is compared and put right.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn resync_employee(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
    ) -> Result<()> {
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let employee = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let values = Values::made(json!({}));
                act.audit(tx, "employee.resync_requested", Subject::employee(&employee), values)?;
                Ok(act.mark(tx, &employee)?)
            })
            .await
    }
}

fn detail(tx: &mut Tx<'_>, id: EmployeeId) -> Result<EmployeeDetail> {
    let employee = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
    let team = structure::get_team(tx, employee.team)?.ok_or(ChangeError::NotFound("team"))?;
    let roles = structure::list_roles(tx)?;
    let teams = structure::list_teams(tx)?
        .into_iter()
        .map(|staffed| staffed.team)
        .filter(|team| team.business_unit == employee.business_unit)
        .collect();
    let standings = wfm_standing::list(tx, id)?;
    let mut downstream = Vec::new();
    for link in wfm_link::list(tx)? {
        let standing = standings.iter().find(|standing| standing.link == link.id).cloned();
        // A link of a unit that they left is shown too: the receipt of their departure is there.
        if link.business_unit == employee.business_unit || standing.is_some() {
            downstream.push(Downstream {
                standing,
                mark: outbox::get(tx, link.id, id)?,
                kept: kept_agent::since(tx, link.id, id)?,
                qualifies: link.business_unit == employee.business_unit
                    && belongs(employee.status, &team.features),
                link,
            });
        }
    }
    let query = AuditQuery { subject: id.to_string(), ..AuditQuery::default() };
    let connections = scim_connection::list_all(tx)?;
    Ok(EmployeeDetail {
        secondary_roles: role::list(tx, id, &roles, &connections)?,
        calendar: schedule_feed::get(tx, id)?,
        groups: groups(tx, id, &connections)?,
        role: roles.iter().find(|role| role.id == employee.primary_role).cloned(),
        links: identity_link::list(tx, id)?,
        login_authenticators: login_authenticator::list(tx)?,
        heard: scim_request::last_write(tx, &id.to_string())?,
        connections,
        history: audit::list(tx, &query, HISTORY_MAX)?,
        team,
        teams,
        roles,
        downstream,
        employee,
    })
}

/// The groups that a person is in, as each connection calls them.
fn groups(
    tx: &mut Tx<'_>,
    id: EmployeeId,
    connections: &[ScimConnection],
) -> Result<Vec<(String, Source)>> {
    let mut all = Vec::new();
    for connection in connections.iter().filter(|one| one.removed_at.is_none()) {
        let source = Source::Scim(connection.id);
        for group in scim_group_member::groups_of(tx, source, id)? {
            let Some(group) = scim_group::get(tx, source, group)? else { continue };
            let resource: Value = serde_json::from_str(&group.resource).unwrap_or_default();
            let name = resource.get("displayName").and_then(Value::as_str).unwrap_or_default();
            all.push((name.to_owned(), source));
        }
    }
    Ok(all)
}
