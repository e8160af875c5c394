//! Writes the journals of SCIM connections down, beside the requests that are in them.

use std::error::Error;

use rollcall_app::App;
use rollcall_app::journal::INTERVAL;
use tokio_util::sync::CancellationToken;

/// Writes until `stop`, and once more for what came last.
pub(crate) async fn keep(app: App, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_some() {
        write(&app).await;
    }
    write(&app).await;
}

async fn write(app: &App) {
    if let Err(error) = app.write_journal().await {
        tracing::warn!(
            error = &error as &dyn Error,
            "requests of the last moment are missing in the journal of their connection"
        );
    }
}
