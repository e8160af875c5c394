//! Judges whether people are in adherence as they become due, and forgets what is old.

use std::error::Error;
use std::time::{Duration, Instant};

use rollcall_app::App;
use rollcall_app::adherence::JUDGE_INTERVAL;
use tokio_util::sync::CancellationToken;

/// How often it is looked for events that are old.
const PRUNE_INTERVAL: Duration = Duration::from_secs(60);

/// Judges until `stop`. Who became due while no hub ran is judged at its start, with the moments at which it was so.
pub(crate) async fn keep(app: App, stop: CancellationToken) {
    let mut pruned = Instant::now();
    loop {
        let begun = Instant::now();
        match app.judge_adherence().await {
            Ok(0) => {}
            Ok(judged) => note(judged, begun.elapsed()),
            Err(error) => tracing::warn!(
                error = &error as &dyn Error,
                "people were not judged; they will be, with the moments at which it was so"
            ),
        }
        if pruned.elapsed() > PRUNE_INTERVAL {
            pruned = Instant::now();
            if let Err(error) = app.prune_adherence().await {
                tracing::warn!(error = &error as &dyn Error, "old adherence was not forgotten");
            }
        }
        if stop.run_until_cancelled(tokio::time::sleep(JUDGE_INTERVAL)).await.is_none() {
            return;
        }
    }
}

/// Notes that people were judged, all who were due together.
fn note(judged: usize, took: Duration) {
    metrics::counter!("rollcall_adherence_judged_total")
        .increment(u64::try_from(judged).unwrap_or(u64::MAX));
    metrics::histogram!("rollcall_adherence_judge_seconds").record(took);
}
