//! What a page of a WFM's schedules becomes: whose activities are kept, and which are not.

use std::collections::HashMap;

use rollcall_connector::schedule::{AgentActivity, ScheduleChange};
use rollcall_domain::employee::AgentNumber;
use rollcall_domain::wfm::schedule::{Activity, Window};
use rollcall_domain::{BusinessUnitId, EmployeeId, WfmLinkId};
use rollcall_storage::{StorageError, Tx, agent::agent_state, schedule::wfm_schedule};

/// Where a page belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) link: WfmLinkId,
    pub(super) unit: BusinessUnitId,
    /// The whole read that it belongs to.
    pub(super) read_number: i64,
    /// What is kept.
    pub(super) window: Window,
}

/// Keeps a page of a whole read; tells how many activities are of nobody.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    place: Place,
    page: &[AgentActivity],
) -> Result<i64, StorageError> {
    let mut sorting = Sorting::new(place);
    page.iter().try_for_each(|activity| sorting.put(tx, activity))?;
    sorting.settle(tx)
}

/// Does what a page of changes says, the last word about each activity; tells how many are of nobody.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    place: Place,
    page: &[ScheduleChange],
) -> Result<i64, StorageError> {
    let mut last: HashMap<&str, &ScheduleChange> = HashMap::new();
    for change in page {
        let id = match change {
            ScheduleChange::Put(put) => put.activity.external_id.as_str(),
            ScheduleChange::Deleted(id) => id.as_str(),
        };
        last.insert(id, change);
    }
    let mut sorting = Sorting::new(place);
    for (id, change) in last {
        match change {
            ScheduleChange::Put(put) => sorting.put(tx, put)?,
            ScheduleChange::Deleted(_) => sorting.gone.push(id.to_owned()),
        }
    }
    sorting.settle(tx)
}

/// A page on its way into the database.
struct Sorting {
    place: Place,
    known: HashMap<i64, Option<EmployeeId>>,
    kept: Vec<(EmployeeId, Activity)>,
    gone: Vec<String>,
    unknown: i64,
}

impl Sorting {
    fn new(place: Place) -> Self {
        Self { place, known: HashMap::new(), kept: Vec::new(), gone: Vec::new(), unknown: 0 }
    }

    fn put(&mut self, tx: &mut Tx<'_>, put: &AgentActivity) -> Result<(), StorageError> {
        let AgentActivity { agent_number, activity } = put;
        if !self.place.window.touches(activity) {
            // It may have been moved out of what is kept.
            self.gone.push(activity.external_id.clone());
            return Ok(());
        }
        let employee = match self.known.get(agent_number) {
            Some(employee) => *employee,
            None => {
                let number = AgentNumber(*agent_number);
                let employee = agent_state::find_number(tx, self.place.unit, number)?;
                self.known.insert(*agent_number, employee);
                employee
            }
        };
        if let Some(employee) = employee {
            self.kept.push((employee, activity.clone()));
        } else {
            self.unknown += 1;
            self.gone.push(activity.external_id.clone());
        }
        Ok(())
    }

    fn settle(self, tx: &mut Tx<'_>) -> Result<i64, StorageError> {
        wfm_schedule::put(tx, self.place.link, self.place.read_number, &self.kept)?;
        wfm_schedule::delete(tx, self.place.link, self.gone.iter().map(String::as_str))?;
        Ok(self.unknown)
    }
}
