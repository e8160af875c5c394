//! How all links are doing, read a few times a minute for whoever measures: how many people are due at each,
//! since when, and how many links are well.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use rollcall_domain::{Clock, WfmLinkId};
use rollcall_storage::wfm::wfm_link::{self, Health, WfmLink};
use rollcall_storage::{Storage, StorageError, wfm::outbox};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often it is read.
const TICK: Duration = Duration::from_secs(15);
/// The states of a link as a whole.
const STATES: [&str; 4] = ["well", "failing", "held", "off"];

/// Reads until it is told to stop. Of no use without a recorder.
pub async fn keep_reading(storage: Storage, clock: Arc<dyn Clock>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = HashSet::new();
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        if let Err(error) = read(&storage, clock.as_ref(), &mut told).await {
            tracing::warn!(%error, "how the links are doing cannot be read");
        }
    }
}

async fn read(
    storage: &Storage,
    clock: &dyn Clock,
    told: &mut HashSet<WfmLinkId>,
) -> Result<(), StorageError> {
    let (links, due) = storage
        .scan_installation(|session| {
            Ok::<_, StorageError>((wfm_link::list_all_due(session)?, outbox::count_all(session)?))
        })
        .await?;
    let due: HashMap<WfmLinkId, i64> = due.into_iter().collect();
    let (mut states, mut held, now) = ([0_u32; STATES.len()], 0, clock.now());
    let mut present = HashSet::new();
    for (_, link, next_due) in &links {
        present.insert(link.id);
        held += link.held_departures;
        if let Some(count) = states.get_mut(state(link)) {
            *count += 1;
        }
        let age = next_due.map(|due| now.duration_since(due).as_secs_f64()).unwrap_or_default();
        tell(link.id, due.get(&link.id).copied().unwrap_or(0), age.max(0.0));
    }
    // A link that was removed has nobody due.
    for gone in told.difference(&present) {
        tell(*gone, 0, 0.0);
    }
    *told = present;
    for (name, count) in STATES.iter().zip(states) {
        metrics::gauge!("rollcall_wfm_links", "state" => *name).set(count);
    }
    metrics::gauge!("rollcall_wfm_held_departures").set(number(held));
    Ok(())
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

fn tell(link: WfmLinkId, due: i64, age_s: f64) {
    let link = link.to_string();
    metrics::gauge!("rollcall_wfm_due_people", "link" => link.clone()).set(number(due));
    metrics::gauge!("rollcall_wfm_oldest_due_seconds", "link" => link).set(age_s);
}

fn number(count: i64) -> f64 {
    // Below 2^53 nothing is lost.
    count as f64
}
