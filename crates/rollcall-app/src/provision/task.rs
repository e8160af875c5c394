//! What a client may ask of the desk: to make somebody, to change them, to take them away.

use serde_json::{Map, Value};

use rollcall_domain::EmployeeId;
use rollcall_domain::audit::{self as audit_values, Subject};
use rollcall_domain::employee::{Claim, Status};
use rollcall_storage::{directory::employee, directory::identity_link};

use crate::error::ChangeError;
use crate::provision::desk::{Desk, parse};
use crate::provision::restore::Found;
use crate::provision::{
    Arrival, Changed, Precondition, Provisioned, Result, ScimClaim, Written, change, create,
    restore, take_over,
};
use crate::record::Values;
use crate::scim_group;
use crate::security_event;

/// Makes of a resource what it should be.
pub(crate) type Apply<'a, R> =
    &'a mut dyn FnMut(&Map<String, Value>) -> std::result::Result<ScimClaim, R>;

impl Desk<'_, '_> {
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
        if changed.written != Written::Nothing {
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
}
