//! How the receivers of security events do, and what waits for them.

use jiff::Timestamp;
use rollcall_storage::record::security_event;
use rollcall_storage::record::security_event_stream::{self, EventStream};
use rollcall_storage::{Storage, StorageError};

/// The states of a receiver.
const STATES: [&str; 3] = ["well", "failing", "off"];

/// Reads all receivers.
pub(super) async fn read(storage: &Storage, now: Timestamp) -> Result<(), StorageError> {
    let (streams, oldest) = storage
        .scan_installation(|session| {
            let streams = security_event_stream::list_all(session)?;
            Ok::<_, StorageError>((streams, security_event::list_oldest(session)?))
        })
        .await?;
    let mut states = [0_u32; STATES.len()];
    for (_, stream) in &streams {
        if let Some(count) = states.get_mut(state(stream)) {
            *count += 1;
        }
    }
    for (name, count) in STATES.iter().zip(states) {
        metrics::gauge!("rollcall_event_receivers", "state" => *name).set(count);
    }
    let is_on = |id| streams.iter().any(|(_, one)| one.id == id && one.paused.is_none());
    let waits = oldest.into_iter().filter(|(id, _)| is_on(*id));
    let first = waits.filter_map(|(_, at)| at).min();
    let age = first.map_or(0.0, |at| now.duration_since(at).as_secs_f64());
    metrics::gauge!("rollcall_event_oldest_waiting_seconds").set(age.max(0.0));
    Ok(())
}

/// The place of a receiver's state in [`STATES`].
fn state(stream: &EventStream) -> usize {
    match (&stream.paused, stream.failures) {
        (Some(_), _) => 2,
        (None, 0) => 0,
        (None, _) => 1,
    }
}
