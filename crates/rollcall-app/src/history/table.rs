//! Counts intervals from what happened. Everything is read in one transaction, so that what is counted is one
//! state of things.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use rollcall_domain::interval::feed::{self, AgentRow, QueueRow};
use rollcall_domain::interval::queue::{Handled, Thresholds};
use rollcall_domain::interval::{AgentTotals, Kind, Quarter, QueueTotals, Span};
use rollcall_domain::{BusinessUnitId, EmployeeId, WfmLinkId};
use rollcall_storage::interval::contact_queue::{self, ContactQueue};
use rollcall_storage::interval::delivered_interval::{self, Delivered};
use rollcall_storage::interval::interval_source::{self as source, Person, Stay, Whose};
use rollcall_storage::{StorageError, Tx, agent::agent_contact, interval::queue_contact};

use crate::secret;

/// Of what intervals are counted.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The business unit.
    pub unit: BusinessUnitId,
    /// The link of its WFM, if it has one.
    pub link: Option<WfmLinkId>,
    /// From how long a wait in a queue is something else.
    pub thresholds: Thresholds,
}

/// What is told of an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The file.
    pub text: String,
    /// The hash of the rows that tell of something. Rows of zeros are left out of it: whether somebody has one
    /// depends on who is here today, and is no reason to send an interval again.
    pub hash: String,
    /// As many rows tell of something.
    pub entries: i64,
}

/// The intervals of the people of a business unit.
#[derive(Debug)]
pub struct AgentTable {
    /// Who belongs to it, or did, in the order of numbers.
    pub people: Vec<Person>,
    totals: BTreeMap<(Quarter, usize), AgentTotals>,
    sources: BTreeMap<(Quarter, usize), String>,
}

impl AgentTable {
    /// Counts the intervals of a span, up to a moment.
    ///
    /// # Errors
    /// When storage fails.
    pub fn read(
        tx: &mut Tx<'_>,
        scope: &Scope,
        span: Span,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        let window = (span.first.start(), span.end.start());
        let people = source::people(tx, scope.unit, scope.link)?;
        let mut stays = source::stays(tx, Whose::Unit(scope.unit), window)?;
        for (employee, mut agent) in source::present(tx, Whose::Unit(scope.unit))? {
            // A timeout that is due counts from the moment when it was due, applied or not.
            let over = agent.expire(now).into_iter();
            let over = over.map(|one| (one.state, one.began_at, one.ended_at));
            let all = over.chain([(agent.state, agent.since, now)]);
            stays.extend(all.map(|(state, from, to)| Stay { employee, state, from, to }));
        }
        let mut table = Self { people, totals: BTreeMap::new(), sources: BTreeMap::new() };
        let places: HashMap<EmployeeId, usize> =
            table.people.iter().enumerate().map(|(at, person)| (person.employee, at)).collect();
        for stay in stays {
            if let Some(place) = places.get(&stay.employee) {
                table.add_stay(*place, &stay, span);
            }
        }
        for (employee, kind, at) in agent_contact::list_begun(tx, scope.unit, window)? {
            let place = places.get(&employee).filter(|place| table.is_here(**place, at));
            if let Some(place) = place {
                table.totals.entry((Quarter::of(at), *place)).or_default().add_contact(kind);
            }
        }
        table.replace(delivered_interval::list(tx, (scope.unit, Kind::Agents), span)?);
        Ok(table)
    }

    fn is_here(&self, place: usize, at: Timestamp) -> bool {
        self.people.get(place).is_some_and(|person| {
            person.since.is_none_or(|since| since <= at)
                && person.until.is_none_or(|until| at < until)
        })
    }

    fn add_stay(&mut self, place: usize, stay: &Stay, span: Span) {
        let Some(person) = self.people.get(place) else { return };
        let from = person.since.map_or(stay.from, |since| stay.from.max(since));
        let to = person.until.map_or(stay.to, |until| stay.to.min(until));
        if from >= to {
            return;
        }
        for quarter in span.touched(from, to) {
            let totals = self.totals.entry((quarter, place)).or_default();
            totals.add_stay(quarter, &stay.state, (from, to));
        }
    }

    /// What somebody else counted stands for what was counted here, so that nothing is counted twice.
    fn replace(&mut self, delivered: Vec<Delivered<AgentTotals>>) {
        let numbers: HashMap<String, usize> = self
            .people
            .iter()
            .enumerate()
            .map(|(place, person)| (person.agent_number.0.to_string(), place))
            .collect();
        for one in delivered {
            if let Some(place) = numbers.get(&one.subject) {
                self.totals.insert((one.quarter, *place), one.totals);
                self.sources.insert((one.quarter, *place), one.source);
            }
        }
    }

    /// What a person did in a quarter; `place` counts within [`AgentTable::people`].
    #[must_use]
    pub fn totals(&self, place: usize, quarter: Quarter) -> AgentTotals {
        self.totals.get(&(quarter, place)).copied().unwrap_or_default()
    }

