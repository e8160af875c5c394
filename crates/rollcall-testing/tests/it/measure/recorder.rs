//! A recorder for tests: it keeps what is recorded in this process, and holds each name and label against
//! docs/operations.md. What that document does not explain fails the test that asks for a value.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

const DOCUMENT: &str = "docs/operations.md";

/// What was recorded.
#[derive(Clone, Default)]
pub(crate) struct Measured(Arc<Kept>);

#[derive(Default)]
struct Kept {
    /// By their name and labels as Prometheus writes them. A histogram is told by how often it was recorded.
    series: Mutex<BTreeMap<String, Value>>,
    spans: Mutex<BTreeSet<&'static str>>,
    /// What the log tells, line by line: the words, and the fields.
    lines: Mutex<Vec<String>>,
    /// The labels of each metric that the document explains.
    explained: BTreeMap<String, BTreeSet<String>>,
    unexplained: Mutex<BTreeSet<String>>,
}

#[derive(Clone)]
enum Value {
    Count(Arc<AtomicU64>),
    /// The bits of a floating point number.
    Level(Arc<AtomicU64>),
}

struct Records(Arc<AtomicU64>);

impl HistogramFn for Records {
    fn record(&self, _: f64) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Measured {
    /// Installs the recorder of this process, once.
    pub(crate) fn install() -> Self {
        static MEASURED: OnceLock<Measured> = OnceLock::new();
        let make = || {
            let kept = Kept { explained: explained(), ..Kept::default() };
            let measured = Self(Arc::new(kept));
            let is_set = metrics::set_global_recorder(measured.clone()).is_ok();
            assert!(is_set, "another recorder is there");
            let traced = tracing_subscriber::registry().with(measured.clone());
            tracing::subscriber::set_global_default(traced).expect("nobody else traces");
            measured
        };
        MEASURED.get_or_init(make).clone()
    }

    /// The value of a series, written as Prometheus does: `name{label="value"}`; 0 for one that is not there.
    pub(crate) fn value(&self, series: &str) -> f64 {
        let unexplained = self.0.unexplained.lock().unwrap();
        assert!(unexplained.is_empty(), "{DOCUMENT} does not explain {unexplained:?}");
        match self.0.series.lock().unwrap().get(series) {
            None => 0.0,
            Some(Value::Count(count)) => count.load(Ordering::Relaxed) as f64,
            Some(Value::Level(bits)) => f64::from_bits(bits.load(Ordering::Relaxed)),
        }
    }

    /// The values of all series.
    pub(crate) fn values(&self) -> BTreeMap<String, f64> {
        let names: Vec<String> = self.0.series.lock().unwrap().keys().cloned().collect();
        names.into_iter().map(|name| (name.clone(), self.value(&name))).collect()
    }

    /// Whether a span of this name was made.
    pub(crate) fn is_traced(&self, name: &str) -> bool {
        self.0.spans.lock().unwrap().contains(name)
    }

    /// The lines of the log that begin with these words.
    pub(crate) fn lines(&self, words: &str) -> Vec<String> {
        let lines = self.0.lines.lock().unwrap();
        lines.iter().filter(|line| line.starts_with(words)).cloned().collect()
    }

    fn series(&self, key: &Key, make: fn(Arc<AtomicU64>) -> Value) -> Arc<AtomicU64> {
        let labels: BTreeMap<_, _> =
            key.labels().map(|label| (label.key().to_owned(), label.value().to_owned())).collect();
        let names: BTreeSet<String> = labels.keys().cloned().collect();
        if self.0.explained.get(key.name()) != Some(&names) {
            self.0.unexplained.lock().unwrap().insert(format!("{} {names:?}", key.name()));
        }
        let labels: Vec<String> =
            labels.into_iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let braced = format!("{}{{{}}}", key.name(), labels.join(","));
        let series = braced.trim_end_matches("{}").to_owned();
        let mut all = self.0.series.lock().unwrap();
        match all.entry(series).or_insert_with(|| make(Arc::default())) {
            Value::Count(cell) | Value::Level(cell) => Arc::clone(cell),
        }
    }
}

/// The metrics of the document's table, with their labels.
fn explained() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join(DOCUMENT)).expect("the document is there");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| {
        let mut cells = row.split(" | ");
        let name = cells.next()?.split('`').next()?;
        let labels = cells.next()?.split('`').skip(1).step_by(2).map(str::to_owned);
        Some((name.to_owned(), labels.collect()))
    })
    .collect()
}

impl Recorder for Measured {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.series(key, Value::Count))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.series(key, Value::Level))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(Records(self.series(key, Value::Count))))
    }
}

/// One line of the log.
#[derive(Default)]
struct Line {
    words: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        match field.name() {
            "message" => self.words = format!("{value:?}"),
            name => self.fields.push_str(&format!(" {name}={value:?}")),
        }
    }
}

impl<S: Subscriber> Layer<S> for Measured {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let text = format!("{}{}", line.words, line.fields);
        self.0.lines.lock().unwrap().push(text);
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attributes.metadata().target() == "rollcall_trace" {
            self.0.spans.lock().unwrap().insert(attributes.metadata().name());
        }
    }
}
