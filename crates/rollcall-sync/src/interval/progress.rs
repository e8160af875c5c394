//! Marks what became due by the time alone: intervals that have settled, and days that are looked at again.

use jiff::{SignedDuration, Timestamp};
use rollcall_app::agent::HISTORY_KEPT_DAYS;
use rollcall_domain::interval::schedule::{self, Due, Progress};
use rollcall_domain::interval::{Quarter, Span, day};
use rollcall_storage::interval::history_feed::{self, HistoryFeed};
use rollcall_storage::{StorageError, Tx, interval::interval_delivery, interval::interval_mark};

/// What becomes due of a feed; `None` where its time zone is not known any more.
pub(super) fn due(feed: &HistoryFeed, now: Timestamp) -> Option<Due> {
    let zone = day::zone(&feed.time_zone).ok()?;
    let progress = Progress { until: feed.marked_until, rebuilt: feed.rebuilt_day };
    Some(schedule::due(&progress, feed.settle_s, &zone, now))
}

/// Marks what became due of a feed, and notes how far that is.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    feed: &mut HistoryFeed,
    now: Timestamp,
) -> Result<(), StorageError> {
    let Some(due) = due(feed, now).filter(|due| !due.is_empty()) else { return Ok(()) };
    interval_mark::mark_span(tx, feed.link, due.fresh, (now, now))?;
    // Before the feed was made nothing was told, and what has not settled is told later.
    let (begun, told) = (Quarter::of(feed.created_at), Quarter::of(due.progress.until));
    for day in &due.days {
        let span = Span { first: day.span.first.max(begun), end: day.span.end.min(told) };
        interval_mark::mark_span(tx, feed.link, span, (now, now))?;
    }
    if !due.days.is_empty() {
        let kept = SignedDuration::from_hours(24 * HISTORY_KEPT_DAYS);
        interval_delivery::prune(tx, feed.link, now.checked_sub(kept).unwrap_or(Timestamp::MIN))?;
    }
    feed.marked_until = due.progress.until;
    feed.rebuilt_day = due.progress.rebuilt;
    history_feed::save_state(tx, feed)
}
