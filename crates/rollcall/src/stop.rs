//! When a command that runs on has to end: SIGTERM, Ctrl-C, or the end of the parent.

use std::io::Read as _;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by the first SIGTERM or SIGINT; the second one ends the process at once.
///
/// Has to be called on the runtime.
pub(crate) fn on_signal() -> Result<CancellationToken> {
    let token = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be watched")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be watched")?;
    let stop = token.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if stop.is_cancelled() {
                // 128 + SIGINT, as a shell reports it.
                std::process::exit(130);
            }
            stop.cancel();
        }
    });
    Ok(token)
}

/// Cancels the token also when standard input ends, as it does when the process that holds its other end
/// dies, however it dies.
pub(crate) fn with_parent(token: &CancellationToken) -> Result<()> {
    let token = token.clone();
    // A thread of its own: a read of standard input cannot be given up, and would hold the runtime's end.
    std::thread::Builder::new()
        .name("parent".to_owned())
        .stack_size(64 * 1024)
        .spawn(move || {
            let mut sink = [0; 64];
            while matches!(std::io::stdin().read(&mut sink), Ok(1..)) {}
            token.cancel();
        })
        .context("no thread for watching the parent")?;
    Ok(())
}
