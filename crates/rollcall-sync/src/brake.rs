//! The stop before a mass departure: weighs all departures that are due, before the first write.

use jiff::{SignedDuration, Timestamp};
use rollcall_domain::wfm::{Brake, ManagementUnits};
use rollcall_domain::{BusinessUnitId, EmployeeId, WfmLinkId};
use rollcall_storage::wfm::outbox::{self, Group, Load};
use rollcall_storage::wfm::wfm_link::{self, Health, WfmLink};
use rollcall_storage::{StorageError, Tx, wfm::sync_history, wfm::wfm_standing};

use crate::end::Hold;
use crate::halt::Halt;
use crate::need::Cause;
use crate::run::Run;

/// Departures of so much time count together, so that many small runs are not let through either.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// What the brake says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Weighed {
    /// So many departures may happen before it is asked again.
    Free(i64),
    /// None may.
    Held(Hold),
}

/// As many people of a hold are told by name.
const NAMED_MAX: i64 = 500;

/// What is weighed.
#[derive(Clone, Copy, Debug, Default)]
struct Scale {
    /// Due now.
    departures: i64,
    /// In the window before, unless approved.
    recent: i64,
    /// People whom the WFM is known to have with mu 1.
    present: i64,
    approved: i64,
}

/// Weighs all departures that are due at the run's link, and `strays` besides: agents that the WFM has and
/// nobody here knows.
pub(crate) async fn weigh(run: &mut Run, strays: i64) -> Result<Weighed, Halt> {
    let (id, now, processed) = (run.link.id, run.world.clock.now(), run.processed());
    let (link, load, scale) =
        run.world.storage.scan(run.tenant, move |tx| read(tx, id, strays, now)).await?;
    let Some(link) = link else { return Ok(Weighed::Free(0)) };
    run.record.counts.due = processed.saturating_add(load.due).saturating_add(strays);
    let approval = run.need.cause == Cause::Approval;
    let scale = Scale { approved: if approval { link.approved_departures } else { 0 }, ..scale };
    let mut answer = decide(scale, link.brake, &link.units);
    run.link = link;
    if let Weighed::Held(hold) = &mut answer {
        let unit = run.link.business_unit;
        let people = move |tx: &mut Tx<'_>| leaving(tx, (id, unit), &load, now);
        hold.people = run.world.storage.scan(run.tenant, people).await?;
    }
    Ok(answer)
}

/// What the brake would say if the departures that a preview counted were due; nothing if it let them go.
pub(crate) async fn foresee(run: &Run) -> Result<Option<String>, Halt> {
    let (id, now, departures) = (run.link.id, run.world.clock.now(), run.record.counts.departed);
    let weigh = move |tx: &mut Tx<'_>| {
        let since = now.checked_sub(WINDOW).unwrap_or(now);
        let recent = sync_history::count_unasked_departures(tx, id, since)?;
        let present = wfm_standing::count_present(tx, id)?;
        Ok::<_, StorageError>(Scale { departures, recent, present, approved: 0 })
    };
    let scale = run.world.storage.scan(run.tenant, weigh).await?;
    Ok(match decide(scale, run.link.brake, &run.link.units) {
        Weighed::Free(_) => None,
        Weighed::Held(hold) => Some(hold.reason),
    })
}

fn leaving(
    tx: &mut Tx<'_>,
    (link, unit): (WfmLinkId, BusinessUnitId),
    load: &Load,
    now: Timestamp,
) -> Result<Vec<EmployeeId>, StorageError> {
    let mut people = Vec::new();
    for group in leavers(load, unit) {
        let left = NAMED_MAX - i64::try_from(people.len()).unwrap_or(NAMED_MAX);
        people.extend(outbox::list_group(tx, link, group, now, left)?);
    }
    Ok(people)
}

type Read = (Option<WfmLink>, Load, Scale);

fn read(tx: &mut Tx<'_>, id: WfmLinkId, strays: i64, now: Timestamp) -> Result<Read, StorageError> {
    let load = outbox::weigh(tx, id, now)?;
    let Some(link) = wfm_link::get(tx, id)? else {
        return Ok((None, load, Scale::default()));
    };
    let departures = departures(&load, link.business_unit).saturating_add(strays);
    let mut scale = Scale { departures, ..Scale::default() };
    if departures > 0 {
        // Of a held link, the hour before it was held: it is not let go by waiting.
        let end = if link.health == Health::Held { link.health_since } else { now };
        let since = end.checked_sub(WINDOW).unwrap_or(end);
        scale.recent = sync_history::count_unasked_departures(tx, id, since)?;
        // So few may always go: then nobody has to be counted.
        if departures.saturating_add(scale.recent) > link.brake.floor {
            scale.present = wfm_standing::count_present(tx, id)?.saturating_add(strays);
        }
    }
    Ok((Some(link), load, scale))
}

fn departures(load: &Load, unit: BusinessUnitId) -> i64 {
    leavers(load, unit).map(|group| group.people).sum()
}

/// Those whom the WFM of a business unit has and should not have.
fn leavers(load: &Load, unit: BusinessUnitId) -> impl Iterator<Item = &Group> {
    load.present.iter().filter(move |group| !group.belongs(unit))
}

fn decide(scale: Scale, brake: Brake, units: &ManagementUnits) -> Weighed {
    let Scale { departures, recent, present, approved } = scale;
    let together = departures.saturating_add(recent);
    if departures == 0 || departures <= approved || !brake.holds(together, present) {
        return Weighed::Free(departures);
    }
    let before = match recent {
        0 => String::new(),
        recent => format!(", after {recent} within the hour before"),
    };
    let reason = format!(
        "{departures} of {present} people would move to mu {}{before}. That is more than the {} % that go \
         without being asked for. Nothing was applied. Approve the departures, reject them, or bring the people \
         back at their source.",
        units.departed, brake.share_percent
    );
    Weighed::Held(Hold { departures, reason, people: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BRAKE: Brake = Brake { share_percent: 10, floor: 5 };

    fn check(departures: i64, recent: i64, approved: i64) -> bool {
        let scale = Scale { departures, recent, present: 100, approved };
        matches!(decide(scale, BRAKE, &ManagementUnits::default()), Weighed::Free(free) if free == departures)
    }

    #[test]
    fn departures_of_an_hour_count_together() {
        assert!(check(10, 0, 0));
        assert!(!check(11, 0, 0));
        assert!(check(5, 5, 0));
        assert!(!check(5, 6, 0));
        assert!(check(0, 50, 0), "nobody departs");
    }

    #[test]
    fn an_approval_covers_as_many_as_it_names() {
        assert!(check(60, 0, 60));
        assert!(!check(61, 0, 60));
    }

    #[test]
    fn the_reason_says_that_nothing_was_applied() {
        let scale = Scale { departures: 40, recent: 3, present: 100, approved: 0 };
        let Weighed::Held(hold) = decide(scale, BRAKE, &ManagementUnits::default()) else {
            panic!("it must hold")
        };
        assert_eq!(
            hold.reason,
            "40 of 100 people would move to mu 2, after 3 within the hour before. That is more than the 10 % \
             that go without being asked for. Nothing was applied. Approve the departures, reject them, or bring \
             the people back at their source."
        );
    }
}
