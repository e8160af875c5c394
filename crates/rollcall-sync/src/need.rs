//! Which run a link needs now. Pure.

use jiff::{SignedDuration, Timestamp};
use rollcall_storage::wfm::wfm_link::{Asked, Health, WfmLink};

/// From the making of a link to its first full comparison: the first load should be over by then.
const FIRST_COMPARISON_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// From one full comparison to the next.
const COMPARISON_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Why a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Someone is due.
    Event,
    /// The interval is over: the net underneath the events.
    Schedule,
    /// The WFM's own list is due to be compared.
    Comparison,
    /// Someone let held departures go.
    Approval,
    /// Someone whom the operator permits it asked for it.
    Request,
    /// Someone wants to see what a comparison would do.
    Preview,
}

impl Cause {
    /// As it is stored.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Schedule => "schedule",
            Self::Comparison => "comparison",
            Self::Approval => "approval",
            Self::Request => "request",
            Self::Preview => "preview",
        }
    }
}

/// Whether a run begins with the WFM's own list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    Whole,
    Skipped,
}

/// A run that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) cause: Cause,
    pub(crate) listing: Listing,
    /// Whether it stands for the scheduled run as well.
    pub(crate) sweeps: bool,
    /// Whether it is what somebody asked for.
    pub(crate) answers: bool,
}

/// The run that a link needs at `now`, if any. `next_due` is the moment of its earliest mark; no
/// comparison begins before `compare_after`.
pub(crate) fn need(
    link: &WfmLink,
    next_due: Option<Timestamp>,
    compare_after: Option<Timestamp>,
    now: Timestamp,
) -> Option<Need> {
    if !link.enabled {
        return None;
    }
    let is_due = next_due.is_some_and(|due| due <= now);
    let goes = next_due.is_some_and(|due| link.goes_at(due) <= now);
    let interval = SignedDuration::from_secs(link.interval_s);
    if link.asked == Some(Asked::Preview) {
        let (cause, listing) = (Cause::Preview, Listing::Whole);
        return Some(Need { cause, listing, sweeps: false, answers: true });
    }
    let asked = link.asked == Some(Asked::Run);
    let sweeps = asked || link.swept_at.is_none_or(|swept| passed(swept, interval, now));
    let compare_asked = link.asked == Some(Asked::Comparison);
    let compare_due =
        comparison_is_due(link, now) && compare_after.is_none_or(|after| after <= now);
    let compares = compare_asked || compare_due;
    let listing = if compares { Listing::Whole } else { Listing::Skipped };
    let answers = asked || compare_asked;
    let of = |cause, listing| Some(Need { cause, listing, sweeps, answers });
    // Held: the sweep looks whether the departures are still too many, and writes nothing while they are.
    if link.health == Health::Held {
        let cause = if asked { Cause::Request } else { Cause::Schedule };
        return if sweeps || compare_asked { of(cause, listing) } else { None };
    }
    if link.approved_departures > 0 && (is_due || compares) {
        return of(Cause::Approval, listing);
    }
    if compares {
        return of(Cause::Comparison, listing);
    }
    if asked {
        return of(Cause::Request, listing);
    }
    if sweeps {
        return of(Cause::Schedule, listing);
    }
    if goes { of(Cause::Event, listing) } else { None }
}

fn comparison_is_due(link: &WfmLink, now: Timestamp) -> bool {
    match link.compared_at {
        Some(compared) => passed(compared, COMPARISON_EVERY, now),
        None => passed(link.created_at, FIRST_COMPARISON_AFTER, now),
    }
}

fn passed(since: Timestamp, time: SignedDuration, now: Timestamp) -> bool {
    since.checked_add(time).is_ok_and(|end| end <= now)
}

#[cfg(test)]
mod tests;
