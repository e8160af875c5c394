//! Somebody of whom something else is claimed than before.

use serde_json::{Map, Value};

use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::authority::Attribute;
use rollcall_domain::employee::Employee;
use rollcall_storage::directory::employee;
use rollcall_storage::directory::identity_link::{self, IdentityLink};

use crate::error::ChangeError;
use crate::provision::desk::{Desk, seen, stored};
use crate::provision::{Changed, Result, ScimClaim, Written, take_over, wish};
use crate::record::Values;

/// Writes what is claimed of a person, if it says anything new.
pub(super) fn change<R>(
    desk: &mut Desk<'_, '_>,
    before: &Employee,
    mut link: IdentityLink,
    resource: &Map<String, Value>,
    claim: &ScimClaim,
) -> Result<Changed, R> {
    let mut after = before.clone();
    let mut changed = after.apply(claim.claim.clone(), link.source, desk.act.now)?;
    changed.extend(wish::grant(desk, &mut after, &claim.wishes)?);
    after.version = before.version + 1;
    let same_resource = *resource == claim.resource;
    if changed.is_empty() && same_resource {
        return Ok(Changed { person: seen(desk.tx, before, link)?, written: Written::Nothing });
    }
    if changed.contains(&Attribute::UserName) {
        let holder = employee::find_by_user_name(desk.tx, &after.profile.user_name)?;
        if let Some(other) = holder.filter(|other| *other != after.id) {
            return Err(take_over::refuse_renaming(desk, other, claim)?);
        }
    }
    if changed.contains(&Attribute::ExternalId)
        && let Some(external_id) = &after.external_id
        && identity_link::find_by_external_id(desk.tx, link.source, external_id)?
            .is_some_and(|other| other.employee != after.id)
    {
        return Err(ChangeError::Taken { attribute: "externalId", value: external_id.clone() });
    }
    after.date(desk.act.now);
    link.external_id.clone_from(&after.external_id);
    link.resource = stored(&claim.resource)?;
    desk.act.save(desk.tx, before, &after)?;
    identity_link::save(desk.tx, &link)?;
    if resource.get("emails") != claim.resource.get("emails") {
        identity_link::save_emails(desk.tx, &link, &claim.other_emails)?;
    }
    let (mut old, mut new) = audit_values::difference(before, &after);
    note_resource(resource, &claim.resource, &mut old, &mut new);
    let values = Values { before: old, after: new };
    desk.act.audit(desk.tx, "employee.changed_by_provider", Subject::employee(&after), values)?;
    desk.act.mark(desk.tx, &after)?;
    let written = match (before.status.is_active(), after.status.is_active()) {
        (false, true) => Written::Activated,
        (true, false) => Written::Deactivated,
        _ => Written::Yes,
    };
    Ok(Changed { person: seen(desk.tx, &after, link)?, written })
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
