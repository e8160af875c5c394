//! What an identity provider may do to people through its SCIM connection.

use std::sync::Arc;

use serde_json::{Map, Value};

use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::authority::Attribute;
use rollcall_domain::detail::Details;
use rollcall_domain::employee::{Claim, Employee, Status};
use rollcall_domain::origin::Origins;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::{EmployeeId, RoleId};
use rollcall_storage::identity_link::{self, IdentityLink};
use rollcall_storage::scim_person::ScimPerson;
use rollcall_storage::{Tx, employee, scim_connection, structure, tenant};

use crate::access::ScimAccess;
use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};

/// What a SCIM client says of a person: the claim that the roster takes over, and the whole resource.
#[derive(Clone, Debug, PartialEq)]
pub struct ScimClaim {
    /// The attributes that Rollcall takes over.
    pub claim: Claim,
    /// The resource as it was sent, in canonical names, without `id` and `meta`.
    pub resource: Map<String, Value>,
    /// E-mail addresses beyond the claim's own, by which a filter should find the person too.
    pub other_emails: Vec<String>,
}

/// In which versions a person may be for a change to be wanted (If-Match).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Precondition {
    /// In any.
    #[default]
    Any,
    /// In one of these.
    OneOf(Vec<i64>),
}

/// What a change did.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The person as they are now.
    pub person: ScimPerson,
    /// Whether anything was written.
    pub written: Written,
}

/// Whether a change wrote anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Something changed.
    Yes,
    /// Everything was so already.
    Nothing,
}

type Result<T, R = std::convert::Infallible> = std::result::Result<T, ChangeError<R>>;

impl App {
    /// Makes a person, or restores one that this connection had deleted (same external id, or same user
    /// name): the same employee with id, number, roles and history.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] when another person has the user name or the external id,
    /// [`ChangeError::NoDefaultRole`]; or storage fails.
    pub async fn provision(&self, access: &ScimAccess, claim: ScimClaim) -> Result<ScimPerson> {
        let (app, access) = (self.clone(), access.clone());
        let (id, now) = (EmployeeId::new(self.ids.next()), self.now());
        self.storage
            .write(access.tenant, move |tx| {
                let source = Source::Scim(access.connection);
                let act = Act { actor: Actor::Scim(access.connection), now, ids: app.ids.as_ref() };
                match find_hidden(tx, source, &claim)? {
                    Some((employee, link)) => restore(tx, act, &employee, link, &claim),
                    None => create(tx, act, &access, id, &claim),
                }
            })
            .await
    }

