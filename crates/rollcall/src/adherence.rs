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
        if let Err(error) = app.judge_adherence().await {
            tracing::warn!(
                error = &error as &dyn Error,
                "people were not judged; they will be, with the moments at which it was so"
            );
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
