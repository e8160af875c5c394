//! States and a schedule over a time, cut where either changes: stretches without gaps and overlaps.

use jiff::Timestamp;

use super::rule::{Rules, Verdict};
use super::scheduled::{Scheduled, activity_at};
use super::{AcdStatus, ActivityName};

/// A status from a moment on, until the next begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusSpan {
    /// Which.
    pub status: AcdStatus,
    /// From.
    pub began_at: Timestamp,
}

/// A time in which a person was in adherence, or out of it, in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From.
    pub from: Timestamp,
    /// To, exclusive.
    pub to: Timestamp,
    /// Whether in adherence.
    pub verdict: Verdict,
    /// What they did.
    pub status: AcdStatus,
    /// What was scheduled; `None` for nothing.
    pub scheduled: Option<ActivityName>,
}

impl Stretch {
    fn goes_on_as(&self, next: &Self) -> bool {
        self.to == next.from
            && self.verdict == next.verdict
            && self.status == next.status
            && self.scheduled == next.scheduled
    }
}

/// Puts stretches together that follow each other and say the same.
#[must_use]
pub fn joined(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut joined: Vec<Stretch> = Vec::with_capacity(stretches.len());
    for next in stretches {
        match joined.last_mut() {
            Some(last) if last.goes_on_as(&next) => last.to = next.to,
            _ => joined.push(next),
        }
    }
    joined
}

/// What a person did in a time, against what was scheduled. `statuses` are in order of time; before the first of
/// them the person is logged out.
#[must_use]
pub fn fold(
    rules: &Rules,
    statuses: &[StatusSpan],
    schedule: &[Scheduled],
    (from, to): (Timestamp, Timestamp),
) -> Vec<Stretch> {
    let inside = |moment: &Timestamp| *moment > from && *moment < to;
    let mut cuts: Vec<Timestamp> = statuses.iter().map(|span| span.began_at).collect();
    cuts.extend(schedule.iter().flat_map(|one| [one.from, one.to]));
    cuts.retain(inside);
    cuts.extend([from, to]);
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts.iter().skip(1);
    let stretches = cuts.iter().zip(ends).map(|(from, to)| {
        let status = status_at(statuses, *from);
        let scheduled = activity_at(schedule, *from).cloned();
        let verdict = rules.verdict(&status, scheduled.as_ref());
        Stretch { from: *from, to: *to, verdict, status, scheduled }
    });
    joined(stretches.collect())
}

pub(super) fn status_at(statuses: &[StatusSpan], at: Timestamp) -> AcdStatus {
    let span = statuses.iter().rfind(|span| span.began_at <= at);
    span.map_or_else(AcdStatus::logged_out, |span| span.status.clone())
}
