//! What should have come from a WFM, or gone to it, and has not: schedules, history, and real-time states.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use rollcall_domain::WfmLinkId;
use rollcall_domain::interval::Quarter;
use rollcall_domain::wfm::Transport;
use rollcall_storage::agent::real_time_feed::{self, RealTimeFeed};
use rollcall_storage::interval::history_feed::{self, HistoryFeed};
use rollcall_storage::interval::interval_mark::{self, Backlog};
use rollcall_storage::schedule::wfm_schedule_pull;
use rollcall_storage::wfm::wfm_link::WfmLink;
use rollcall_storage::{Storage, StorageError};

use super::board::{Board, number};
use crate::real_time::SNAPSHOT_EVERY;

const LATE: &str = "rollcall_wfm_late_seconds";
/// As many intervals of one feed are counted.
const COUNTED_MAX: i64 = 10_000;

/// Reads how late each of the links is that are on.
pub(super) async fn read(
    storage: &Storage,
    links: &HashMap<WfmLinkId, WfmLink>,
    now: Timestamp,
    board: &mut Board,
) -> Result<(), StorageError> {
    let (pulled, feeds, backlogs, told) = storage
        .scan_installation(move |session| {
            let pulled = wfm_schedule_pull::list_pulled(session)?;
            let feeds = history_feed::list_all(session)?;
            let backlogs = interval_mark::list_backlogs(session, now, COUNTED_MAX)?;
            Ok::<_, StorageError>((pulled, feeds, backlogs, real_time_feed::list_enabled(session)?))
        })
        .await?;
    let pulled: HashMap<_, _> = pulled.into_iter().collect();
    let is_on = |link: &&WfmLink| link.enabled;
    // Files tell no schedules.
    let tells = |link: &&WfmLink| matches!(link.transport, Transport::Http);
    for link in links.values().filter(is_on).filter(tells) {
        let pulled_at = pulled.get(&link.id).copied().flatten();
        board.tell_of(LATE, "schedules", link.id, schedules(link, pulled_at, now));
    }
    let backlogs: HashMap<_, _> = backlogs.into_iter().map(|one| (one.link, one)).collect();
    for (_, feed) in feeds {
        let Some(link) = links.get(&feed.link).filter(is_on) else { continue };
        let Some(backlog) = backlogs.get(&link.id) else { continue };
        board.tell("rollcall_wfm_due_intervals", link.id, number(backlog.due));
        board.tell_of(LATE, "history", link.id, history(&feed, backlog, now));
        let waited = unanswered(&feed, backlog, now);
        board.tell_of("rollcall_wfm_unanswered_seconds", "history", link.id, waited);
    }
    for (_, feed) in told {
        board.tell_of(LATE, "states", feed.link, states(&feed, now));
    }
    Ok(())
}

/// Since schedules should have been read again.
fn schedules(link: &WfmLink, pulled_at: Option<Timestamp>, now: Timestamp) -> f64 {
    let last = pulled_at.unwrap_or(link.created_at);
    since(last, SignedDuration::from_secs(link.interval_s), now)
}

/// Since the first interval is due that was not taken, whether it is marked by now or not.
fn history(feed: &HistoryFeed, backlog: &Backlog, now: Timestamp) -> f64 {
    let settled = SignedDuration::from_secs(feed.settle_s);
    let unmarked = since(Quarter::of(feed.marked_until).end(), settled, now);
    backlog.since.map_or(0.0, |due| since(due, SignedDuration::ZERO, now)).max(unmarked)
}

/// Since when the WFM has been waited for that has a file and did not look at it yet.
fn unanswered(feed: &HistoryFeed, backlog: &Backlog, now: Timestamp) -> f64 {
    let waits = feed.failures == 0 && backlog.due > 0;
    let asked = feed.problem_at.filter(|_| waits);
    asked.map_or(0.0, |asked| since(asked, SignedDuration::ZERO, now))
}

/// Since the WFM fails, or a snapshot is due that nobody told.
fn states(feed: &RealTimeFeed, now: Timestamp) -> f64 {
    if feed.failing {
        return since(feed.health_since, SignedDuration::ZERO, now);
    }
    since(feed.snapshot_at.unwrap_or(feed.health_since), SNAPSHOT_EVERY, now)
}

/// The seconds since a time after a moment was over; 0 while it is not.
fn since(moment: Timestamp, time: SignedDuration, now: Timestamp) -> f64 {
    now.duration_since(moment).saturating_sub(time).as_secs_f64().max(0.0)
}
