//! Days and times as a person reads them, also where clocks are moved.

use rollcall_domain::employee::AgentNumber;
use rollcall_domain::wfm::schedule::Window;
use rollcall_domain::{EmployeeId, WfmLinkId};

use super::*;
use crate::view::timeline::Look;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn schedule(zone: &str, plan: &[(&str, &str, &str)]) -> Schedule {
    let activity = |(index, (name, from, until)): (usize, &(&str, &str, &str))| Activity {
        external_id: index.to_string(),
        name: (*name).to_owned(),
        code: None,
        starts_at: at(from),
        ends_at: at(until),
    };
    Schedule {
        employee: EmployeeId::new(uuid::Uuid::nil()),
        agent_number: AgentNumber(1),
        zone: TimeZone::get(zone).unwrap(),
        window: Window { from: Timestamp::MIN, until: Timestamp::MAX },
        activities: plan.iter().enumerate().map(activity).collect(),
        read_at: None,
        link: WfmLinkId::new(uuid::Uuid::nil()),
    }
}

/// What a day says, by its place in the week.
fn lines(plan: &Plan, day: usize) -> Vec<String> {
    let entries = plan.days[day].entries.iter();
    entries.map(|one| format!("{} to {} {}", one.from, one.until, one.name)).collect()
}

#[test]
fn a_day_is_the_persons_own() {
    let schedule = schedule(
        "Europe/Berlin",
        &[
            ("Open", "2026-11-18T08:00:00Z", "2026-11-18T11:00:00Z"),
            ("Lunch", "2026-11-18T11:00:00Z", "2026-11-18T11:30:00Z"),
            ("Night", "2026-11-19T21:00:00Z", "2026-11-20T05:00:00Z"),
            ("Open", "2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z"),
        ],
    );
    // A Wednesday.
    let plan = plan(&schedule, None, &Rules::default(), at("2026-11-18T10:18:30Z"));
    let names: Vec<&str> = plan.days.iter().map(|day| day.name.as_str()).collect();
    assert_eq!((names[0], names[6]), ("Mon 16 Nov", "Sun 22 Nov"));
    assert_eq!(lines(&plan, 2), ["09:00 to 12:00 Open", "12:00 to 12:30 Lunch"]);
    assert_eq!(lines(&plan, 3), ["22:00 to Fri 20 Nov 06:00 Night"]);
    assert_eq!(lines(&plan, 4), ["Thu 19 Nov 22:00 to 06:00 Night"]);
    let summaries = [3, 4].map(|day: usize| plan.days[day].summary.as_str());
    assert_eq!(summaries, ["22:00 to 24:00", "00:00 to 06:00"]);
    assert_eq!(plan.present.as_deref(), Some("Open until 12:00"));
    assert_eq!(plan.next.as_deref(), Some("Lunch at 12:00, in 42 min"));
    let today = plan.today().unwrap();
    let now = Some((11 * 60 + 18, "11:18".to_owned()));
    assert_eq!((today.summary.as_str(), &today.axis.now), ("09:00 to 12:30", &now));
    assert_eq!((today.bars[1].from, today.bars[1].length), (12 * 60, 30));
    assert_eq!((today.bars[0].look, today.bars[1].look), (Look::Work, Look::Break));
    assert_eq!(plan.looks, [Look::Work, Look::Break, Look::Other]);
    assert_eq!(today.axis.shown_min, (0, DAY_MIN), "the night has it all");
    assert_eq!(today.axis.zone, "Europe/Berlin");
}

#[test]
fn what_comes_on_another_day_is_said_with_it() {
    let schedule = schedule("UTC", &[("Open", "2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z")]);
    let plan = plan(&schedule, None, &Rules::default(), at("2026-11-21T07:00:00Z"));
    assert_eq!(plan.present, None);
    assert_eq!(plan.next.as_deref(), Some("Open on Mon 23 Nov 08:00, in 2 d 1 h"));
    assert_eq!(plan.days[5].axis.shown_min, USUAL_MIN);
    assert_eq!(plan.days[5].summary, "nothing");
}

#[test]
fn the_hour_that_comes_twice_is_told_apart() {
    // Clocks go back on Sunday, 25 October 2026, at 01:00 UTC.
    let schedule = schedule(
        "Europe/Berlin",
        &[
            ("Open", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
            ("Late", "2026-10-25T17:00:00Z", "2026-10-25T23:00:00Z"),
        ],
    );
    let plan = plan(&schedule, None, &Rules::default(), at("2026-10-25T12:00:00Z"));
    assert_eq!(lines(&plan, 6), ["02:30 CEST to 02:30 CET Open", "18:00 CET to 24:00 Late"]);
    let sunday = &plan.days[6];
    assert_eq!((sunday.bars[0].from, sunday.bars[0].length), (150, 60));
    assert_eq!((sunday.bars[1].from, sunday.bars[1].length), (19 * 60, 360));
    let now = sunday.axis.now.as_ref().map(|(minute, _)| *minute);
    assert_eq!(now, Some(14 * 60), "13:00 by the clock, and 14 hours went by");
    let hours: Vec<_> = sunday.axis.hours.iter().map(|one| (one.minute, &*one.label)).collect();
    assert_eq!(hours[..3], [(120, "02:00"), (5 * 60, "04:00"), (7 * 60, "06:00")]);
    assert_eq!(hours.last(), Some(&(25 * 60, "24:00")));
    assert_eq!(sunday.axis.shown_min.1, 25 * 60);
}

#[test]
fn the_hour_that_is_left_out_takes_no_time() {
    // Clocks go forward on Sunday, 28 March 2027, at 01:00 UTC.
    let schedule =
        schedule("Europe/Berlin", &[("Night", "2027-03-28T00:00:00Z", "2027-03-28T02:00:00Z")]);
    let plan = plan(&schedule, None, &Rules::default(), at("2027-03-28T00:30:00Z"));
    assert_eq!(lines(&plan, 6), ["01:00 CET to 04:00 CEST Night"]);
    assert_eq!(plan.days[6].bars[0].length, 120);
    let hours = plan.days[6].axis.hours.iter().map(|one| one.label.as_str());
    assert_eq!(hours.take(2).collect::<Vec<_>>(), ["04:00", "06:00"], "02:00 is left out");
}

#[test]
fn a_countdown_keeps_still_for_a_minute() {
    for (seconds, words) in [
        (1, "less than a minute"),
        (60, "less than a minute"),
        (61, "2 min"),
        (43 * 60, "43 min"),
        (3_600, "1 h 0 min"),
        (2 * 3_600 + 300, "2 h 5 min"),
        (50 * 3_600, "2 d 2 h"),
    ] {
        assert_eq!(countdown(SignedDuration::from_secs(seconds)), words);
    }
}
