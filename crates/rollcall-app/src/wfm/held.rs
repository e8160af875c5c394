//! Whom a stopped run named, and who is due to depart since. An approval covers those whom the run named; who left
//! after it is held as well, and is asked about when the next run looks.

use std::collections::HashSet;

use rollcall_domain::audit::Subject;
use rollcall_domain::{EmployeeId, RunId, TenantId, WfmLinkId};
use rollcall_storage::wfm::sync_run::{self, HELD_NAMED_MAX};
use rollcall_storage::wfm::wfm_link as rows;
use rollcall_storage::{directory::employee, wfm::outbox};

use super::Result;
use crate::app::App;
use crate::error::ChangeError;

/// What became of a hold since its run stopped.
#[derive(Clone, Debug, Default)]
pub struct SinceHeld {
    /// How many are due to depart whom the run did not name.
    pub later: i64,
    /// Some of them: id and name.
    pub named: Vec<(EmployeeId, String)>,
    /// How many of those whom the run named are not due to depart any more.
    pub back: i64,
    /// How many wait besides, although they do not depart.
    pub others: i64,
}

/// As many are named.
const NAMED_MAX: usize = 60;
/// As many people who are due to depart are held against the run's names.
const LOOK_MAX: i64 = 10_000;

impl App {
    /// What became of a hold since its run stopped. Only looks.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub async fn since_held(
        &self,
        tenant: TenantId,
        id: WfmLinkId,
        run: RunId,
    ) -> Result<SinceHeld> {
        let now = self.now();
        self.storage
            .scan(tenant, move |tx| {
                let link = rows::get(tx, id)?.ok_or(ChangeError::NotFound("WFM link"))?;
                let naming = sync_run::find_naming(tx, id, Some(run))?.unwrap_or(run);
                let told = sync_run::list_outcomes(tx, naming, "held", None, HELD_NAMED_MAX)?;
                let told: HashSet<EmployeeId> =
                    told.into_iter().map(|one| one.outcome.employee).collect();
                let load = outbox::weigh(tx, id, now)?;
                let leaving =
                    load.present.iter().filter(|group| !group.belongs(link.business_unit));
                let (mut people, mut count) = (Vec::new(), 0);
                for group in leaving {
                    count += group.people;
                    people.extend(outbox::list_group(tx, id, group, now, LOOK_MAX)?);
                }
                let others = (outbox::count(tx, id)? - count).max(0);
                // Of a larger hold, only the difference in numbers is known.
                if i64::try_from(told.len()).is_ok_and(|told| told >= HELD_NAMED_MAX) {
                    let later = (count - link.held_departures).max(0);
                    return Ok(SinceHeld { later, others, ..SinceHeld::default() });
                }
                let mut since = SinceHeld { others, ..SinceHeld::default() };
                let (named, new): (Vec<_>, Vec<_>) =
                    people.into_iter().partition(|id| told.contains(id));
                since.later = i64::try_from(new.len()).unwrap_or(i64::MAX);
                since.back = i64::try_from(told.len().saturating_sub(named.len())).unwrap_or(0);
                for id in new.into_iter().take(NAMED_MAX) {
                    let found = employee::get(tx, id)?;
                    since.named.extend(found.map(|it| (it.id, Subject::employee(&it).name)));
                }
                Ok(since)
            })
            .await
    }
}
