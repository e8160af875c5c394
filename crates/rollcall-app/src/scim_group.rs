//! The groups of a SCIM connection. A group is a team of the connection's business unit or a role of the
//! tenant, as the connection is set; who is put into it is moved to that team, or gets that role.
//!
//! A change costs what it names: the other members of a group are never read for it.

mod effect;
mod member;
mod structure;

use serde_json::{Map, Value};

use rollcall_domain::GroupId;
use rollcall_domain::audit::Subject;
use rollcall_domain::policy::GroupMeaning;
use rollcall_storage::{scim::scim_group as rows, scim::scim_group_member as members};

use crate::access::ScimAccess;
use crate::app::App;
use crate::error::ChangeError;
use crate::provision::{Desk, Precondition, stored};
use crate::security_event;

pub use rollcall_storage::scim::scim_group::ScimGroup;

pub(crate) use effect::{leave, rejoin};

/// What a client says of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupClaim {
    /// The name, which the team or role has too.
    pub display_name: String,
    /// The client's own id of it.
    pub external_id: Option<String>,
    /// The resource without `id`, `meta` and `members`.
    pub resource: Map<String, Value>,
    /// The ids of the members, of those who were asked for.
    pub members: Vec<String>,
}

/// The members that a change has to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Those of them who are in the group.
    Named(Vec<String>),
    /// All of them.
    All,
}

/// A group with members: all of them, or those that were asked for.
#[derive(Clone, Debug)]
pub struct Membered {
    /// The group.
    pub group: ScimGroup,
    /// The ids of its members who are known here.
    pub members: Vec<String>,
}

/// What a change of a group did.
#[derive(Clone, Debug)]
pub struct GroupChange {
    /// The group as it is now.
    pub group: ScimGroup,
    /// Ids that nobody here has. They are remembered, and count as soon as somebody has them.
    pub pending: Vec<String>,
}

type Result<T, R = std::convert::Infallible> = std::result::Result<T, ChangeError<R>>;

/// Makes of a resource and its members what they should be.
pub(crate) type Apply<'a, R> =
    &'a mut dyn FnMut(&Map<String, Value>, &[String]) -> std::result::Result<GroupClaim, R>;

impl App {
    /// Makes a group: a new team or role, or the one of that name, if it is nobody's group yet.
    ///
    /// # Errors
    /// [`ChangeError::Taken`] for the name or the external id of another group, [`ChangeError::NotNow`]
    /// where the connection serves no groups; or storage fails.
    pub async fn create_group(
        &self,
        access: &ScimAccess,
        claim: GroupClaim,
    ) -> Result<GroupChange> {
        let id = GroupId::new(self.ids.next());
        self.at_desk(access, move |desk| create(desk, id, &claim)).await
    }

    /// Changes a group: `apply` gets the resource with the members that were asked for, and answers with
    /// what it should be. It runs inside the transaction and may run twice.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Outdated`], [`ChangeError::Taken`],
    /// [`ChangeError::Refused`] with what `apply` refused; or storage fails.
    pub async fn change_group<R: Send + 'static>(
        &self,
        access: &ScimAccess,
        id: GroupId,
        precondition: Precondition,
        seen: Seen,
        mut apply: impl FnMut(&Map<String, Value>, &[String]) -> std::result::Result<GroupClaim, R>
        + Send
        + 'static,
    ) -> Result<GroupChange, R> {
        self.at_desk(access, move |desk| change(desk, id, &precondition, &seen, &mut apply)).await
    }

    /// Ends a group. Its people go back to where they would be without it; the team or role itself goes
    /// only if this connection made it and nobody stands in it.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Outdated`]; or storage fails.
    pub async fn delete_group(
        &self,
        access: &ScimAccess,
        id: GroupId,
        precondition: Precondition,
    ) -> Result<()> {
        self.at_desk(access, move |desk| delete(desk, id, &precondition)).await
    }

    /// One group, without its members.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn scim_group(&self, access: &ScimAccess, id: GroupId) -> Result<Option<ScimGroup>> {
        let source = access.source();
        self.storage.read(access.tenant, move |tx| Ok(rows::get(tx, source, id)?)).await
    }

    /// The members of a group who are known here, at most `limit`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn group_members(
        &self,
        access: &ScimAccess,
        id: GroupId,
        limit: usize,
    ) -> Result<Vec<String>> {
        let place = (access.source(), id);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.storage.scan(access.tenant, move |tx| Ok(members::first(tx, place, limit)?)).await
    }

    /// The groups of a name, letter case aside: one or none.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn find_group(
        &self,
        access: &ScimAccess,
        display_name: String,
    ) -> Result<Option<ScimGroup>> {
        let source = access.source();
        self.storage
            .read(access.tenant, move |tx| Ok(rows::find_by_name(tx, source, &display_name)?))
            .await
    }

    /// All groups, each with the members that are to be looked at.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn membered_groups(&self, access: &ScimAccess, seen: Seen) -> Result<Vec<Membered>> {
        let source = access.source();
        self.storage
            .scan(access.tenant, move |tx| {
                let mut all = Vec::new();
                for group in rows::list(tx, source, None, i64::MAX)? {
                    let members = member::seen(tx, (source, group.id), &seen)?;
                    all.push(Membered { group, members });
                }
                Ok(all)
            })
            .await
    }
}

