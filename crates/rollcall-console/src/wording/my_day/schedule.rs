//! A person's schedule as they read it: days by their own calendar, times by their own clock.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rollcall_app::adherence::{Present, Reason, Rules, Verdict};
use rollcall_app::schedule::{Schedule, ScheduleRefusal};
use rollcall_domain::permission::Permission;
use rollcall_domain::wfm::schedule::Activity;

use crate::error::sentence;
use crate::view::badge::{Badge, Tone};
use crate::view::my_day::schedule::{Plan, PlanDay, PlanEntry};
use crate::view::timeline::looks;
use crate::wording::day::{Clock, DAY_MIN, Day, USUAL_MIN, clock};
use crate::wording::timeline as pictures;

/// Why a person sees nothing, said to them.
pub(crate) fn missing(refusal: &ScheduleRefusal) -> String {
    match refusal {
        ScheduleRefusal::NoPermission => format!(
            "Your schedule is not shown, because no role of yours has the permission {} or {}. An administrator of your \
             company can switch one of them on.",
            Permission::AgentSchedule.name(),
            Permission::PersonalSchedule.name()
        ),
        ScheduleRefusal::SyncOff { reason, .. } => format!(
            "Your schedule is not shown, because user synchronization with the WFM is off. The reason that was given: {}",
            sentence(reason)
        ),
        ScheduleRefusal::NoWfm => {
            "You have no schedule here, because your business unit is not linked to a WFM."
                .to_owned()
        }
        ScheduleRefusal::NotActive => "You have no schedule here any more.".to_owned(),
    }
}

/// Why no further calendar address is made now, said to them.
pub(crate) fn too_many_addresses(minutes: u64) -> String {
    let minutes = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
    format!(
        "No new address was made, because several were made within the hour. The last one works; another can be made in {minutes}."
    )
}

/// The first day of the week in which a moment lies, by somebody's calendar.
pub(crate) fn monday(now: Timestamp, zone: &TimeZone) -> Date {
    let today = now.to_zoned(zone.clone()).date();
    let days = i64::from(today.weekday().to_monday_zero_offset());
    today.checked_sub(days.days()).unwrap_or(today)
}

/// A schedule that begins with the week. The rules say what an activity asks of people.
pub(crate) fn plan(
    schedule: &Schedule,
    present: Option<&Present>,
    rules: &Rules,
    now: Timestamp,
) -> Plan {
    let (zone, activities) = (&schedule.zone, schedule.activities.as_slice());
    let first = monday(now, zone);
    let week: Vec<Day> = (0..7_i64)
        .filter_map(|index| Day::new(first.checked_add(index.days()).ok()?, zone))
        .collect();
    let shown_min = shown(&week, activities);
    let days = week.iter().map(|day| shown_day(day, activities, rules, shown_min, now));
    let days: Vec<PlanDay> = days.collect();
    Plan {
        adherence: present.map(judged),
        present: activities.iter().rfind(|one| one.holds(now)).map(|one| {
            format!("{} until {}", one.name, clock(one.ends_at, zone, now, Clock::Plain))
        }),
        next: activities.iter().find(|one| one.starts_at > now).map(|one| {
            let at = clock(one.starts_at, zone, now, Clock::Plain);
            let wait = countdown(one.starts_at.duration_since(now));
            let on = if at.contains(' ') { "on" } else { "at" };
            format!("{} {on} {at}, in {wait}", one.name)
        }),
        looks: looks(days.iter().flat_map(|day| &day.bars)),
        days,
        read_at: schedule.read_at,
    }
}

fn judged(present: &Present) -> (Badge, Option<Timestamp>) {
    let out = |words| (Badge::new(Tone::Attention, words), present.out_since);
    match present.verdict {
        Verdict::In => (Badge::new(Tone::Ok, "In adherence"), None),
        Verdict::Out(Reason::NotOpen) => out("You are not there for contacts"),
        Verdict::Out(Reason::Mismatch) => out("You do something else than scheduled"),
        Verdict::Out(Reason::Unmapped) => out("Your status stands for no activity"),
        Verdict::Out(Reason::NoSchedule) => out("You work, and nothing is scheduled"),
    }
}

/// How long to wait, in words that need not change every second.
fn countdown(wait: SignedDuration) -> String {
    let minutes = (wait.as_secs() + 59) / 60;
    match minutes {
        ..=1 => "less than a minute".to_owned(),
        2..60 => format!("{minutes} min"),
        60..DAY_MIN => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} d {} h", minutes / DAY_MIN, minutes % DAY_MIN / 60),
    }
}

fn shown_day(
    day: &Day,
    activities: &[Activity],
    rules: &Rules,
    shown_min: (i64, i64),
    now: Timestamp,
) -> PlanDay {
    let say = |at: Timestamp| day.say(at);
    let entries: Vec<PlanEntry> = own(day, activities)
        .map(|one| PlanEntry {
            from: say(one.starts_at),
            until: say(one.ends_at),
            name: one.name.clone(),
            look: pictures::of_name(&one.name, rules),
            is_now: one.holds(now),
        })
        .collect();
    let bar = |one: &Activity| {
        let look = pictures::of_name(&one.name, rules);
        pictures::bar(day, look, one.name.clone(), (one.starts_at, one.ends_at))
    };
    // As the picture beside it: what belongs to the days around it stands there, and in the entries.
    let first = own(day, activities).map(|one| one.starts_at.max(day.from)).min();
    let last = own(day, activities).map(|one| one.ends_at.min(day.until)).max();
    let summary = match (first, last) {
        (Some(first), Some(last)) => format!("{} to {}", say(first), say(last)),
        _ => "nothing".to_owned(),
    };
    PlanDay {
        name: day.date.strftime("%a %-d %b").to_string(),
        is_today: day.holds(now),
        summary,
        axis: pictures::axis(day, shown_min, now),
        bars: own(day, activities).map(bar).collect(),
        entries,
    }
}

fn own<'a>(day: &Day, activities: &'a [Activity]) -> impl Iterator<Item = &'a Activity> {
    let (from, until) = (day.from, day.until);
    activities.iter().filter(move |one| one.starts_at < until && one.ends_at > from)
}

/// What the pictures of all days show: full hours around everything, and the usual ones.
fn shown(week: &[Day], activities: &[Activity]) -> (i64, i64) {
    let mut edges = USUAL_MIN;
    for day in week {
        for one in own(day, activities) {
            let (from, until) = (day.minute(one.starts_at), day.minute(one.ends_at));
            edges = (edges.0.min(from / 60 * 60), edges.1.max((until + 59) / 60 * 60));
        }
    }
    edges
}

#[cfg(test)]
mod tests;
