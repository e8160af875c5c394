//! The private address at which a calendar program reads a person's schedule.

use jiff::Timestamp;
use rollcall_app::schedule::ScheduleFeed;

/// The private address for calendar programs, as far as it is kept.
#[derive(Clone, Debug)]
pub struct CalendarAddress {
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last read.
    pub last_used_at: Option<Timestamp>,
}

impl CalendarAddress {
    pub(crate) fn of(feed: &ScheduleFeed) -> Self {
        Self { made_at: feed.created_at, last_used_at: feed.last_used_at }
    }
}
