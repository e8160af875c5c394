//! The log: lines on standard error, for people or as JSON. Secrets never get here: their types have no
//! readable `Debug`.

use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

use anyhow::{Context as _, Result};
use tracing_subscriber::EnvFilter;

use crate::setting::{LogFormat, LogSettings};

/// Starts the log of this process.
pub(crate) fn start(settings: &LogSettings) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.level)
        .with_context(|| format!("log.level {:?} is not one that is understood", settings.level))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match settings.format {
        LogFormat::Human => log.with_target(false).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    std::panic::set_hook(Box::new(note_panic));
    Ok(())
}

/// A panic is a mistake of ours: logged with its place, once; whoever called answers for it.
fn note_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let message = info.payload_as_str().unwrap_or("no message");
    tracing::error!(place, message, "a part of the program failed");
}
