//! Contacts as facts: those that people had, and those in queues, whoever had them.

use jiff::{SignedDuration, Timestamp};

use rollcall_domain::agent_state::{Agent, AgentState, Interval};
use rollcall_domain::interval::queue::{Outcome, QueueContact};
use rollcall_domain::interval::{Kind, Quarter};
use rollcall_domain::{BusinessUnitId, TenantId};
use rollcall_storage::agent::agent_state::AgentRow;
use rollcall_storage::interval::queue_contact::{self, Key};
use rollcall_storage::{
    StorageError, Tx, agent::agent_contact, directory::structure, interval::contact_queue,
    interval::delivered_interval, interval::interval_mark,
};

use crate::agent::HISTORY_KEPT_DAYS;
use crate::app::App;
use crate::error::ChangeError;

/// Clocks of others may be ahead by so much.
pub(super) const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);
/// Each queue has a row in each quarter of an hour from its first contact on.
pub(super) const QUEUES_MAX: i64 = 2_000;

/// From which queue a contact came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueOrigin {
    /// The queue.
    pub queue: String,
    /// What people call it, where that is said.
    pub name: Option<String>,
    /// When the contact came into the queue; when it was given to the person, where that is not said.
    pub offered_at: Option<Timestamp>,
}

/// An account of a contact in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueTold {
    /// The business unit.
    pub unit: BusinessUnitId,
    /// The contact.
    pub contact: String,
    /// The queue.
    pub queue: String,
    /// What people call it, where that is said.
    pub name: Option<String>,
    /// What is told.
    pub account: QueueContact,
}

impl App {
    /// Takes an account of a contact in a queue, and answers what is known of it now. Accounts may come in any
    /// order, late, and more than once.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] for moments that cannot be.
    pub async fn tell_queue_contact(
        &self,
        tenant: TenantId,
        told: QueueTold,
    ) -> Result<QueueContact, ChangeError> {
        let now = self.now();
        check(&told.account, now)?;
        self.storage
            .write(tenant, move |tx| {
                if !has_room(tx, told.unit, &told.queue)? {
                    let words = format!(
                        "the business unit has {QUEUES_MAX} queues already, which is the most; a queue is not a contact"
                    );
                    return Err(ChangeError::Invalid(words));
                }
                Ok(tell(tx, &told, now)?)
            })
            .await
    }
}

/// Whether a unit has a queue, or may have one more.
fn has_room(tx: &mut Tx<'_>, unit: BusinessUnitId, queue: &str) -> Result<bool, StorageError> {
    Ok(contact_queue::is_known(tx, unit, queue)? || contact_queue::count(tx, unit)? < QUEUES_MAX)
}

fn check(account: &QueueContact, now: Timestamp) -> Result<(), ChangeError> {
    let invalid = |words: &str| Err(ChangeError::Invalid(words.to_owned()));
    let latest = now.checked_add(AHEAD_MAX).unwrap_or(now);
    let oldest = SignedDuration::from_hours(24 * HISTORY_KEPT_DAYS);
    let oldest = now.checked_sub(oldest).unwrap_or(now);
    let last = account.left_at.unwrap_or(account.offered_at);
    if account.offered_at > latest || last > latest {
        return invalid("a contact of the future cannot be told of; check the clock");
    }
    if account.offered_at < oldest {
        return invalid("history is kept for 396 days, and the contact is older");
    }
    if last < account.offered_at {
        return invalid("a contact leaves a queue no sooner than it came");
    }
    if account.left_at.is_some() == (account.outcome == Outcome::Waiting) {
        return invalid("a contact that waits has not left; any other says when it did");
    }
    Ok(())
}

