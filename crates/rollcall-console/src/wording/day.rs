//! A day of somebody's calendar in their own time zone, for pictures and for words.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The minutes of a day on which no clock is moved.
pub(crate) const DAY_MIN: i64 = 24 * 60;
/// Pictures show at least this much, in minutes since midnight.
pub(crate) const USUAL_MIN: (i64, i64) = (8 * 60, 18 * 60);
const MARK_HOURS: usize = 2;

/// A day of somebody's calendar, which has 23 or 25 hours where clocks are moved.
pub(crate) struct Day {
    pub(crate) date: Date,
    zone: TimeZone,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

impl Day {
    pub(crate) fn new(date: Date, zone: &TimeZone) -> Option<Self> {
        let midnight = |date: Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp());
        let until = midnight(date.tomorrow().ok()?)?;
        Some(Self { date, zone: zone.clone(), from: midnight(date)?, until })
    }

    /// The minutes that went by since midnight, within the day.
    pub(crate) fn minute(&self, at: Timestamp) -> i64 {
        let at = at.clamp(self.from, self.until);
        at.duration_since(self.from).as_secs() / 60
    }

    /// A moment by the clock, with its zone where clocks are moved.
    pub(crate) fn say(&self, at: Timestamp) -> String {
        // The end of the day is told by the day's own clock: it is midnight, and no other day's.
        if at == self.until {
            return "24:00".to_owned();
        }
        let is_odd = self.minute(self.until) != DAY_MIN;
        let how = if is_odd { Clock::WithZone } else { Clock::Plain };
        clock(at, &self.zone, self.from, how)
    }

    /// Whether it has not ended yet, and has begun.
    pub(crate) fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// The time zone, by its name.
    pub(crate) fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// Every second hour by the clock, midnight at both ends among them, with the minutes that went by until then. An
    /// hour that is left out on this day is none.
    pub(crate) fn hours(&self) -> Vec<(i8, i64)> {
        let hours = (0_i8..24).step_by(MARK_HOURS).filter_map(|hour| {
            let at = self.date.at(hour, 0, 0, 0).to_zoned(self.zone.clone()).ok()?;
            (at.hour() == hour).then(|| (hour, self.minute(at.timestamp())))
        });
        hours.chain([(24, self.minute(self.until))]).collect()
    }
}

/// Whether a time by the clock is said with its zone, because it comes twice on its day, or never.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    Plain,
    WithZone,
}

/// `12:00`, with the day in front of it where that is another one than that of `near`.
pub(crate) fn clock(at: Timestamp, zone: &TimeZone, near: Timestamp, how: Clock) -> String {
    let (at, near) = (at.to_zoned(zone.clone()), near.to_zoned(zone.clone()));
    let day = if at.date() == near.date() { "" } else { "%a %-d %b " };
    let tail = if how == Clock::WithZone { " %Z" } else { "" };
    at.strftime(&format!("{day}%H:%M{tail}")).to_string()
}