/// Makes a group, as a step of a transaction.
pub(crate) fn create<R>(
    desk: &mut Desk<'_, '_>,
    id: GroupId,
    claim: &GroupClaim,
) -> Result<GroupChange, R> {
    let source = desk.source();
    check_free(desk, None, claim)?;
    let (id, made_here) = structure::found(desk, id, &claim.display_name)?;
    let group = ScimGroup {
        id,
        external_id: claim.external_id.clone(),
        resource: stored(&claim.resource)?,
        made_here,
        version: 1,
        created_at: desk.act.now,
        updated_at: desk.act.now,
    };
    rows::insert(desk.tx, source, &claim.display_name, &group)?;
    let moved = member::change(desk, id, &[], &claim.members)?;
    let mut values = moved.told();
    values.after.insert("displayName".to_owned(), Value::from(claim.display_name.clone()));
    let action = if made_here { "scim_group.created" } else { "scim_group.linked" };
    desk.act.audit(desk.tx, action, subject(id, &claim.display_name), values)?;
    security_event::group_created(desk, &group, &claim.members)?;
    Ok(GroupChange { group, pending: moved.pending })
}

/// Changes a group, as a step of a transaction.
pub(crate) fn change<R>(
    desk: &mut Desk<'_, '_>,
    id: GroupId,
    precondition: &Precondition,
    seen: &Seen,
    apply: Apply<'_, R>,
) -> Result<GroupChange, R> {
    let source = desk.source();
    let mut group = load(desk, id, precondition)?;
    let before: Map<String, Value> = serde_json::from_str(&group.resource).unwrap_or_default();
    let present = member::seen_or_pending(desk.tx, (source, id), seen)?;
    let claim = apply(&before, &present).map_err(ChangeError::Refused)?;
    let renamed = before.get("displayName").and_then(Value::as_str) != Some(&claim.display_name);
    check_free(desk, Some(id), &claim)?;
    let moved = member::change(desk, id, &present, &claim.members)?;
    if before == claim.resource && moved.is_nothing() {
        return Ok(GroupChange { group, pending: moved.pending });
    }
    if renamed {
        structure::rename(desk, id, &claim.display_name)?;
        members::renew_members(desk.tx, (source, id), desk.act.now)?;
    }
    group.external_id.clone_from(&claim.external_id);
    group.resource = stored(&claim.resource)?;
    group.version += 1;
    group.updated_at = group.updated_at.max(desk.act.now);
    rows::save(desk.tx, source, &claim.display_name, &group)?;
    let mut values = moved.told();
    if renamed {
        let old = before.get("displayName").cloned().unwrap_or_default();
        values.before.insert("displayName".to_owned(), old);
        values.after.insert("displayName".to_owned(), Value::from(claim.display_name.clone()));
    }
    desk.act.audit(desk.tx, "scim_group.changed", subject(id, &claim.display_name), values)?;
    security_event::group_changed(desk, &before, &group, moved.operations())?;
    Ok(GroupChange { group, pending: moved.pending })
}

/// Ends a group, as a step of a transaction.
pub(crate) fn delete<R>(
    desk: &mut Desk<'_, '_>,
    id: GroupId,
    precondition: &Precondition,
) -> Result<(), R> {
    let source = desk.source();
    let group = load(desk, id, precondition)?;
    let present = member::seen_or_pending(desk.tx, (source, id), &Seen::All)?;
    let moved = member::change(desk, id, &present, &[])?;
    rows::delete(desk.tx, source, id)?;
    security_event::group_deleted(desk, id, &group.resource)?;
    let gone = group.made_here && structure::abandon(desk, id)?;
    let before: Map<String, Value> = serde_json::from_str(&group.resource).unwrap_or_default();
    let name = before.get("displayName").and_then(Value::as_str).unwrap_or_default();
    let action = if gone { "scim_group.deleted" } else { "scim_group.unlinked" };
    Ok(desk.act.audit(desk.tx, action, subject(id, name), moved.told())?)
}

fn load<R>(
    desk: &mut Desk<'_, '_>,
    id: GroupId,
    precondition: &Precondition,
) -> Result<ScimGroup, R> {
    let source = desk.source();
    let group = rows::get(desk.tx, source, id)?.ok_or(ChangeError::NotFound("group"))?;
    precondition.check(group.version)?;
    Ok(group)
}

/// No two groups of a connection share a name or an external id.
fn check_free<R>(
    desk: &mut Desk<'_, '_>,
    own: Option<GroupId>,
    claim: &GroupClaim,
) -> Result<(), R> {
    if desk.access.policy.groups == GroupMeaning::None {
        let reason = "this connection serves no groups; an administrator can switch them on";
        return Err(ChangeError::NotNow(reason.to_owned()));
    }
    let source = desk.source();
    let is_other = |group: &ScimGroup| Some(group.id) != own;
    if rows::find_by_name(desk.tx, source, &claim.display_name)?.as_ref().is_some_and(is_other) {
        let value = claim.display_name.clone();
        return Err(ChangeError::Taken { attribute: "displayName", value });
    }
    if let Some(external_id) = &claim.external_id {
        let found = rows::find_by_external_id(desk.tx, source, external_id)?;
        if found.as_ref().is_some_and(is_other) {
            let value = external_id.clone();
            return Err(ChangeError::Taken { attribute: "externalId", value });
        }
    }
    Ok(())
}

fn subject(id: GroupId, name: &str) -> Subject {
    Subject { kind: "scim_group", id: id.to_string(), name: name.to_owned() }
}