fn tell(tx: &mut Tx<'_>, told: &QueueTold, now: Timestamp) -> Result<QueueContact, StorageError> {
    let account = told.account.clone();
    contact_queue::note(tx, told.unit, &told.queue, told.name.as_deref(), account.offered_at)?;
    let key = Key { unit: told.unit, queue: &told.queue, contact: &told.contact };
    let known = queue_contact::get(tx, key)?;
    let merged = match known.clone() {
        Some(known) => known.merge(account),
        None => account,
    };
    if known.as_ref() == Some(&merged) {
        return Ok(merged);
    }
    queue_contact::save(tx, key, &merged)?;
    let before = known.map(|known| Quarter::of(known.offered_at));
    let after = Quarter::of(merged.offered_at);
    for quarter in before.filter(|before| *before != after).into_iter().chain([after]) {
        interval_mark::mark_changed(tx, told.unit, Kind::Queues, quarter, now)?;
    }
    Ok(merged)
}

/// What follows from a change of a person for the facts about contacts, in the transaction of the change.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    person: &AgentRow,
    agent: &Agent,
    ended: &[Interval],
    now: Timestamp,
) -> Result<(), StorageError> {
    let at = person.agent.as_ref().map_or(now, |before| now.max(before.since));
    agent_contact::follow(tx, person, agent, ended, at)?;
    let had_contacts = person
        .agent
        .as_ref()
        .and_then(|agent| agent.session.as_ref())
        .is_some_and(|session| !session.contacts.is_empty());
    let work = ended.iter().filter(|one| matches!(one.state, AgentState::AfterContactWork(_)));
    let mut moments: Vec<Timestamp> = work.map(|one| one.ended_at).collect();
    moments.extend(had_contacts.then_some(at));
    for moment in moments {
        for touched in agent_contact::list_touched(tx, person.employee, moment)? {
            let unit = person.business_unit;
            let key = Key { unit, queue: &touched.queue, contact: &touched.contact };
            if let Some(known) = queue_contact::get(tx, key)? {
                let quarter = Quarter::of(known.offered_at);
                interval_mark::mark_changed(tx, unit, Kind::Queues, quarter, now)?;
            }
        }
    }
    Ok(())
}

/// Notes from which queue an open contact of a person came. Said again, it changes nothing.
pub(crate) fn note_origin(
    tx: &mut Tx<'_>,
    person: &AgentRow,
    contact: &str,
    origin: &QueueOrigin,
    now: Timestamp,
) -> Result<(), StorageError> {
    let session = person.agent.as_ref().and_then(|agent| agent.session.as_ref());
    let Some(session) = session.map(|session| session.id) else { return Ok(()) };
    if !has_room(tx, person.business_unit, &origin.queue)? {
        // The contact counts for the person all the same.
        tracing::warn!(unit = %person.business_unit, "a queue too many was named and is not kept");
        return Ok(());
    }
    let place = (person.employee, session);
    let Some(began_at) = agent_contact::set_queue(tx, place, contact, &origin.queue)? else {
        return Ok(());
    };
    let unit = person.business_unit;
    let key = Key { unit, queue: &origin.queue, contact };
    let known = queue_contact::get(tx, key)?;
    let offered_at = origin.offered_at.or(known.map(|known| known.offered_at));
    let account = QueueContact {
        revision: 0,
        // Who was given a contact before it was offered, by some clock, did not wait.
        offered_at: offered_at.unwrap_or(began_at).min(began_at),
        outcome: Outcome::Answered,
        left_at: Some(began_at),
        came_over: false,
    };
    let told = QueueTold {
        unit,
        contact: contact.to_owned(),
        queue: origin.queue.clone(),
        name: origin.name.clone(),
        account,
    };
    tell(tx, &told, now).map(|_| ())
}

/// Forgets contacts and delivered intervals that are older than a moment, some of each kind; tells how many.
pub(crate) fn prune_facts(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StorageError> {
    let mut forgotten = agent_contact::prune(tx, before, limit)?;
    for unit in structure::list_business_units(tx)? {
        forgotten += queue_contact::prune(tx, unit.id, before, limit)?;
        forgotten += delivered_interval::prune(tx, unit.id, before, limit)?;
    }
    Ok(forgotten)
}
