//! Applies the timeouts of agent states as they become due, and forgets history that is old.

use std::error::Error;
use std::time::{Duration, Instant};

use rollcall_app::App;
use rollcall_app::agent::TIMEOUT_INTERVAL;
use tokio_util::sync::CancellationToken;

/// How often it is looked for history that is old.
const PRUNE_INTERVAL: Duration = Duration::from_secs(60);

/// Applies until `stop`. What becomes due while no hub runs is applied at its start, with its own moments.
pub(crate) async fn keep(app: App, stop: CancellationToken) {
    let mut pruned = Instant::now();
    loop {
        if let Err(error) = app.apply_timeouts().await {
            tracing::warn!(
                error = &error as &dyn Error,
                "timeouts of agent states were not applied; they will be, with the moments when they were due"
            );
        }
        if pruned.elapsed() > PRUNE_INTERVAL {
            pruned = Instant::now();
            if let Err(error) = app.prune_agent_history().await {
                tracing::warn!(error = &error as &dyn Error, "old agent states were not forgotten");
            }
        }
        if stop.run_until_cancelled(tokio::time::sleep(TIMEOUT_INTERVAL)).await.is_none() {
            return;
        }
    }
}
