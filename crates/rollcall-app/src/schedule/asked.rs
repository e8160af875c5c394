//! The time for which a schedule is asked: by days of the person's calendar, or by moments. Pure.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use rollcall_domain::wfm::schedule::Window;

const DAYS_MAX: i64 = 31;
const DAYS_USUAL: i64 = 7;

/// Where a time begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// With a day, which is part of it.
    Day(Date),
    /// At a moment, which is not part of it where it ends there.
    Moment(Timestamp),
}

impl FromStr for Edge {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A date can be read from a longer text too; a moment is one whole.
        match text.len() {
            10 => text.parse().map(Self::Day),
            _ => text.parse().map(Self::Moment),
        }
    }
}

/// The time that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Its beginning; without it, today.
    pub start: Option<Edge>,
    /// Its end; without it, seven days after the beginning.
    pub end: Option<Edge>,
}

impl Asked {
    /// The moments in between, for somebody's calendar. A day has 23 or 25 hours where clocks are moved.
    pub(super) fn window(&self, zone: &TimeZone, now: Timestamp) -> Result<Window, String> {
        let far = |_| "a date is so far away that nobody has a schedule then".to_owned();
        let midnight = |day: Date| day.to_zoned(zone.clone()).map(|day| day.timestamp());
        let from = match self.start {
            Some(Edge::Day(day)) => midnight(day).map_err(far)?,
            Some(Edge::Moment(moment)) => moment,
            None => midnight(now.to_zoned(zone.clone()).date()).map_err(far)?,
        };
        let later = |days: i64| {
            let moved = from.to_zoned(zone.clone()).checked_add(days.days());
            moved.map(|moved| moved.timestamp())
        };
        let until = match self.end {
            Some(Edge::Day(day)) => day.tomorrow().and_then(midnight).map_err(far)?,
            Some(Edge::Moment(moment)) => moment,
            None => later(DAYS_USUAL).map_err(far)?,
        };
        if until <= from {
            return Err("the time for which a schedule is asked ends after it begins".to_owned());
        }
        if until > later(DAYS_MAX).map_err(far)? {
            return Err(format!("a schedule is told for {DAYS_MAX} days at the most"));
        }
        Ok(Window { from, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, (start, end): (&str, &str), expected: Result<(&str, &str), &str>) {
        let edge = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        let asked = Asked { start: edge(start), end: edge(end) };
        let zone = TimeZone::get(zone).unwrap();
        let found = asked.window(&zone, "2026-11-21T23:30:00Z".parse().unwrap());
        let found = found.map(|window| (window.from.to_string(), window.until.to_string()));
        let found = found.as_ref().map(|(from, until)| (from.as_str(), until.as_str()));
        assert_eq!(found.map_err(|words| words.split(' ').next().unwrap()), expected);
    }

    #[test]
    fn days_are_those_of_the_persons_calendar() {
        let (berlin, utc) = ("Europe/Berlin", "UTC");
        check(berlin, ("", ""), Ok(("2026-11-21T23:00:00Z", "2026-11-28T23:00:00Z")));
        check(utc, ("", ""), Ok(("2026-11-21T00:00:00Z", "2026-11-28T00:00:00Z")));
        check(
            berlin,
            ("2026-11-23", "2026-11-23"),
            Ok(("2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z")),
        );
        // The day on which clocks go back has 25 hours, the one on which they go forward 23.
        check(
            berlin,
            ("2026-10-25", "2026-10-25"),
            Ok(("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")),
        );
        check(
            berlin,
            ("2027-03-28", "2027-03-28"),
            Ok(("2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z")),
        );
        // A day whose first hour is left out begins an hour later.
        check(
            "America/Santiago",
            ("2026-09-06", "2026-09-06"),
            Ok(("2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z")),
        );
    }

    #[test]
    fn moments_are_taken_as_they_are() {
        check("Europe/Berlin", ("2026-11-21T08:00:00Z", "2026-11-21T09:00:00+01:00"), Err("the"));
        check(
            "Europe/Berlin",
            ("2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"),
            Ok(("2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z")),
        );
    }

    #[test]
    fn a_time_has_a_bound() {
        check("UTC", ("2026-11-01", "2026-10-31"), Err("the"));
        check("UTC", ("2026-11-01", "2026-12-02"), Err("a"));
        check(
            "Europe/Berlin",
            ("2026-10-01", "2026-10-31"),
            Ok(("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z")),
        );
        check("UTC", ("9999-12-31", "9999-12-31"), Err("a"));
    }

    #[test]
    fn what_is_neither_a_day_nor_a_moment_is_refused() {
        for text in ["", "today", "2026-11-31", "2026-11-21T09:00:00", "2026-11-21 09:00"] {
            assert!(text.parse::<Edge>().is_err(), "{text}");
        }
    }
}
