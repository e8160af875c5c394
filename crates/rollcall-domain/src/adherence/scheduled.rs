//! What is scheduled at a moment.

use jiff::Timestamp;

use super::ActivityName;

/// An activity that is scheduled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// What.
    pub activity: ActivityName,
    /// From.
    pub from: Timestamp,
    /// To, exclusive.
    pub to: Timestamp,
}

/// What is scheduled at a moment, and since when: the last moment at which something else, or nothing, was.
/// Without a moment: since ever.
pub(super) fn present(
    schedule: &[Scheduled],
    at: Timestamp,
) -> (Option<ActivityName>, Option<Timestamp>) {
    let now = activity_at(schedule, at);
    let mut boundaries: Vec<Timestamp> =
        schedule.iter().flat_map(|one| [one.from, one.to]).filter(|moment| *moment <= at).collect();
    boundaries.sort_unstable();
    boundaries.dedup();
    let since = boundaries.iter().enumerate().rev().find_map(|(index, moment)| {
        let earlier = index.checked_sub(1).and_then(|before| boundaries.get(before));
        let before = earlier.and_then(|earlier| activity_at(schedule, *earlier));
        (before != now).then_some(*moment)
    });
    (now.cloned(), since)
}

/// When something else is scheduled next than at a moment.
#[must_use]
pub fn next_boundary(schedule: &[Scheduled], at: Timestamp) -> Option<Timestamp> {
    let now = activity_at(schedule, at);
    let mut moments: Vec<Timestamp> =
        schedule.iter().flat_map(|one| [one.from, one.to]).filter(|moment| *moment > at).collect();
    moments.sort_unstable();
    moments.into_iter().find(|moment| activity_at(schedule, *moment) != now)
}

/// Of activities that lie upon each other, the one that began last counts, and of those the one that ends first:
/// a break within a shift.
pub(super) fn activity_at(schedule: &[Scheduled], at: Timestamp) -> Option<&ActivityName> {
    let here = schedule.iter().filter(|one| one.from <= at && at < one.to);
    here.max_by_key(|one| (one.from, std::cmp::Reverse(one.to))).map(|one| &one.activity)
}
