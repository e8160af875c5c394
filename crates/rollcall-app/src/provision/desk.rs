//! What a connection's client may do, inside a transaction: the counter at which requests are served, one
//! by one or many in a row.

use serde_json::{Map, Value};

use rollcall_domain::EmployeeId;
use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::employee::{Claim, Employee, Status};
use rollcall_domain::source::Source;
use rollcall_storage::identity_link::{self, IdentityLink};
use rollcall_storage::scim_person::ScimPerson;
use rollcall_storage::{StorageError, Tx, employee, scim_reader};

use crate::access::ScimAccess;
use crate::error::ChangeError;
use crate::provision::restore::Found;
use crate::provision::{
    Arrival, Changed, Precondition, Provisioned, Result, ScimClaim, Written, change, create,
    restore, take_over,
};
use crate::record::{Act, Values};
use crate::scim_group;
use crate::security_event;

/// Makes of a resource what it should be.
pub(crate) type Apply<'a, R> =
    &'a mut dyn FnMut(&Map<String, Value>) -> std::result::Result<ScimClaim, R>;

/// A transaction, who acts in it, and for which connection.
pub(crate) struct Desk<'d, 't> {
    pub(crate) tx: &'d mut Tx<'t>,
    pub(crate) act: Act<'d>,
    pub(crate) access: &'d ScimAccess,
}

impl Desk<'_, '_> {
    /// The connection, as a source of facts about people.
    pub(crate) fn source(&self) -> Source {
        self.access.source()
    }

    /// Runs a part of the transaction that is kept or undone for itself.
    pub(crate) fn attempt<T, E: From<StorageError>>(
        &mut self,
        work: impl FnOnce(&mut Desk<'_, '_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let (act, access) = (self.act, self.access);
        self.tx.attempt(|tx| work(&mut Desk { tx, act, access }))
    }

    /// Makes a person under `id`, restores the one that comes back, or takes over the one who is there.
    pub(crate) fn provision<R>(
        &mut self,
        id: EmployeeId,
        claim: &ScimClaim,
    ) -> Result<Provisioned, R> {
        let (person, arrival) = match restore::find(self, claim)? {
            Found::Hidden(employee, link) => {
                (restore::restore(self, &employee, link, claim)?, Arrival::Restored)
            }
            Found::Other(other) => (take_over::take_over(self, other, claim)?, Arrival::TakenOver),
            Found::Nobody => (create::create(self, id, claim)?, Arrival::Made),
        };
        match arrival {
            Arrival::Made => security_event::user_created(self, &person)?,
            Arrival::Restored | Arrival::TakenOver => security_event::user_restored(self, &person)?,
        }
        Ok(Provisioned { person, arrival })
    }

    /// Changes a person into what `apply` makes of the resource as it is.
    pub(crate) fn reprovision<R>(
        &mut self,
        id: EmployeeId,
        precondition: &Precondition,
        apply: Apply<'_, R>,
    ) -> Result<Changed, R> {
        let (employee, link) = self.load(id, precondition)?;
        let resource = parse(&link.resource);
        let claim = apply(&resource).map_err(ChangeError::Refused)?;
        let changed = change::change(self, &employee, link, &resource, &claim)?;
        if changed.written == Written::Yes {
            security_event::user_changed(self, &resource, &changed.person)?;
        }
        Ok(changed)
    }

    /// Deactivates a person and hides them from the connection.
    pub(crate) fn deprovision<R>(
        &mut self,
        id: EmployeeId,
        precondition: &Precondition,
    ) -> Result<(), R> {
        let (before, mut link) = self.load(id, precondition)?;
        let (source, now) = (self.source(), self.act.now);
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
        self.act.save(self.tx, &before, &after)?;
        identity_link::save(self.tx, &link)?;
        identity_link::note_step(self.tx, &link);
        if after.managed_by == source {
            // The name can be used again (docs/scim.md); the person takes it back if it is free then.
            employee::release_user_name(self.tx, &after)?;
        }
        scim_group::leave(self, id)?;
        security_event::user_deleted(self, id, &link.resource)?;
        let (old, new) = audit_values::difference(&before, &after);
        let values = Values { before: old, after: new };
        let subject = Subject::employee(&after);
        self.act.audit(self.tx, "employee.deleted_by_provider", subject, values)?;
        Ok(self.act.mark(self.tx, &after)?)
    }

    fn load<R>(
        &mut self,
        id: EmployeeId,
        precondition: &Precondition,
    ) -> Result<(Employee, IdentityLink), R> {
        let link = identity_link::get(self.tx, self.source(), id)?;
        let link = link.filter(|link| link.hidden_at.is_none());
        let employee = if link.is_some() { employee::get(self.tx, id)? } else { None };
        let (Some(employee), Some(link)) = (employee, link) else {
            let others = self.access.reads_all()
                && scim_reader::get(self.tx, self.access.connection, id)?.is_some();
            return Err(if others {
                ChangeError::ReadOnly("user")
            } else {
                ChangeError::NotFound("user")
            });
        };
        precondition.check(employee.version)?;
        Ok((employee, link))
    }
}

/// A person as the connection sees them.
pub(super) fn seen(employee: &Employee, link: IdentityLink) -> ScimPerson {
    ScimPerson {
        id: employee.id,
        version: employee.version,
        created_at: rollcall_domain::time::to_text(employee.created_at),
        updated_at: rollcall_domain::time::to_text(employee.updated_at),
        agent_number: employee.agent_number.0,
        resource: link.resource,
        groups: link.groups,
    }
}

/// The refusal of a user name that another has.
pub(super) fn user_name_taken<R>(claim: &ScimClaim) -> ChangeError<R> {
    ChangeError::Taken { attribute: "userName", value: claim.claim.profile.user_name.to_string() }
}

/// A stored resource as values.
pub(crate) fn parse(resource: &str) -> Map<String, Value> {
    serde_json::from_str(resource).unwrap_or_default()
}

/// A resource as it is stored.
pub(crate) fn text(resource: &Map<String, Value>) -> String {
    serde_json::to_string(resource).unwrap_or_else(|_| "{}".to_owned())
}
