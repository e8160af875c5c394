//! A person's schedule as they read it: days by their own calendar, times by their own clock.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rollcall_app::adherence::{Present, Reason, Verdict};
use rollcall_app::schedule::{Schedule, ScheduleRefusal};
use rollcall_domain::permission::Permission;
use rollcall_domain::wfm::schedule::Activity;

use crate::error::sentence;
use crate::view::badge::{Badge, Tone};
use crate::view::schedule::{Plan, PlanBar, PlanDay, PlanEntry};

/// As many colours there are; further names share them.
const COLOURS: usize = 6;
const DAY_MIN: i64 = 24 * 60;
/// The pictures show at least this much, in minutes since midnight.
pub(super) const USUAL_MIN: (i64, i64) = (8 * 60, 18 * 60);
const MARK_HOURS: i8 = 3;

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

/// The first day of the week in which a moment lies, by somebody's calendar.
pub(crate) fn monday(now: Timestamp, zone: &TimeZone) -> Date {
    let today = now.to_zoned(zone.clone()).date();
    let days = i64::from(today.weekday().to_monday_zero_offset());
    today.checked_sub(days.days()).unwrap_or(today)
}

/// A schedule that begins with the week.
pub(crate) fn plan(schedule: &Schedule, present: Option<&Present>, now: Timestamp) -> Plan {
    let (zone, activities) = (&schedule.zone, schedule.activities.as_slice());
    let first = monday(now, zone);
    let week: Vec<Day> = (0..7_i64)
        .filter_map(|index| Day::new(first.checked_add(index.days()).ok()?, zone))
        .collect();
    let times = activities.iter().map(|one| (one.name.as_str(), one.starts_at, one.ends_at));
    let colours = Colours::of(times);
    let shown_min = shown(&week, activities);
    let is_known = zone.iana_name().is_some_and(|name| name != "UTC");
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
        days: week.iter().map(|day| day.shown(activities, &colours, shown_min, now)).collect(),
        shown_min,
        zone: match zone.iana_name() {
            Some(name) if is_known => format!("Times are those of {name}."),
            _ => "Times are in UTC.".to_owned(),
        },
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

/// Whether a time by the clock is said with its zone, because it comes twice on its day, or never.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clock {
    Plain,
    WithZone,
}

/// `12:00`, with the day in front of it where that is another one than that of `near`.
fn clock(at: Timestamp, zone: &TimeZone, near: Timestamp, how: Clock) -> String {
    let (at, near) = (at.to_zoned(zone.clone()), near.to_zoned(zone.clone()));
    let day = if at.date() == near.date() { "" } else { "%a %-d %b " };
    let tail = if how == Clock::WithZone { " %Z" } else { "" };
    at.strftime(&format!("{day}%H:%M{tail}")).to_string()
}

/// A day of somebody's calendar, which has 23 or 25 hours where clocks are moved.
pub(super) struct Day {
    date: Date,
    zone: TimeZone,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Day {
    pub(super) fn new(date: Date, zone: &TimeZone) -> Option<Self> {
        let midnight = |date: Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp());
        let until = midnight(date.tomorrow().ok()?)?;
        Some(Self { date, zone: zone.clone(), from: midnight(date)?, until })
    }

    fn own<'a>(&self, activities: &'a [Activity]) -> impl Iterator<Item = &'a Activity> {
        let (from, until) = (self.from, self.until);
        activities.iter().filter(move |one| one.starts_at < until && one.ends_at > from)
    }

    /// The minutes that went by since midnight, within the day.
    pub(super) fn minute(&self, at: Timestamp) -> i64 {
        let at = at.clamp(self.from, self.until);
        at.duration_since(self.from).as_secs() / 60
    }

    fn shown(
        &self,
        activities: &[Activity],
        colours: &Colours,
        (left, right): (i64, i64),
        now: Timestamp,
    ) -> PlanDay {
        let say = |at: Timestamp| self.say(at);
        let entries: Vec<PlanEntry> = self
            .own(activities)
            .map(|one| PlanEntry {
                from: say(one.starts_at),
                until: say(one.ends_at),
                name: one.name.clone(),
                colour: colours.index(&one.name),
                is_now: one.holds(now),
            })
            .collect();
        let bar = |one: &Activity| {
            let from = self.minute(one.starts_at);
            let length = self.minute(one.ends_at) - from;
            PlanBar { from, length, colour: colours.index(&one.name) }
        };
        let last = self.own(activities).map(|one| one.ends_at).max();
        let summary = match (entries.first(), last) {
            (Some(first), Some(last)) => format!("{} to {}", first.from, say(last)),
            _ => "nothing".to_owned(),
        };
        let is_today = self.from <= now && now < self.until;
        PlanDay {
            name: self.date.strftime("%a %-d %b").to_string(),
            is_today,
            summary,
            bars: self.own(activities).map(bar).collect(),
            marks: self.marks(),
            edges: (self.edge(left), self.edge(right)),
            now: is_today.then(|| self.minute(now)),
            entries,
        }
    }

    /// A moment by the clock, with its zone where clocks are moved.
    pub(super) fn say(&self, at: Timestamp) -> String {
        // The end of the day is told by the day's own clock: it is midnight, and no other day's.
        if at == self.until {
            return "24:00".to_owned();
        }
        let is_odd = self.minute(self.until) != DAY_MIN;
        let how = if is_odd { Clock::WithZone } else { Clock::Plain };
        clock(at, &self.zone, self.from, how)
    }

    /// The clock so many minutes after midnight.
    pub(super) fn edge(&self, minute: i64) -> String {
        let at = self.from.checked_add(SignedDuration::from_mins(minute)).unwrap_or(self.until);
        self.say(at.min(self.until))
    }

    /// Every third hour by the clock. An hour that is left out on this day has no mark of its own.
    pub(super) fn marks(&self) -> Vec<i64> {
        let hours = (MARK_HOURS..24).step_by(usize::from(MARK_HOURS.unsigned_abs()));
        hours
            .filter_map(|hour| {
                let at = self.date.at(hour, 0, 0, 0).to_zoned(self.zone.clone()).ok()?;
                Some(self.minute(at.timestamp()))
            })
            .collect()
    }
}

/// What the pictures of all days show: full hours around everything, and the usual ones.
fn shown(week: &[Day], activities: &[Activity]) -> (i64, i64) {
    let mut edges = USUAL_MIN;
    for day in week {
        for one in day.own(activities) {
            let (from, until) = (day.minute(one.starts_at), day.minute(one.ends_at));
            edges = (edges.0.min(from / 60 * 60), edges.1.max((until + 59) / 60 * 60));
        }
    }
    edges
}

/// A colour for each name, the same on every day: the calm ones for what takes most of the time.
pub(super) struct Colours(Vec<String>);

impl Colours {
    /// From names and their times.
    pub(super) fn of<'a>(times: impl Iterator<Item = (&'a str, Timestamp, Timestamp)>) -> Self {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for (name, from, until) in times {
            *sums.entry(name).or_default() += until.duration_since(from).as_secs();
        }
        let mut names: Vec<(&str, i64)> = sums.into_iter().collect();
        names.sort_by_key(|(_, seconds)| Reverse(*seconds));
        Self(names.into_iter().map(|(name, _)| name.to_owned()).collect())
    }

    /// The names, with the colour of each.
    pub(super) fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().enumerate().map(|(index, name)| (index % COLOURS, name.as_str()))
    }

    pub(super) fn index(&self, name: &str) -> usize {
        self.0.iter().position(|one| one == name).unwrap_or_default() % COLOURS
    }
}

#[cfg(test)]
mod tests;
