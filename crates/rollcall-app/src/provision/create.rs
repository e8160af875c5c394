//! Somebody new: number, team and role come from here, the rest from the identity provider.

use serde_json::Map;

use rollcall_domain::EmployeeId;
use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::authority::Attribute;
use rollcall_domain::detail::Details;
use rollcall_domain::employee::{AgentNumber, Employee};
use rollcall_domain::origin::Origins;
use rollcall_domain::source::Source;
use rollcall_storage::directory::identity_link::{self, IdentityLink};
use rollcall_storage::scim::scim_person::ScimPerson;
use rollcall_storage::{directory::employee, directory::employee_role, directory::structure};

use crate::provision::desk::{Desk, seen, stored};
use crate::provision::{Result, ScimClaim, wish};
use crate::record::Values;
use crate::template;

/// Makes somebody new.
pub(super) fn create<R>(
    desk: &mut Desk<'_, '_>,
    id: EmployeeId,
    claim: &ScimClaim,
) -> Result<ScimPerson, R> {
    let source = desk.source();
    let connection = desk.connection()?;
    let (business_unit, team) = (connection.business_unit, connection.team);
    let primary_role = desk.default_role()?;
    let mut origins = Origins::default();
    let mut provided = vec![
        Attribute::UserName,
        Attribute::FirstName,
        Attribute::LastName,
        Attribute::Email,
        Attribute::Status,
    ];
    provided.extend(claim.claim.external_id.as_ref().map(|_| Attribute::ExternalId));
    origins.set(&provided, source, desk.act.now);
    origins.set(&[Attribute::Team, Attribute::PrimaryRole], Source::Local, desk.act.now);
    let mut employee = Employee {
        id,
        business_unit,
        team,
        primary_role,
        agent_number: AgentNumber(0),
        profile: claim.claim.profile.clone(),
        details: Details::default(),
        status: claim.claim.status,
        activated_at: desk.act.now,
        external_id: claim.claim.external_id.clone(),
        managed_by: source,
        origins,
        version: 1,
        created_at: desk.act.now,
        updated_at: desk.act.now,
    };
    let roles = match &claim.template {
        Some(name) => template::apply_at_creation(desk.tx, &mut employee, name, desk.act.now)?,
        None => Vec::new(),
    };
    wish::grant(desk, &mut employee, &claim.wishes)?;
    employee.version = 1;
    // What can be refused was, so the number is used.
    employee.agent_number = structure::take_agent_number(desk.tx, business_unit)?;
    let link = IdentityLink {
        source,
        employee: id,
        external_id: claim.claim.external_id.clone(),
        resource: stored(&claim.resource)?,
        groups: "[]".to_owned(),
        evidence: "created through this connection".to_owned(),
        linked_at: desk.act.now,
        hidden_at: None,
    };
    employee::insert(desk.tx, &employee)?;
    identity_link::insert(desk.tx, &link)?;
    if !claim.other_emails.is_empty() {
        identity_link::save_emails(desk.tx, &link, &claim.other_emails)?;
    }
    for role in roles.into_iter().filter(|role| *role != employee.primary_role) {
        employee_role::add(desk.tx, (id, role), Source::Local, desk.act.now)?;
    }
    let mut values = Values { before: Map::new(), after: audit_values::values(&employee) };
    values.after.extend(claim.template.clone().map(|name| ("template".to_owned(), name.into())));
    desk.act.audit(desk.tx, "employee.created", Subject::employee(&employee), values)?;
    desk.act.mark_newcomer(desk.tx, &employee)?;
    Ok(seen(desk.tx, &employee, link)?)
}
