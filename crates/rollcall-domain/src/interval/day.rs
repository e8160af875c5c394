//! Which quarters make up a day somewhere. Where clocks are changed a day has 92 or 100 of them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Quarter, Span};

/// A day in a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its date there.
    pub date: Date,
    /// The quarter that it begins with. A zone whose clocks differ from UTC by no whole quarters (there is none
    /// since 1972) begins its day within it.
    pub span: Span,
}

/// Where a quarter stands in its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The date of the day.
    pub date: Date,
    /// Its number from local midnight on, from 0. It differs from what the clock says after clocks are changed.
    pub number: i64,
}

/// A name that the time zone database does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time zone; write it as the time zone database does, such as Europe/Prague")]
pub struct UnknownZone(pub String);

/// A time zone by its name in the IANA time zone database.
///
/// # Errors
/// [`UnknownZone`].
pub fn zone(name: &str) -> Result<TimeZone, UnknownZone> {
    TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))
}

impl Day {
    /// The day of a date; `None` at the ends of time.
    #[must_use]
    pub fn of(date: Date, zone: &TimeZone) -> Option<Self> {
        let first = midnight(date, zone)?;
        let end = midnight(date.tomorrow().ok()?, zone)?;
        Some(Self { date, span: Span { first: Quarter::of(first), end: Quarter::of(end) } })
    }

    /// The day that a moment is in.
    #[must_use]
    pub fn holding(moment: Timestamp, zone: &TimeZone) -> Option<Self> {
        Self::of(zone.to_datetime(moment).date(), zone)
    }

    /// The number of a quarter within it, from 0.
    #[must_use]
    pub fn number(&self, quarter: Quarter) -> i64 {
        quarter.since(self.span.first)
    }
}

/// Where a quarter stands; `None` at the ends of time.
#[must_use]
pub fn place(quarter: Quarter, zone: &TimeZone) -> Option<Place> {
    let day = Day::holding(quarter.start(), zone)?;
    Some(Place { date: day.date, number: day.number(quarter) })
}

/// The first moment of a date. Where clocks are put forward at midnight, that is 01:00.
fn midnight(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    let noon = date.at(12, 0, 0, 0).to_zoned(zone.clone()).ok()?;
    Some(noon.start_of_day().ok()?.timestamp())
}
