//! Somebody who is there and whom a connection claims: taken over where that is allowed, refused and told where
//! it is not.

use rollcall_domain::EmployeeId;
use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::employee::Employee;
use rollcall_domain::take_over::{self, Decision, Evidence, Precedent, TakeOver, Verdict};
use rollcall_storage::directory::identity_link::{self, IdentityLink};
use rollcall_storage::scim::scim_person::{self, ScimPerson};
use rollcall_storage::scim::take_over_request::{self as requests, ClaimKind, TakeOverRequest};
use rollcall_storage::{directory::employee, scim::scim_group_member};
use serde_json::json;

use crate::error::{ChangeError, ClaimOutcome, Claimed};
use crate::provision::desk::{Desk, seen, stored, text, user_name_taken};
use crate::provision::{Result, ScimClaim, wish};
use crate::record::Values;
use crate::scim_group;
use crate::security_event;

/// Takes a person over, or says why not.
pub(super) fn take_over<R>(
    desk: &mut Desk<'_, '_>,
    id: EmployeeId,
    claim: &ScimClaim,
) -> Result<ScimPerson, R> {
    let person = employee::get(desk.tx, id)?.ok_or(ChangeError::NotFound("user"))?;
    let known = requests::get(desk.tx, (desk.access.connection, id))?;
    let precedent = known.as_ref().filter(|known| known.kind == ClaimKind::Creation).map(|known| {
        Precedent { decision: known.decision, external_id: known.external_id.clone() }
    });
    let claimed = (&claim.claim.profile, claim.claim.external_id.as_deref());
    let policy = desk.access.policy.take_over;
    match take_over::judge(policy, precedent.as_ref(), &person, claimed) {
        Verdict::Link(evidence) => link(desk, &person, claim, evidence),
        Verdict::Refuse => Err(user_name_taken(claim)),
        Verdict::Wait => {
            let request = request(desk, id, claim, ClaimKind::Creation, known);
            Err(refused(TakeOverRequest { decision: Decision::Waiting, ..request }))
        }
        Verdict::Rejected => Err(refused(request(desk, id, claim, ClaimKind::Creation, known))),
    }
}

/// The refusal of giving somebody the user name of another. Two people are never made one by it.
pub(super) fn refuse_renaming<R>(
    desk: &mut Desk<'_, '_>,
    other: EmployeeId,
    claim: &ScimClaim,
) -> Result<ChangeError<R>, R> {
    let link = identity_link::get(desk.tx, desk.source(), other)?;
    let is_own = link.is_some_and(|link| link.hidden_at.is_none());
    if is_own || desk.access.policy.take_over != TakeOver::Ask {
        return Ok(user_name_taken(claim));
    }
    let known = requests::get(desk.tx, (desk.access.connection, other))?;
    if known.as_ref().is_some_and(|known| known.kind == ClaimKind::Creation) {
        // What was decided about that claim stands.
        return Ok(user_name_taken(claim));
    }
    Ok(refused(request(desk, other, claim, ClaimKind::Renaming, known)))
}

/// The claim as it is kept: what it says now, and what was decided about it before.
fn request(
    desk: &Desk<'_, '_>,
    employee: EmployeeId,
    claim: &ScimClaim,
    kind: ClaimKind,
    known: Option<TakeOverRequest>,
) -> TakeOverRequest {
    let now = desk.act.now;
    let known = known.filter(|known| known.kind == kind);
    let (decision, reason, count, asked_at, decided) = match known {
        Some(known) => (known.decision, known.reason, known.count, known.asked_at, known.decided),
        None => (Decision::Waiting, None, 0, now, None),
    };
    TakeOverRequest {
        connection: desk.access.connection,
        employee,
        kind,
        profile: claim.claim.profile.clone(),
        external_id: claim.claim.external_id.clone(),
        resource: text(&claim.resource),
        decision,
        reason,
        count: count.saturating_add(1),
        asked_at,
        last_asked_at: now,
        decided,
    }
}

fn refused<R>(request: TakeOverRequest) -> ChangeError<R> {
    let outcome = match (request.decision, request.kind) {
        (Decision::Rejected, _) => ClaimOutcome::Rejected(
            request.reason.clone().unwrap_or_else(|| "no reason was given".to_owned()),
        ),
        (_, ClaimKind::Renaming) => ClaimOutcome::Told,
        (_, ClaimKind::Creation) => ClaimOutcome::Waits,
    };
    ChangeError::Claimed(Box::new(Claimed { request, outcome }))
}

/// Makes the person the connection's own: the same employee with number, roles and history.
fn link<R>(
    desk: &mut Desk<'_, '_>,
    before: &Employee,
    claim: &ScimClaim,
    evidence: Evidence,
) -> Result<ScimPerson, R> {
    let (source, now) = (desk.source(), desk.act.now);
    for known in identity_link::list(desk.tx, before.id)? {
        if known.source == before.managed_by {
            security_event::removed_from_feed(desk.tx, desk.act, (known.source, before.id))?;
            scim_group_member::set_pending(desk.tx, known.source, before.id, true)?;
        }
        if known.source == source || known.source == before.managed_by {
            identity_link::delete(desk.tx, &known)?;
        }
    }
    let mut after = before.clone();
    after.managed_by = source;
    after.apply(claim.claim.clone(), source, now)?;
    wish::grant(desk, &mut after, &claim.wishes)?;
    after.version = before.version + 1;
    after.date(now);
    desk.act.save(desk.tx, before, &after)?;
    let link = IdentityLink {
        source,
        employee: after.id,
        external_id: claim.claim.external_id.clone(),
        resource: stored(&claim.resource)?,
        groups: "[]".to_owned(),
        evidence: evidence.text().to_owned(),
        linked_at: now,
        hidden_at: None,
    };
    identity_link::insert(desk.tx, &link)?;
    if !claim.other_emails.is_empty() {
        identity_link::save_emails(desk.tx, &link, &claim.other_emails)?;
    }
    requests::delete(desk.tx, (desk.access.connection, after.id))?;
    let (old, mut new) = audit_values::difference(before, &after);
    new.insert("evidence".to_owned(), json!(evidence.text()));
    let values = Values { before: old, after: new };
    desk.act.audit(desk.tx, "employee.taken_over", Subject::employee(&after), values)?;
    desk.act.mark(desk.tx, &after)?;
    scim_group::rejoin(desk, after.id)?;
    // Memberships that waited are part of what is read.
    let connection = desk.access.connection;
    match scim_person::get(desk.tx, connection, after.id)? {
        Some(person) => Ok(person),
        None => Ok(seen(desk.tx, &after, link)?),
    }
}
