//! What every change leaves beside its rows: an audit entry, due marks at the WFM, and no session at the ACD for
//! who left.

use jiff::Timestamp;
use serde_json::{Map, Value};

use rollcall_domain::audit::{AuditEntry, Subject};
use rollcall_domain::employee::Employee;
use rollcall_domain::source::Actor;
use rollcall_domain::{AuditEntryId, Ids};
use rollcall_storage::{
    StorageError, Tx, agent::adherence, directory::employee, record::audit,
    schedule::schedule_feed, wfm::outbox, wfm::wfm_link,
};

use crate::agent::log_out_leaver;

/// Who acts, and when: the same for all that one use case writes.
#[derive(Clone, Copy)]
pub(crate) struct Act<'a> {
    pub(crate) actor: Actor,
    pub(crate) now: Timestamp,
    pub(crate) ids: &'a dyn Ids,
}

/// The values before and after.
#[derive(Default)]
pub(crate) struct Values {
    pub(crate) before: Map<String, Value>,
    pub(crate) after: Map<String, Value>,
}

impl Values {
    /// Only values after: something was made.
    pub(crate) fn made(after: Value) -> Self {
        match after {
            Value::Object(after) => Self { before: Map::new(), after },
            _ => Self::default(),
        }
    }
}

impl Act<'_> {
    /// Adds the audit entry.
    pub(crate) fn audit(
        self,
        tx: &mut Tx<'_>,
        action: &str,
        subject: Subject,
        values: Values,
    ) -> Result<(), StorageError> {
        let entry = AuditEntry {
            id: AuditEntryId::new(self.ids.next()),
            at: self.now,
            actor: self.actor,
            action: action.to_owned(),
            subject,
            before: values.before,
            after: values.after,
        };
        audit::insert(tx, &entry)
    }

    /// Writes what changed of a person. Who leaves or comes back has no calendar address after it: what was read
    /// before they left opens nothing for good, and who is back makes a new one.
    pub(crate) fn save(
        self,
        tx: &mut Tx<'_>,
        before: &Employee,
        after: &Employee,
    ) -> Result<(), StorageError> {
        employee::save_change(tx, before, after)?;
        if before.status != after.status {
            self.end_calendar(tx, after)?;
        }
        Ok(())
    }

    /// Ends the address at which a calendar program reads a person's schedule. Without one, nothing happens.
    pub(crate) fn end_calendar(
        self,
        tx: &mut Tx<'_>,
        employee: &Employee,
    ) -> Result<(), StorageError> {
        if schedule_feed::delete(tx, employee.id)? {
            let subject = Subject::employee(employee);
            self.audit(tx, "agent.calendar_ended", subject, Values::default())?;
        }
        Ok(())
    }

    /// Marks a person as due at the WFM of their business unit, if it has one. Who does not work here now is
    /// logged out of the ACD as well. Whether they are in adherence is another question then, too.
    pub(crate) fn mark(self, tx: &mut Tx<'_>, employee: &Employee) -> Result<(), StorageError> {
        if !employee.status.is_active() {
            log_out_leaver(tx, employee.id, self.now)?;
        }
        adherence::mark(tx, employee.id)?;
        self.mark_newcomer(tx, employee)
    }

    /// The same for somebody who was not here before: they have no session, and nobody judged their adherence.
    pub(crate) fn mark_newcomer(
        self,
        tx: &mut Tx<'_>,
        employee: &Employee,
    ) -> Result<(), StorageError> {
        match wfm_link::find(tx, employee.business_unit)? {
            Some(link) => outbox::mark(tx, link, employee.id, self.now),
            None => Ok(()),
        }
    }
}
