//! How a link is doing, and what changes it. Each change starts from the row as it is now, so that an
//! approval that came meanwhile is not overwritten.

use jiff::Timestamp;
use rollcall_domain::WfmLinkId;
use rollcall_storage::wfm::wfm_link::{self, Health, WfmLink};
use rollcall_storage::{StorageError, Tx};

use crate::end::Hold;

/// Changes a link's state by what it is now, and writes it if that made a difference.
pub(crate) fn amend(
    tx: &mut Tx<'_>,
    link: WfmLinkId,
    now: Timestamp,
    change: impl Fn(&mut WfmLink),
) -> Result<(), StorageError> {
    let Some(before) = wfm_link::get(tx, link)? else { return Ok(()) };
    let mut after = before.clone();
    change(&mut after);
    if after == before {
        return Ok(());
    }
    if after.health != before.health {
        after.health_since = now;
    }
    if after.health == Health::Well {
        after.health_reason = None;
    }
    wfm_link::save_state(tx, &after)
}

/// A call went well.
pub(crate) fn recover(link: &mut WfmLink) {
    if link.health == Health::Failing {
        link.health = Health::Well;
    }
}

/// A call failed. A link that is held stays so: that is for people to end.
pub(crate) fn fail(link: &mut WfmLink, reason: &str) {
    if link.health != Health::Held {
        link.health = Health::Failing;
        link.health_reason = Some(reason.to_owned());
    }
}

/// Too many people would depart.
pub(crate) fn hold(link: &mut WfmLink, hold: &Hold) {
    link.health = Health::Held;
    link.health_reason = Some(hold.reason.clone());
    link.held_departures = hold.departures;
    link.approved_departures = 0;
}

/// They are not too many any more.
pub(crate) fn let_go(link: &mut WfmLink) {
    link.held_departures = 0;
    if link.health == Health::Held {
        link.health = Health::Well;
    }
}

/// So many departures of an approval are used up.
pub(crate) fn spend(link: &mut WfmLink, departures: i64) {
    link.approved_departures = link.approved_departures.saturating_sub(departures).max(0);
}

/// Nobody who is due departs any more: an approval that is left is void, and nothing is held.
pub(crate) fn settle_brake(link: &mut WfmLink) {
    link.approved_departures = 0;
    let_go(link);
}
