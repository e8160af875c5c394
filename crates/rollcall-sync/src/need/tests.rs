//! Which run a link needs, case by case.

use rollcall_domain::wfm::{Brake, FieldSwitch, FieldSwitches, ManagementUnits, Transport};
use rollcall_domain::{BusinessUnitId, WfmLinkId};

use super::*;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_219_200 + seconds).unwrap()
}

/// A link made at 0, swept and compared at `now`, so that it needs nothing by itself.
fn quiet(now: i64) -> WfmLink {
    let nil = Default::default;
    WfmLink {
        id: WfmLinkId::new(nil()),
        business_unit: BusinessUnitId::new(nil()),
        acd_id: String::new(),
        transport: Transport::Http,
        base_url: String::new(),
        client_id: String::new(),
        client_secret_sealed: String::new(),
        switches: FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On },
        interval_s: 15 * MINUTE,
        brake: Brake { share_percent: 10, floor: 5 },
        enabled: true,
        off: None,
        units: ManagementUnits::default(),
        run_now_permitted: false,
        immediate: true,
        notice_to: Vec::new(),
        health: Health::Well,
        health_reason: None,
        health_since: at(0),
        held_departures: 0,
        approved_departures: 0,
        swept_at: Some(at(now)),
        compared_at: Some(at(now)),
        asked: None,
        created_at: at(0),
    }
}

fn check(link: &WfmLink, next_due: Option<i64>, now: i64, expected: Option<(Cause, Listing)>) {
    let found = need(link, next_due.map(at), None, at(now));
    assert_eq!(found.map(|need| (need.cause, need.listing)), expected);
}

#[test]
fn a_link_needs_a_run_when_someone_is_due_or_its_time_is_up() {
    use Cause::{Comparison, Event, Schedule};
    use Listing::{Skipped, Whole};
    check(&quiet(0), None, 1, None);
    check(&quiet(0), Some(2), 1, None);
    check(&quiet(0), Some(1), 1, Some((Event, Skipped)));
    check(&quiet(0), None, 15 * MINUTE, Some((Schedule, Skipped)));
    check(&quiet(0), Some(1), 15 * MINUTE, Some((Schedule, Skipped)));
    check(&quiet(0), None, DAY, Some((Comparison, Whole)));
    let off = WfmLink { enabled: false, ..quiet(0) };
    check(&off, Some(1), DAY, None);
}

#[test]
fn without_immediate_mode_changes_wait_for_the_interval() {
    use Cause::{Approval, Comparison, Event, Request, Schedule};
    let waits = |now| WfmLink { immediate: false, ..quiet(now) };
    check(&waits(60), Some(61), 61, None);
    check(&waits(60), Some(61), 15 * MINUTE + 59, None);
    check(&waits(60), Some(61), 15 * MINUTE + 60, Some((Schedule, Listing::Skipped)));
    // What the scheduled run left behind, because it was interrupted or the WFM failed, is not put off again.
    check(&waits(60), Some(60), 61, Some((Event, Listing::Skipped)));
    let failing = WfmLink { health: Health::Failing, ..waits(60) };
    check(&failing, Some(61), 61, Some((Event, Listing::Skipped)));
    // What somebody decides or asks for does not wait.
    let approved = WfmLink { approved_departures: 9, ..waits(60) };
    check(&approved, Some(61), 61, Some((Approval, Listing::Skipped)));
    let asked = WfmLink { asked: Some(Asked::Run), ..waits(60) };
    check(&asked, Some(61), 61, Some((Request, Listing::Skipped)));
    let compares = WfmLink { asked: Some(Asked::Comparison), ..waits(60) };
    check(&compares, Some(61), 61, Some((Comparison, Listing::Whole)));
    let fresh = WfmLink { swept_at: None, ..waits(60) };
    check(&fresh, Some(61), 61, Some((Schedule, Listing::Skipped)));
}

#[test]
fn the_first_comparison_waits_for_the_first_load() {
    let fresh = WfmLink { swept_at: None, compared_at: None, ..quiet(0) };
    check(&fresh, Some(0), 0, Some((Cause::Schedule, Listing::Skipped)));
    check(&fresh, Some(0), 15 * MINUTE, Some((Cause::Comparison, Listing::Whole)));
    let after = need(&fresh, None, Some(at(20 * MINUTE)), at(15 * MINUTE)).unwrap();
    assert_eq!(after.listing, Listing::Skipped);
}

#[test]
fn a_held_link_is_looked_at_by_the_sweep_only() {
    let held = WfmLink { health: Health::Held, held_departures: 9, ..quiet(0) };
    check(&held, Some(0), 1, None);
    check(&held, Some(0), 15 * MINUTE, Some((Cause::Schedule, Listing::Skipped)));
    check(&held, Some(0), DAY, Some((Cause::Schedule, Listing::Whole)));
}

#[test]
fn what_is_asked_for_begins_before_its_time() {
    let asked = |asked, link: WfmLink| WfmLink { asked: Some(asked), ..link };
    let (skipped, whole) = (Listing::Skipped, Listing::Whole);
    check(&asked(Asked::Run, quiet(0)), None, 1, Some((Cause::Request, skipped)));
    check(&asked(Asked::Comparison, quiet(0)), None, 1, Some((Cause::Comparison, whole)));
    check(&asked(Asked::Preview, quiet(0)), Some(1), 1, Some((Cause::Preview, whole)));
    let held = || WfmLink { health: Health::Held, held_departures: 9, ..quiet(0) };
    check(&asked(Asked::Run, held()), Some(0), 1, Some((Cause::Request, skipped)));
    check(&asked(Asked::Preview, held()), Some(0), 1, Some((Cause::Preview, whole)));
    let off = WfmLink { enabled: false, ..quiet(0) };
    check(&asked(Asked::Run, off), None, 1, None);
}

#[test]
fn an_approval_is_used_by_the_next_run_with_something_to_do() {
    let approved = WfmLink { approved_departures: 9, ..quiet(0) };
    check(&approved, None, 1, None);
    check(&approved, Some(1), 1, Some((Cause::Approval, Listing::Skipped)));
    check(&approved, None, DAY, Some((Cause::Approval, Listing::Whole)));
    check(&approved, None, 15 * MINUTE, Some((Cause::Schedule, Listing::Skipped)));
}
