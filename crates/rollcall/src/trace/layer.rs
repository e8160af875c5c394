//! Gathers spans as they end. What is not sampled costs a comparison.

use std::fmt::Debug;
use std::time::Instant;

use rollcall_domain::{Clock as _, Ids as _};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::span::{self, Finished};
use crate::environment::{SystemClock, SystemIds};

/// The field in which a span is told the parent that its caller named.
const PARENT: &str = "traceparent";

/// Gathers the spans of one process.
pub(crate) struct TraceLayer {
    /// Of so many traces in 2^64 one is kept.
    threshold: u64,
    ids: SystemIds,
    begun: Instant,
    begun_ns: u64,
    finished: mpsc::Sender<Finished>,
}

/// A span that goes on, and whether it is sampled.
struct Open {
    span: Finished,
    is_sampled: bool,
}

impl TraceLayer {
    /// A layer that keeps this share of all traces, from 0 to 1.
    pub(crate) fn new(ratio: f64, finished: mpsc::Sender<Finished>) -> Self {
        let begun_ms = u64::try_from(SystemClock.now().as_millisecond()).unwrap_or(0);
        Self {
            // Conversion stops at the bounds.
            threshold: (ratio * u64::MAX as f64) as u64,
            ids: SystemIds::default(),
            begun: Instant::now(),
            begun_ns: begun_ms.saturating_mul(1_000_000),
            finished,
        }
    }

    fn now_ns(&self) -> u64 {
        let since = u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.begun_ns.saturating_add(since)
    }

    /// The last 62 bits of a fresh id are chance.
    fn chance(&self) -> u64 {
        u64::try_from(self.ids.next().as_u128() & u128::from(u64::MAX)).unwrap_or(1).max(1)
    }

    fn is_sampled(&self, trace: u128) -> bool {
        // Mixed, so that the fixed bits of an id do not decide (Knuth's multiplier).
        let low = u64::try_from(trace & u128::from(u64::MAX)).unwrap_or(0);
        low.wrapping_mul(0x9E37_79B9_7F4A_7C15) <= self.threshold
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TraceLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let above = span.parent().and_then(|above| {
            let extensions = above.extensions();
            extensions.get::<Open>().map(|open| (open.span.trace, open.span.id, open.is_sampled))
        });
        let named = fields.0.remove(PARENT);
        let named = named.as_ref().and_then(Value::as_str).and_then(span::parent);
        let (trace, parent, is_sampled) = match (above, named) {
            (Some((trace, parent, is_sampled)), _) => (trace, Some(parent), is_sampled),
            (None, Some((trace, parent))) => (trace, Some(parent), self.is_sampled(trace)),
            (None, None) => {
                let trace = self.ids.next().as_u128();
                (trace, None, self.is_sampled(trace))
            }
        };
        let now_ns = self.now_ns();
        let open = Finished {
            trace,
            id: self.chance(),
            parent,
            name: attributes.metadata().name(),
            begun_ns: now_ns,
            ended_ns: now_ns,
            fields: fields.0,
        };
        span.extensions_mut().insert(Open { span: open, is_sampled });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut extensions = span.extensions_mut();
        if let Some(open) = extensions.get_mut::<Open>().filter(|open| open.is_sampled) {
            let mut fields = Fields(std::mem::take(&mut open.span.fields));
            values.record(&mut fields);
            open.span.fields = fields.0;
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(open) = span.extensions_mut().remove::<Open>() else { return };
        if open.is_sampled {
            let finished = Finished { ended_ns: self.now_ns(), ..open.span };
            // Where the collector does not keep up, spans are lost, and nothing else waits for it.
            if self.finished.try_send(finished).is_err() {
                metrics::counter!("rollcall_trace_spans_dropped_total").increment(1);
            }
        }
    }
}

/// The fields of a span.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), Value::from(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), Value::from(value));
    }
}