    /// Changes a person: `apply` gets the resource as it is and answers with what it should be. It runs
    /// inside the transaction, so that no change of another is lost, and may run twice.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Outdated`], [`ChangeError::Taken`],
    /// [`ChangeError::Refused`] with what `apply` refused; or storage fails.
    pub async fn reprovision<R: Send + 'static>(
        &self,
        access: &ScimAccess,
        id: EmployeeId,
        precondition: Precondition,
        mut apply: impl FnMut(&Map<String, Value>) -> std::result::Result<ScimClaim, R> + Send + 'static,
    ) -> Result<Changed, R> {
        let (ids, now) = (Arc::clone(&self.ids), self.now());
        let source = Source::Scim(access.connection);
        let actor = Actor::Scim(access.connection);
        self.storage
            .write(access.tenant, move |tx| {
                let act = Act { actor, now, ids: ids.as_ref() };
                let (employee, link) = load(tx, source, id, &precondition)?;
                let resource = parse(&link.resource);
                let claim = apply(&resource).map_err(ChangeError::Refused)?;
                change(tx, act, &employee, link, &resource, &claim)
            })
            .await
    }

    /// Deactivates a person and hides them from this connection (SCIM DELETE). They come back with
    /// [`App::provision`].
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Outdated`]; or storage fails.
    pub async fn deprovision(
        &self,
        access: &ScimAccess,
        id: EmployeeId,
        precondition: Precondition,
    ) -> Result<()> {
        let (ids, now) = (Arc::clone(&self.ids), self.now());
        let source = Source::Scim(access.connection);
        let actor = Actor::Scim(access.connection);
        self.storage
            .write(access.tenant, move |tx| {
                let act = Act { actor, now, ids: ids.as_ref() };
                let (before, mut link) = load(tx, source, id, &precondition)?;
                let mut after = before.clone();
                if after.managed_by == source {
                    let claim = Claim {
                        profile: before.profile.clone(),
                        status: Status::Inactive,
                        external_id: before.external_id.clone(),
                    };
                    after.apply(claim, source, now)?;
                }
                link.hidden_at = Some(now);
                employee::save_change(tx, &before, &after)?;
                identity_link::save(tx, &link)?;
                identity_link::note_step(tx, &link);
                let (old, new) = audit_values::difference(&before, &after);
                let values = Values { before: old, after: new };
                act.audit(tx, "employee.deleted_by_provider", Subject::employee(&after), values)?;
                Ok(act.mark(tx, &after)?)
            })
            .await
    }
}

/// The deleted person that a creation brings back; `None` for somebody new.
fn find_hidden(
    tx: &mut Tx<'_>,
    source: Source,
    claim: &ScimClaim,
) -> Result<Option<(Employee, IdentityLink)>> {
    let by_external_id = match &claim.claim.external_id {
        Some(external_id) => identity_link::find_by_external_id(tx, source, external_id)?,
        None => None,
    };
    let by_name = employee::find_by_user_name(tx, &claim.claim.profile.user_name)?;
    if let Some(link) = by_external_id {
        if link.hidden_at.is_none() {
            let value = link.external_id.unwrap_or_default();
            return Err(ChangeError::Taken { attribute: "externalId", value });
        }
        if by_name.is_some_and(|other| other != link.employee) {
            return Err(user_name_taken(claim));
        }
        return Ok(employee::get(tx, link.employee)?.map(|employee| (employee, link)));
    }
    let Some(id) = by_name else { return Ok(None) };
    let link = identity_link::get(tx, source, id)?.filter(|link| link.hidden_at.is_some());
    let employee = employee::get(tx, id)?.filter(|employee| employee.managed_by == source);
    match (employee, link) {
        (Some(employee), Some(link)) => Ok(Some((employee, link))),
        _ => Err(user_name_taken(claim)),
    }
}

fn create(
    tx: &mut Tx<'_>,
    act: Act<'_>,
    access: &ScimAccess,
    id: EmployeeId,
    claim: &ScimClaim,
) -> Result<ScimPerson> {
    let source = Source::Scim(access.connection);
    let connection = scim_connection::get(tx, access.connection)?
        .ok_or(ChangeError::NotFound("SCIM connection"))?;
    let primary_role = default_role(tx)?;
    let mut origins = Origins::default();
    let mut provided = vec![
        Attribute::UserName,
        Attribute::FirstName,
        Attribute::LastName,
        Attribute::Email,
        Attribute::Status,
    ];
    provided.extend(claim.claim.external_id.as_ref().map(|_| Attribute::ExternalId));
    origins.set(&provided, source, act.now);
    origins.set(&[Attribute::Team, Attribute::PrimaryRole], Source::Local, act.now);
    let employee = Employee {
        id,
        business_unit: connection.business_unit,
        team: connection.team,
        primary_role,
        agent_number: structure::take_agent_number(tx, connection.business_unit)?,
        profile: claim.claim.profile.clone(),
        details: Details::default(),
        status: claim.claim.status,
        activated_at: act.now,
        external_id: claim.claim.external_id.clone(),
        managed_by: source,
        origins,
        version: 1,
        created_at: act.now,
        updated_at: act.now,
    };
    let link = IdentityLink {
        source,
        employee: id,
        external_id: claim.claim.external_id.clone(),
        resource: text(&claim.resource),
        evidence: "created through this connection".to_owned(),
        linked_at: act.now,
        hidden_at: None,
    };
    employee::insert(tx, &employee)?;
    identity_link::insert(tx, &link)?;
    if !claim.other_emails.is_empty() {
        identity_link::save_emails(tx, &link, &claim.other_emails)?;
    }
    let values = Values { before: Map::new(), after: audit_values::values(&employee) };
    act.audit(tx, "employee.created", Subject::employee(&employee), values)?;
    act.mark(tx, &employee)?;
    Ok(seen(&employee, link))
}

fn restore(
    tx: &mut Tx<'_>,
    act: Act<'_>,
    employee: &Employee,
    mut link: IdentityLink,
    claim: &ScimClaim,
) -> Result<ScimPerson> {
    let resource = parse(&link.resource);
    link.hidden_at = None;
    identity_link::note_step(tx, &link);
    let subject = Subject::employee(employee);
    act.audit(tx, "employee.restored_by_provider", subject, Values::default())?;
    // Even where every value is as before, the link has to be written: it is seen again.
    identity_link::save(tx, &link)?;
    Ok(change(tx, act, employee, link, &resource, claim)?.person)
}

fn change<R>(
    tx: &mut Tx<'_>,
    act: Act<'_>,
    before: &Employee,
    mut link: IdentityLink,
    resource: &Map<String, Value>,
    claim: &ScimClaim,
) -> Result<Changed, R> {
    let mut after = before.clone();
    let changed = after.apply(claim.claim.clone(), link.source, act.now)?;
    let same_resource = *resource == claim.resource;
    if changed.is_empty() && same_resource {
        return Ok(Changed { person: seen(before, link), written: Written::Nothing });
    }
    if changed.contains(&Attribute::UserName) {
        let holder = employee::find_by_user_name(tx, &after.profile.user_name)?;
        if holder.is_some_and(|other| other != after.id) {
            return Err(user_name_taken(claim));
        }
    }
    if changed.contains(&Attribute::ExternalId)
        && let Some(external_id) = &after.external_id
        && identity_link::find_by_external_id(tx, link.source, external_id)?
            .is_some_and(|other| other.employee != after.id)
    {
        return Err(ChangeError::Taken { attribute: "externalId", value: external_id.clone() });
    }
    if changed.is_empty() {
        after.version += 1;
        after.updated_at = act.now;
    }
    link.external_id.clone_from(&after.external_id);
    link.resource = text(&claim.resource);
    employee::save_change(tx, before, &after)?;
    identity_link::save(tx, &link)?;
    if resource.get("emails") != claim.resource.get("emails") {
        identity_link::save_emails(tx, &link, &claim.other_emails)?;
    }
    let (mut old, mut new) = audit_values::difference(before, &after);
    note_resource(resource, &claim.resource, &mut old, &mut new);
    let values = Values { before: old, after: new };
    act.audit(tx, "employee.changed_by_provider", Subject::employee(&after), values)?;
    act.mark(tx, &after)?;
    Ok(Changed { person: seen(&after, link), written: Written::Yes })
}

/// What differs in the resource beside what the roster takes over, under `scim.` names.
fn note_resource(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    old: &mut Map<String, Value>,
    new: &mut Map<String, Value>,
) {
    const TOLD_ALREADY: [&str; 4] = ["userName", "active", "externalId", "schemas"];
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    for name in names.filter(|name| !TOLD_ALREADY.contains(&name.as_str())) {
        let (was, is) = (before.get(name), after.get(name));
        if was != is {
            old.insert(format!("scim.{name}"), was.cloned().unwrap_or_default());
            new.insert(format!("scim.{name}"), is.cloned().unwrap_or_default());
        }
    }
}

fn load<R>(
    tx: &mut Tx<'_>,
    source: Source,
    id: EmployeeId,
    precondition: &Precondition,
) -> Result<(Employee, IdentityLink), R> {
    let link = identity_link::get(tx, source, id)?.filter(|link| link.hidden_at.is_none());
    let employee = if link.is_some() { employee::get(tx, id)? } else { None };
    let (Some(employee), Some(link)) = (employee, link) else {
        return Err(ChangeError::NotFound("user"));
    };
    if let Precondition::OneOf(versions) = precondition
        && !versions.contains(&employee.version)
    {
        return Err(ChangeError::Outdated { present: employee.version });
    }
    Ok((employee, link))
}

fn default_role(tx: &mut Tx<'_>) -> Result<RoleId> {
    let name = tenant::get(tx)?.ok_or(ChangeError::NotFound("tenant"))?.default_role;
    match structure::find_role(tx, &name)? {
        Some(role) => Ok(role),
        None => Err(ChangeError::NoDefaultRole(name)),
    }
}

fn seen(employee: &Employee, link: IdentityLink) -> ScimPerson {
    ScimPerson {
        id: employee.id,
        version: employee.version,
        created_at: rollcall_domain::time::to_text(employee.created_at),
        updated_at: rollcall_domain::time::to_text(employee.updated_at),
        resource: link.resource,
    }
}

fn user_name_taken<R>(claim: &ScimClaim) -> ChangeError<R> {
    ChangeError::Taken { attribute: "userName", value: claim.claim.profile.user_name.to_string() }
}

fn parse(resource: &str) -> Map<String, Value> {
    serde_json::from_str(resource).unwrap_or_default()
}

fn text(resource: &Map<String, Value>) -> String {
    serde_json::to_string(resource).unwrap_or_else(|_| "{}".to_owned())
}
