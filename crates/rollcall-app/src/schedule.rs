//! People's schedules, as the WFM holds them: who may see theirs, and what they see.
//!
//! Shown only to who is active, has a role that permits it, and works in a business unit whose user
//! synchronization is on (NICE help, "Set Up Users for IEX WFM Integrated").

mod asked;
mod feed;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use rollcall_domain::employee::{AgentNumber, Employee};
use rollcall_domain::permission::Permission;
use rollcall_domain::wfm::schedule::{Activity, Window};
use rollcall_domain::{EmployeeId, TenantId, WfmLinkId};
use rollcall_storage::{
    StorageError, Tx, directory::employee, directory::role_permission,
    schedule::wfm_schedule as rows, schedule::wfm_schedule_pull, wfm::wfm_link,
};

use crate::app::App;
use crate::error::ChangeError;

pub use asked::{Asked, Edge};
pub use rollcall_storage::schedule::schedule_feed::ScheduleFeed;
pub use rollcall_storage::schedule::wfm_schedule_pull::Pull as ScheduleReading;

/// As many activities are told at a time: more than anybody has in a month.
const ACTIVITIES_MAX: i64 = 5_000;

/// Why somebody sees no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleRefusal {
    /// They are not active.
    #[error("the person is not active")]
    NotActive,
    /// No role of theirs permits it.
    #[error(
        "no role of the person has the permission {} or {}",
        Permission::AgentSchedule.name(),
        Permission::PersonalSchedule.name()
    )]
    NoPermission,
    /// Their business unit has no WFM.
    #[error("the person's business unit is not linked to a WFM")]
    NoWfm,
    /// User synchronization is off.
    #[error("user synchronization with the WFM is off: {reason}")]
    SyncOff {
        /// Why, in the words of whoever switched it off, without a full stop.
        reason: String,
        /// Since when; absent where nobody said why.
        since: Option<Timestamp>,
    },
}

/// Why a schedule was not told.
pub type ScheduleError = ChangeError<ScheduleRefusal>;

type Result<T> = std::result::Result<T, ScheduleError>;

/// What a person sees of their schedule.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Whose it is.
    pub employee: EmployeeId,
    /// Their agent number.
    pub agent_number: AgentNumber,
    /// Their time zone; UTC where none is known.
    pub zone: TimeZone,
    /// The time that was asked for, as far as schedules are shown.
    pub window: Window,
    /// What they are to do then, in order of time. The first and the last may reach out of it.
    pub activities: Vec<Activity>,
    /// When the WFM was last heard.
    pub read_at: Option<Timestamp>,
    /// The link that it came by.
    pub link: WfmLinkId,
}

impl App {
    /// What a person is to do, if they may see it: today and the week ahead unless asked otherwise.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::Refused`] says what is missing; [`ChangeError::Invalid`] for a
    /// time that ends before it begins, or is longer than 31 days.
    pub async fn schedule(
        &self,
        tenant: TenantId,
        employee: EmployeeId,
        asked: Asked,
    ) -> Result<Schedule> {
        let now = self.now();
        self.storage.read(tenant, move |tx| read(tx, employee, &asked, now)).await
    }

    /// How far the reading of a link's schedules is; `None` before it began.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn schedule_reading(
        &self,
        tenant: TenantId,
        link: WfmLinkId,
    ) -> std::result::Result<Option<ScheduleReading>, ChangeError> {
        self.storage.read(tenant, move |tx| Ok(wfm_schedule_pull::get(tx, link)?)).await
    }
}

fn read(tx: &mut Tx<'_>, id: EmployeeId, asked: &Asked, now: Timestamp) -> Result<Schedule> {
    let (person, link) = sight(tx, id)?;
    let wanted = asked.window(&zone(&person), now).map_err(ChangeError::Invalid)?;
    // A time of which nothing is shown is an empty one.
    let nothing = Window { from: wanted.from, until: wanted.from };
    Ok(told(tx, (&person, link), wanted.and(Window::shown(now)).unwrap_or(nothing))?)
}

fn told(
    tx: &mut Tx<'_>,
    (person, link): (&Employee, WfmLinkId),
    window: Window,
) -> std::result::Result<Schedule, StorageError> {
    Ok(Schedule {
        employee: person.id,
        agent_number: person.agent_number,
        activities: rows::list(tx, (link, person.id), window, ACTIVITIES_MAX)?,
        read_at: wfm_schedule_pull::get(tx, link)?.and_then(|pull| pull.pulled_at),
        zone: zone(person),
        window,
        link,
    })
}

/// Whether a person may see their schedule now, and whose link tells it.
fn sight(tx: &mut Tx<'_>, id: EmployeeId) -> Result<(Employee, WfmLinkId)> {
    let person = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
    let refused = |refusal| Err(ChangeError::Refused(refusal));
    if !person.status.is_active() {
        return refused(ScheduleRefusal::NotActive);
    }
    let permitted = role_permission::list_of(tx, id)?;
    if !Permission::SCHEDULE.iter().any(|permission| permitted.contains(permission)) {
        return refused(ScheduleRefusal::NoPermission);
    }
    let Some(link) = wfm_link::find(tx, person.business_unit)? else {
        return refused(ScheduleRefusal::NoWfm);
    };
    let link = wfm_link::get(tx, link)?.ok_or(ChangeError::NotFound("WFM link"))?;
    if !link.enabled {
        let (reason, since) = match link.off {
            Some(off) => (off.reason.trim_end_matches('.').to_owned(), Some(off.since)),
            None => ("no reason was given".to_owned(), None),
        };
        return refused(ScheduleRefusal::SyncOff { reason, since });
    }
    Ok((person, link.id))
}

/// Where a person's days begin and end.
pub(crate) fn zone(person: &Employee) -> TimeZone {
    let name = person.details.time_zone.as_deref();
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}
