//! When intervals are to be looked at: each once it has settled, and each day once more as a whole in the night
//! after it, at two o'clock there.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Day, Quarter, Span};

/// A day is looked at again from this hour of the next day on.
const REBUILD_HOUR: i8 = 2;
/// As many quarters become due in one go at the most. Who was away for long gets on in steps.
const QUARTERS_MAX: i64 = 400;
/// As many days are looked at again at the most; what is older is left as it was sent.
const DAYS_MAX: usize = 7;

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Intervals that end until then became due.
    pub until: Timestamp,
    /// The last day that was looked at again.
    pub rebuilt: Date,
}

/// What becomes due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Intervals that have settled. Empty when none has.
    pub fresh: Span,
    /// Days that are looked at again.
    pub days: Vec<Day>,
    /// How far it has come then.
    pub progress: Progress,
}

impl Due {
    /// Whether nothing becomes due.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fresh.first >= self.fresh.end && self.days.is_empty()
    }
}

/// Says what becomes due at a moment, when an interval settles so many seconds after its end.
#[must_use]
pub fn due(progress: &Progress, settle_s: i64, zone: &TimeZone, now: Timestamp) -> Due {
    let settled = now.checked_sub(SignedDuration::from_secs(settle_s)).unwrap_or(Timestamp::MIN);
    let first = Quarter::of(progress.until);
    let end = Quarter::of(settled).min(first.plus(QUARTERS_MAX)).max(first);
    let last = last_over(zone, now);
    let mut days = Vec::new();
    let mut rebuilt = progress.rebuilt;
    if let Some(last) = last.filter(|last| *last > progress.rebuilt) {
        let back = last.series(jiff::Span::new().days(-1)).take(DAYS_MAX);
        let mut dates: Vec<Date> = back.take_while(|date| *date > progress.rebuilt).collect();
        dates.reverse();
        days = dates.into_iter().filter_map(|date| Day::of(date, zone)).collect();
        rebuilt = last;
    }
    let until = end.start().max(progress.until);
    Due { fresh: Span { first, end }, days, progress: Progress { until, rebuilt } }
}

/// The last day that may be looked at again: yesterday, and before two o'clock the day before.
#[must_use]
pub fn last_over(zone: &TimeZone, now: Timestamp) -> Option<Date> {
    let there = zone.to_datetime(now);
    let yesterday = there.date().yesterday().ok()?;
    if there.hour() >= REBUILD_HOUR { Some(yesterday) } else { yesterday.yesterday().ok() }
}
