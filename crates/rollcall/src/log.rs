//! The log: lines on standard error, for people or as JSON. Secrets never get here: their types have no
//! readable `Debug`.

use std::fmt::{self, Debug};
use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

use anyhow::{Context as _, Result};
use tracing::field::Field;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
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
        LogFormat::Human => {
            let fields = debug_fn(field).delimited(" ");
            log.with_target(false).fmt_fields(fields).with_filter(filter).boxed()
        }
        LogFormat::Json => log.json().flatten_event(true).with_filter(filter).boxed(),
    };
    let only = Targets::new().with_target(trace::TARGET, LevelFilter::INFO);
    let traces = traces.map(|layer| layer.with_filter(only));
    tracing_subscriber::registry().with(log).with(traces).init();
    std::panic::set_hook(Box::new(note_panic));
    Ok(())
}

/// Writes a field. What others sent may stand in it: no character of it begins a line, or steers a terminal.
fn field(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    if field.name() != "message" {
        write!(writer, "{}=", field.name())?;
    }
    for c in format!("{value:?}").chars() {
        if c.is_control() {
            write!(writer, "{}", c.escape_default())?;
        } else {
            writer.write_char(c)?;
        }
    }
    Ok(())
}

/// A panic is a mistake of ours: logged with its place, once; whoever called answers for it.
fn note_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let message = info.payload_as_str().unwrap_or("no message");
    tracing::error!(place, message, "a part of the program failed");
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_others_sent_begins_no_line() {
        let kept = Kept::default();
        let writer = kept.clone();
        let log = tracing_subscriber::fmt::layer()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .fmt_fields(debug_fn(field).delimited(" "));
        let subscriber = tracing_subscriber::registry().with(log);
        tracing::subscriber::with_default(subscriber, || {
            let event = "x\n2026-11-21T13:00:00Z  INFO \u{1b}[2Jforged";
            tracing::warn!(%event, code = 7, "a receiver could not use it");
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        let end = r"a receiver could not use it event=x\n2026-11-21T13:00:00Z  INFO \u{1b}[2Jforged code=7";
        assert!(text.trim_end().ends_with(end), "{text}");
    }
}
