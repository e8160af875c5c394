//! What agents are to do and when, with the list of what changed (`CONTRACT.md` §3.6, §3.7). In memory;
//! callers hold the lock only for a page.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// As many changes of an acd are remembered.
const CHANGES_MAX: usize = 100_000;

/// One thing that an agent is to do, as it stands on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, into = "Wire")]
pub struct Activity {
    /// The unique key within the acd.
    pub activity_id: String,
    /// Whose it is.
    pub uuid: String,
    /// What is to be done.
    pub activity_name: String,
    /// The code of that.
    #[serde(default)]
    pub activity_code: Option<String>,
    /// When it begins.
    #[serde(rename = "startTimeUTC")]
    pub start: Timestamp,
    /// When it is over.
    #[serde(rename = "endTimeUTC")]
    pub end: Timestamp,
}

/// The same with the local times, which are those of a site in UTC.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    activity_id: String,
    uuid: String,
    activity_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_code: Option<String>,
    start_time: String,
    end_time: String,
    #[serde(rename = "startTimeUTC")]
    start: Timestamp,
    #[serde(rename = "endTimeUTC")]
    end: Timestamp,
}

impl From<Activity> for Wire {
    fn from(activity: Activity) -> Self {
        let local = |moment: Timestamp| moment.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        Self {
            start_time: local(activity.start),
            end_time: local(activity.end),
            activity_id: activity.activity_id,
            uuid: activity.uuid,
            activity_name: activity.activity_name,
            activity_code: activity.activity_code,
            start: activity.start,
            end: activity.end,
        }
    }
}

/// A change, as it stands in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub(crate) enum Change {
    /// It is so now.
    Put {
        /// The whole of it.
        activity: Activity,
    },
    /// It is no more.
    Deleted {
        #[serde(rename = "activityId")]
        activity_id: String,
    },
}

/// A stretch of the activities of an acd.
pub(crate) struct Page {
    pub(crate) activities: Vec<Activity>,
    /// The last one that was looked at, where more follow.
    pub(crate) next: Option<String>,
}

/// A stretch of the changes of an acd.
pub(crate) struct Changes {
    pub(crate) changes: Vec<Change>,
    /// The number of the last one.
    pub(crate) last: u64,
    pub(crate) more: bool,
}

/// The schedules of all acds.
#[derive(Default)]
pub(crate) struct Schedules {
    acds: BTreeMap<Box<str>, Acd>,
}

#[derive(Default)]
struct Acd {
    activities: BTreeMap<String, Activity>,
    changes: VecDeque<String>,
    /// The number of the last change; those before it count down from there.
    last: u64,
}

impl Schedules {
    /// Puts an activity in the place of the one with its id.
    pub(crate) fn put(&mut self, acd: &str, activity: Activity) {
        let acd = self.acds.entry(acd.into()).or_default();
        if acd.activities.get(&activity.activity_id) != Some(&activity) {
            acd.note(&activity.activity_id);
            acd.activities.insert(activity.activity_id.clone(), activity);
        }
    }

    /// Removes an activity; one that is not there needs no removal.
    pub(crate) fn delete(&mut self, acd: &str, activity_id: &str) {
        let acd = self.acds.entry(acd.into()).or_default();
        if acd.activities.remove(activity_id).is_some() {
            acd.note(activity_id);
        }
    }

    /// Up to `limit` activities behind an id, of those that lie in a window, at least in part.
    pub(crate) fn page(
        &self,
        acd: &str,
        (from, until): (Timestamp, Timestamp),
        after: Option<&str>,
        limit: usize,
    ) -> Page {
        let Some(acd) = self.acds.get(acd) else {
            return Page { activities: Vec::new(), next: None };
        };
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let lies = |activity: &&Activity| activity.start < until && activity.end > from;
        let mut range = acd.activities.range::<str, _>((start, Bound::Unbounded));
        let all = range.by_ref().map(|(_, activity)| activity).filter(lies);
        let activities: Vec<Activity> = all.take(limit).cloned().collect();
        let more = range.any(|(_, activity)| lies(&activity));
        let last = activities.last().filter(|_| more);
        Page { next: last.map(|activity| activity.activity_id.clone()), activities }
    }

    /// The number of the last change.
    pub(crate) fn last(&self, acd: &str) -> u64 {
        self.acds.get(acd).map_or(0, |acd| acd.last)
    }

    /// Up to `limit` changes behind a number; `None` when some of them are forgotten, or none has it.
    pub(crate) fn changes(&self, acd: &str, after: u64, limit: usize) -> Option<Changes> {
        let Some(acd) = self.acds.get(acd) else {
            return (after == 0).then(|| Changes { changes: Vec::new(), last: 0, more: false });
        };
        let kept = u64::try_from(acd.changes.len()).ok()?;
        let skip = after.checked_sub(acd.last - kept)?;
        let count = acd.last.checked_sub(after)?;
        let ids = acd.changes.iter().skip(usize::try_from(skip).ok()?).take(limit);
        let changes: Vec<Change> = ids.map(|id| acd.change(id)).collect();
        let last = after + u64::try_from(changes.len()).ok()?;
        Some(Changes { more: count > last - after, last, changes })
    }

    /// Whether there is an activity of this id.
    pub(crate) fn knows(&self, acd: &str, activity_id: &str) -> bool {
        self.acds.get(acd).is_some_and(|acd| acd.activities.contains_key(activity_id))
    }

    /// All activities of an acd, by id.
    pub(crate) fn all(&self, acd: &str) -> Vec<Activity> {
        self.acds.get(acd).map(|acd| acd.activities.values().cloned().collect()).unwrap_or_default()
    }

    /// Forgets everything; changes that callers know of are forgotten too.
    pub(crate) fn clear(&mut self) {
        for acd in self.acds.values_mut() {
            acd.last += 1;
            acd.changes.clear();
            acd.activities.clear();
        }
    }
}

impl Acd {
    fn note(&mut self, activity_id: &str) {
        self.last += 1;
        self.changes.push_back(activity_id.to_owned());
        if self.changes.len() > CHANGES_MAX {
            self.changes.pop_front();
        }
    }

    /// As it is now, whatever it was when it changed.
    fn change(&self, activity_id: &str) -> Change {
        match self.activities.get(activity_id) {
            Some(activity) => Change::Put { activity: activity.clone() },
            None => Change::Deleted { activity_id: activity_id.to_owned() },
        }
    }
}