    /// Who else counted a person's quarter; `None` where it was counted here.
    #[must_use]
    pub fn source(&self, place: usize, quarter: Quarter) -> Option<&str> {
        self.sources.get(&(quarter, place)).map(String::as_str)
    }

    /// The rows of a quarter: of everybody whom the WFM knows, or is going to.
    #[must_use]
    pub fn rows(&self, quarter: Quarter) -> Vec<AgentRow> {
        let mut rows = Vec::new();
        for (place, person) in self.people.iter().enumerate() {
            let totals = self.totals(place, quarter);
            let told = person.known || person.qualified_since.is_some();
            let here = person.qualified_since.is_some_and(|since| since <= quarter.start())
                && self.is_here(place, quarter.start());
            if !told || (totals.is_empty() && !here) {
                continue;
            }
            rows.push(AgentRow {
                quarter,
                agent_number: person.agent_number.0,
                name: person.name.clone(),
                totals,
            });
        }
        rows
    }

    /// What is told of a quarter.
    #[must_use]
    pub fn content(&self, quarter: Quarter) -> Content {
        let rows = self.rows(quarter);
        let entries = rows.iter().filter(|row| !row.totals.is_empty());
        content(
            feed::file(rows.iter().map(AgentRow::columns)),
            &feed::file(entries.map(AgentRow::columns)),
        )
    }
}

/// The intervals of the queues of a business unit.
#[derive(Debug)]
pub struct QueueTable {
    /// Its queues, by key.
    pub queues: Vec<ContactQueue>,
    totals: BTreeMap<(Quarter, usize), QueueTotals>,
    sources: BTreeMap<(Quarter, usize), String>,
}

impl QueueTable {
    /// Counts the intervals of a span.
    ///
    /// # Errors
    /// When storage fails.
    pub fn read(tx: &mut Tx<'_>, scope: &Scope, span: Span) -> Result<Self, StorageError> {
        let window = (span.first.start(), span.end.start());
        let queues = contact_queue::list(tx, scope.unit)?;
        let places: HashMap<String, usize> =
            queues.iter().enumerate().map(|(at, queue)| (queue.queue.clone(), at)).collect();
        let mut handled: HashMap<(String, String), Handled> = HashMap::new();
        for (queue, contact, part) in agent_contact::list_handled(tx, scope.unit, window)? {
            let all = handled.entry((queue, contact)).or_default();
            all.talk_s += part.talk_s;
            all.work_s += part.work_s;
        }
        let mut totals: BTreeMap<(Quarter, usize), QueueTotals> = BTreeMap::new();
        for (queue, id, contact) in queue_contact::list(tx, scope.unit, window)? {
            let Some(place) = places.get(&queue) else { continue };
            let handled = handled.get(&(queue, id)).copied().unwrap_or_default();
            let quarter = Quarter::of(contact.offered_at);
            let totals = totals.entry((quarter, *place)).or_default();
            totals.add(&contact, handled, scope.thresholds);
        }
        let delivered: Vec<Delivered<QueueTotals>> =
            delivered_interval::list(tx, (scope.unit, Kind::Queues), span)?;
        let mut sources = BTreeMap::new();
        for one in delivered {
            if let Some(place) = places.get(&one.subject) {
                totals.insert((one.quarter, *place), one.totals);
                sources.insert((one.quarter, *place), one.source);
            }
        }
        Ok(Self { queues, totals, sources })
    }

    /// What happened in a queue in a quarter; `place` counts within [`QueueTable::queues`].
    #[must_use]
    pub fn totals(&self, place: usize, quarter: Quarter) -> QueueTotals {
        self.totals.get(&(quarter, place)).copied().unwrap_or_default()
    }

    /// Who else counted a queue's quarter; `None` where it was counted here.
    #[must_use]
    pub fn source(&self, place: usize, quarter: Quarter) -> Option<&str> {
        self.sources.get(&(quarter, place)).map(String::as_str)
    }

    /// The rows of a quarter: of every queue that there was by its end.
    #[must_use]
    pub fn rows(&self, quarter: Quarter) -> Vec<QueueRow> {
        let mut rows = Vec::new();
        for (place, queue) in self.queues.iter().enumerate() {
            let totals = self.totals(place, quarter);
            if totals.is_empty() && queue.first_at >= quarter.end() {
                continue;
            }
            rows.push(QueueRow {
                quarter,
                queue: queue.queue.clone(),
                name: queue.name.clone(),
                totals,
            });
        }
        rows
    }

    /// What is told of a quarter.
    #[must_use]
    pub fn content(&self, quarter: Quarter) -> Content {
        let rows = self.rows(quarter);
        let entries = rows.iter().filter(|row| !row.totals.is_empty());
        content(
            feed::file(rows.iter().map(QueueRow::columns)),
            &feed::file(entries.map(QueueRow::columns)),
        )
    }
}

fn content(text: String, entries: &str) -> Content {
    let count = i64::try_from(entries.lines().count()).unwrap_or(i64::MAX);
    Content { text, hash: secret::hash(entries), entries: count }
}
