//! The agents of all acds, ordered by uuid, with the rules of the unique key (`CONTRACT.md` §3.1,
//! §4). Synchronous and in memory; callers hold the lock only for a bounded number of agents.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::agent::{Agent, Record};
use crate::batch::Upsert;

/// Where a record stands: its uuid, and which of the doubles it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) uuid: Box<str>,
    pub(crate) copy: u32,
}

/// Whether a uuid may stand once only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UniqueKey {
    Enforced,
    Absent,
}

/// What an upsert did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Created,
    /// Created beside a record with the same uuid.
    Doubled,
    Updated,
    Unchanged,
    /// Nothing: a new agent needs a mu.
    Refused,
}

/// A stretch of the list.
pub(crate) struct Page {
    pub(crate) rows: Vec<(Key, Record)>,
    /// Whether records follow after the last row.
    pub(crate) more: bool,
    /// How many records the acd has.
    pub(crate) total: usize,
}

/// All agents.
pub(crate) struct Store {
    acds: BTreeMap<Box<str>, BTreeMap<Key, Record>>,
    unique_key: UniqueKey,
    /// Grows with every change; tells the snapshot whether there is something to write.
    version: u64,
}

impl Store {
    pub(crate) fn new(unique_key: UniqueKey) -> Self {
        Self { acds: BTreeMap::new(), unique_key, version: 0 }
    }

    /// Creates or changes an agent. What it creates stays unsettled until [`Self::settle`] where
    /// there is no unique key.
    pub(crate) fn upsert(&mut self, upsert: Upsert, now_ms: i64) -> Effect {
        if !self.acds.contains_key(upsert.agent.acd_id.as_str()) {
            self.acds.insert(upsert.agent.acd_id.as_str().into(), BTreeMap::new());
        }
        let Some(agents) = self.acds.get_mut(upsert.agent.acd_id.as_str()) else {
            return Effect::Unchanged;
        };
        let uuid: Box<str> = upsert.agent.uuid.as_str().into();
        let unique = self.unique_key == UniqueKey::Enforced;
        let found = agents.range_mut(copies(&uuid)).rev().find(|(_, it)| unique || it.settled);
        if let Some((_, record)) = found {
            let before = record.unpack(&upsert.agent.acd_id, &uuid);
            let mut after = Record::pack(&upsert.over(Some(before)), now_ms);
            if record.says_the_same(&after) {
                return Effect::Unchanged;
            }
            after.settled = record.settled;
            *record = after;
            self.version = self.version.saturating_add(1);
            return Effect::Updated;
        }
        if !upsert.can_create() {
            return Effect::Refused;
        }
        let last = agents.range(copies(&uuid)).next_back().map(|(key, _)| key.copy);
        let mut record = Record::pack(&upsert.over(None), now_ms);
        record.settled = unique;
        let copy = last.map_or(0, |copy| copy.saturating_add(1));
        agents.insert(Key { uuid, copy }, record);
        self.version = self.version.saturating_add(1);
        if last.is_some() { Effect::Doubled } else { Effect::Created }
    }

    /// Makes the newest record of this uuid one that lookups find.
    pub(crate) fn settle(&mut self, acd: &str, uuid: &str) {
        if let Some((_, record)) =
            self.acds.get_mut(acd).and_then(|agents| agents.range_mut(copies(uuid)).next_back())
        {
            record.settled = true;
        }
    }

    /// The newest record of this uuid.
    pub(crate) fn find(&self, acd: &str, uuid: &str) -> Option<Agent> {
        let (_, record) = self.acds.get(acd)?.range(copies(uuid)).next_back()?;
        Some(record.unpack(acd, uuid))
    }

    /// The record at a place in the list.
    pub(crate) fn record(&self, acd: &str, key: &Key) -> Option<&Record> {
        self.acds.get(acd)?.get(key)
    }

    /// Removes all records of this uuid but the newest and says how many; `None` if it is unknown.
    pub(crate) fn remove_duplicates(&mut self, acd: &str, uuid: &str) -> Option<usize> {
        let agents = self.acds.get_mut(acd)?;
        let mut keys: Vec<Key> = agents.range(copies(uuid)).map(|(key, _)| key.clone()).collect();
        let newest = keys.pop()?;
        for key in &keys {
            agents.remove(key);
        }
        if let Some(record) = agents.get_mut(&newest) {
            record.settled = true;
        }
        self.version = self.version.saturating_add(1);
        Some(keys.len())
    }

    /// Up to `limit` records of an acd after a key, in order.
    pub(crate) fn page(&self, acd: &str, after: Option<&Key>, limit: usize) -> Page {
        let Some(agents) = self.acds.get(acd) else {
            return Page { rows: Vec::new(), more: false, total: 0 };
        };
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut range = agents.range::<Key, _>((start, Bound::Unbounded));
        let rows =
            range.by_ref().take(limit).map(|(key, record)| (key.clone(), record.clone())).collect();
        Page { rows, more: range.next().is_some(), total: agents.len() }
    }

    /// The acds that were ever written to, in order.
    pub(crate) fn acds(&self) -> Vec<String> {
        self.acds.keys().map(ToString::to_string).collect()
    }

    /// Puts back a record that was written to the state file.
    pub(crate) fn restore(&mut self, acd: &str, key: Key, record: Record) {
        self.acds.entry(acd.into()).or_default().insert(key, record);
    }

    /// How many records there are in all acds.
    pub(crate) fn count(&self) -> usize {
        self.acds.values().map(BTreeMap::len).sum()
    }

    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn clear(&mut self) {
        self.acds.clear();
        self.version = self.version.saturating_add(1);
    }
}

/// The range that holds all records of a uuid.
fn copies(uuid: &str) -> std::ops::RangeInclusive<Key> {
    Key { uuid: uuid.into(), copy: 0 }..=Key { uuid: uuid.into(), copy: u32::MAX }
}
