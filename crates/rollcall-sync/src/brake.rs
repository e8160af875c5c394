//! The stop before a mass departure: weighs all departures that are due, before the first write.

use std::collections::HashSet;

use jiff::Timestamp;
use rollcall_domain::wfm::{Brake, ManagementUnits};
use rollcall_domain::{BusinessUnitId, EmployeeId, WfmLinkId};
use rollcall_storage::wfm::outbox::{self, Group, Load};
use rollcall_storage::wfm::sync_run::{self, HELD_NAMED_MAX};
use rollcall_storage::wfm::wfm_link::{self, Health, WfmLink};
use rollcall_storage::{StorageError, Tx, wfm::sync_history, wfm::wfm_standing};

use crate::end::Hold;
use crate::halt::Halt;
use crate::need::Cause;
use crate::run::Run;

/// What the brake says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Weighed {
    /// So many departures may happen before it is asked again.
    Free(i64),
    /// None may.
    Held(Hold),
}

/// What is weighed.
#[derive(Clone, Copy, Debug, Default)]
struct Scale {
    /// Due now.
    departures: i64,
    /// In the window before, unless approved; without those who came back.
    recent: i64,
    /// People whom the WFM is known to have with mu 1.
    present: i64,
    approved: i64,
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
struct Question {
    link: WfmLinkId,
    /// Agents that the WFM has and nobody here knows.
    strays: i64,
    cause: Cause,
    now: Timestamp,
}

/// What was found.
struct Look {
    link: WfmLink,
    due: i64,
    weighed: Weighed,
}

/// Weighs all departures that are due at the run's link, and `strays` besides: agents that the WFM has and
/// nobody here knows.
pub(crate) async fn weigh(run: &mut Run, strays: i64) -> Result<Weighed, Halt> {
    let (link, cause) = (run.link.id, run.need.cause);
    let question = Question { link, strays, cause, now: run.world.clock.now() };
    let work = move |tx: &mut Tx<'_>| look(tx, question);
    let Some(Look { link, due, weighed }) = run.world.storage.scan(run.tenant, work).await? else {
        return Ok(Weighed::Free(0));
    };
    run.record.counts.due = run.processed().saturating_add(due).saturating_add(strays);
    run.link = link;
    Ok(weighed)
}

/// What the brake would say if the departures that a preview counted were due; nothing if it let them go.
pub(crate) async fn foresee(run: &Run) -> Result<Option<String>, Halt> {
    let (id, unit) = (run.link.id, run.link.business_unit);
    let (now, departures) = (run.world.clock.now(), run.record.counts.departed);
    let weigh = move |tx: &mut Tx<'_>| {
        let since = now.checked_sub(Brake::WINDOW).unwrap_or(now);
        let recent = sync_history::count_unasked_departures(tx, (id, unit), since)?;
        let present = wfm_standing::count_present(tx, id)?;
        Ok::<_, StorageError>(Scale { departures, recent, present, approved: 0 })
    };
    let scale = run.world.storage.scan(run.tenant, weigh).await?;
    Ok(match decide(scale, run.link.brake, &run.link.units) {
        Weighed::Free(_) => None,
        Weighed::Held(hold) => Some(hold.reason),
    })
}

fn look(tx: &mut Tx<'_>, question: Question) -> Result<Option<Look>, StorageError> {
    let load = outbox::weigh(tx, question.link, question.now)?;
    let Some(link) = wfm_link::get(tx, question.link)? else { return Ok(None) };
    let mut scale = scale(tx, &link, &load, question)?;
    if question.cause == Cause::Approval && scale.departures > 0 {
        let people = leaving(tx, &link, &load, question.now)?;
        let named = named(tx, link.id)?;
        scale.approved = if covers(&named, &people) { link.approved_departures } else { 0 };
    }
    let mut weighed = decide(scale, link.brake, &link.units);
    if let Weighed::Held(hold) = &mut weighed {
        let people = leaving(tx, &link, &load, question.now)?;
        // The same people again are not told person by person each time.
        let as_before = link.health == Health::Held
            && link.held_departures == hold.departures
            && question.strays == 0
            && named(tx, link.id)? == people.iter().copied().collect();
        hold.people = if as_before { Vec::new() } else { people };
    }
    Ok(Some(Look { link, due: load.due, weighed }))
}

fn leaving(
    tx: &mut Tx<'_>,
    link: &WfmLink,
    load: &Load,
    now: Timestamp,
) -> Result<Vec<EmployeeId>, StorageError> {
    let mut people = Vec::new();
    for group in leavers(load, link.business_unit) {
        let left = HELD_NAMED_MAX - i64::try_from(people.len()).unwrap_or(HELD_NAMED_MAX);
        people.extend(outbox::list_group(tx, link.id, group, now, left)?);
    }
    Ok(people)
}

/// Whom the link's last hold names.
fn named(tx: &mut Tx<'_>, link: WfmLinkId) -> Result<HashSet<EmployeeId>, StorageError> {
    let Some(run) = sync_run::find_naming(tx, link, None)? else { return Ok(HashSet::new()) };
    let told = sync_run::list_outcomes(tx, run, "held", None, HELD_NAMED_MAX)?;
    Ok(told.into_iter().map(|one| one.outcome.employee).collect())
}

/// Whether an approval of these names is one of these departures. Where there are more than a run names, the
/// number alone decides.
fn covers(named: &HashSet<EmployeeId>, people: &[EmployeeId]) -> bool {
    let is_full = i64::try_from(named.len()).is_ok_and(|named| named >= HELD_NAMED_MAX);
    is_full || people.iter().all(|id| named.contains(id))
}

fn scale(
    tx: &mut Tx<'_>,
    link: &WfmLink,
    load: &Load,
    Question { strays, now, .. }: Question,
) -> Result<Scale, StorageError> {
    let departures = departures(load, link.business_unit).saturating_add(strays);
    let mut scale = Scale { departures, ..Scale::default() };
    if departures > 0 {
        // Of a held link, the hour before it was held: it is not let go by waiting.
        let end = if link.health == Health::Held { link.health_since } else { now };
        let since = end.checked_sub(Brake::WINDOW).unwrap_or(end);
        scale.recent =
            sync_history::count_unasked_departures(tx, (link.id, link.business_unit), since)?;
        // So few may always go: then nobody has to be counted.
        if departures.saturating_add(scale.recent) > link.brake.floor {
            scale.present = wfm_standing::count_present(tx, link.id)?.saturating_add(strays);
        }
    }
    Ok(scale)
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
    let people = |count| if count == 1 { "person" } else { "people" };
    let goes = if brake.floor == 1 { "goes" } else { "go" };
    let reason = format!(
        "{departures} of {present} {} would move to mu {}{before}. Up to {} {}, or {} % if that is more, {goes} \
         within an hour without anybody being asked. Nothing was applied, and everyone else who changed waits as \
         well. Approve the departures, reject them, or bring the people back at their source.",
        people(present),
        units.departed,
        brake.floor,
        people(brake.floor),
        brake.share_percent
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
            "40 of 100 people would move to mu 2, after 3 within the hour before. Up to 5 people, or 10 % if that \
             is more, go within an hour without anybody being asked. Nothing was applied, and everyone else who \
             changed waits as well. Approve the departures, reject them, or bring the people back at their source."
        );
    }
}
