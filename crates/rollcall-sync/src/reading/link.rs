//! How many people are due at each link, since when, and how many links are well.

use std::collections::HashMap;

use jiff::Timestamp;
use rollcall_domain::WfmLinkId;
use rollcall_storage::wfm::outbox;
use rollcall_storage::wfm::wfm_link::{self, Health, WfmLink};
use rollcall_storage::{Storage, StorageError};

use super::board::{Board, number};

/// The states of a link as a whole.
const STATES: [&str; 4] = ["well", "failing", "held", "off"];

/// Reads all links; gives them back.
pub(super) async fn read(
    storage: &Storage,
    now: Timestamp,
    board: &mut Board,
) -> Result<HashMap<WfmLinkId, WfmLink>, StorageError> {
    let (links, due) = storage
        .scan_installation(|session| {
            Ok::<_, StorageError>((wfm_link::list_all_due(session)?, outbox::count_all(session)?))
        })
        .await?;
    let due: HashMap<WfmLinkId, i64> = due.into_iter().collect();
    let (mut states, mut held) = ([0_u32; STATES.len()], 0);
    let mut all = HashMap::new();
    for (_, link, next_due) in links {
        held += link.held_departures;
        if let Some(count) = states.get_mut(state(&link)) {
            *count += 1;
        }
        let count = due.get(&link.id).copied().unwrap_or(0);
        // Who waits for a run by the interval, as the operator set it, is not late.
        let goes_at = next_due.map(|due| link.goes_at(due));
        let age = goes_at.map(|at| now.duration_since(at).as_secs_f64()).unwrap_or_default();
        board.tell("rollcall_wfm_due_people", link.id, number(count));
        board.tell("rollcall_wfm_oldest_due_seconds", link.id, age.max(0.0));
        all.insert(link.id, link);
    }
    for (name, count) in STATES.iter().zip(states) {
        metrics::gauge!("rollcall_wfm_links", "state" => *name).set(count);
    }
    metrics::gauge!("rollcall_wfm_held_departures").set(number(held));
    Ok(all)
}

/// The place of a link's state in [`STATES`].
fn state(link: &WfmLink) -> usize {
    match link.health {
        _ if !link.enabled => 3,
        Health::Well => 0,
        Health::Failing => 1,
        Health::Held => 2,
    }
}
