//! The log: lines on standard error, for people or as JSON. Secrets never get here: their types have no
//! readable `Debug`.

use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

use anyhow::{Context as _, Result};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::setting::{LogFormat, LogSettings};
use crate::trace::{self, TraceLayer};

/// Starts the log of this process, and what gathers its traces, if anything does.
pub(crate) fn start(settings: &LogSettings, traces: Option<TraceLayer>) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.level)
        .with_context(|| format!("log.level {:?} is not one that is understood", settings.level))?;
    // Spans are for traces: in the log they would stand before each line.
    let filter = filter.add_directive(format!("{}=off", trace::TARGET).parse()?);
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let log = match settings.format {
        LogFormat::Human => log.with_target(false).with_filter(filter).boxed(),
        LogFormat::Json => log.json().flatten_event(true).with_filter(filter).boxed(),
    };
    let only = Targets::new().with_target(trace::TARGET, LevelFilter::INFO);
    let traces = traces.map(|layer| layer.with_filter(only));
    tracing_subscriber::registry().with(log).with(traces).init();
    std::panic::set_hook(Box::new(note_panic));
    Ok(())
}

/// A panic is a mistake of ours: logged with its place, once; whoever called answers for it.
fn note_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let message = info.payload_as_str().unwrap_or("no message");
    tracing::error!(place, message, "a part of the program failed");
}
