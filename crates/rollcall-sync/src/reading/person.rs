//! How many people are out of adherence, and how many are to be judged.

use jiff::Timestamp;
use rollcall_domain::adherence::{Reason, Verdict};
use rollcall_storage::agent::adherence;
use rollcall_storage::{Storage, StorageError};

use super::board::number;

/// As many people are counted: more than a floor has, and soon read.
const COUNTED_MAX: i64 = 100_000;

/// Reads what is known of people.
pub(super) async fn read(storage: &Storage, now: Timestamp) -> Result<(), StorageError> {
    let (out, due) = storage
        .scan_installation(move |session| {
            let out = adherence::tally_out(session, COUNTED_MAX)?;
            Ok::<_, StorageError>((out, adherence::count_due(session, now, COUNTED_MAX)?))
        })
        .await?;
    for (verdict, reason) in Verdict::ALL.map(|verdict| (verdict, verdict.reason())) {
        let reason = match reason {
            None => continue,
            Some(Reason::NotOpen) => "not_open",
            Some(Reason::Mismatch) => "mismatch",
            Some(Reason::Unmapped) => "unmapped",
            Some(Reason::NoSchedule) => "no_schedule",
        };
        let count = out.iter().find(|(found, _)| *found == verdict).map_or(0, |(_, count)| *count);
        metrics::gauge!("rollcall_adherence_out_people", "reason" => reason).set(number(count));
    }
    metrics::gauge!("rollcall_adherence_due_people").set(number(due));
    Ok(())
}
