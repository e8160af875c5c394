//! The recorder: counters in memory, and their text form. Whoever records has a handle, and meets no lock.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

use super::catalogue::{Kind, METRICS, Spec};

/// One metric has as many series at the most; what comes after is not recorded.
const SERIES_MAX: usize = 5_000;

/// All that is measured.
pub(crate) struct Registry {
    families: BTreeMap<&'static str, Family>,
}

/// A metric and its series, by their labels as they are written.
struct Family {
    spec: &'static Spec,
    series: Mutex<BTreeMap<String, Series>>,
}

#[derive(Clone)]
enum Series {
    Counter(Arc<AtomicU64>),
    /// The bits of a floating point number.
    Gauge(Arc<AtomicU64>),
    Histogram(Arc<Buckets>),
}

/// How many observations fell into each bucket; the last one has no bound.
struct Buckets {
    bounds: &'static [f64],
    counts: Vec<AtomicU64>,
    /// The bits of a floating point number.
    sum: AtomicU64,
}

impl Default for Registry {
    fn default() -> Self {
        let family = |spec: &'static Spec| Family { spec, series: Mutex::default() };
        Self { families: METRICS.iter().map(|spec| (spec.name, family(spec))).collect() }
    }
}

impl Registry {
    /// The text format of Prometheus, version 0.0.4.
    pub(crate) fn text(&self) -> String {
        let mut text = String::with_capacity(16 * 1024);
        for Family { spec, series } in self.families.values() {
            let kind = match spec.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
                Kind::Histogram(_) => "histogram",
            };
            let name = spec.name;
            // Writing to a string does not fail.
            let _ = writeln!(text, "# HELP {name} {}\n# TYPE {name} {kind}", spec.help);
            let series = series.lock().unwrap_or_else(PoisonError::into_inner).clone();
            for (labels, series) in series {
                series.write(&mut text, name, &labels);
            }
        }
        text
    }

    /// The series of a key; `None` for one that the catalogue does not name.
    fn series(&self, key: &Key) -> Option<Series> {
        let found = self.families.get(key.name()).and_then(|family| family.series(key));
        if found.is_none() {
            tracing::error!(metric = key.name(), "a metric is not recorded");
        }
        found
    }
}

impl Family {
    fn series(&self, key: &Key) -> Option<Series> {
        let mut labels: Vec<_> = key.labels().map(|label| (label.key(), label.value())).collect();
        labels.sort_unstable();
        if !labels.iter().map(|(name, _)| name).eq(self.spec.labels) {
            return None;
        }
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| {
                let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
                format!("{name}=\"{value}\"")
            })
            .collect();
        let mut all = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let labels = labels.join(",");
        if !all.contains_key(&labels) && all.len() >= SERIES_MAX {
            return None;
        }
        Some(all.entry(labels).or_insert_with(|| Series::new(self.spec.kind)).clone())
    }
}

impl Series {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self::Counter(Arc::default()),
            Kind::Gauge => Self::Gauge(Arc::default()),
            Kind::Histogram(bounds) => {
                let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
                Self::Histogram(Arc::new(Buckets { bounds, counts, sum: AtomicU64::new(0) }))
            }
        }
    }

    fn write(&self, text: &mut String, name: &str, labels: &str) {
        let mut line = |name: &str, labels: &str, value: f64| {
            let (open, close) = if labels.is_empty() { ("", "") } else { ("{", "}") };
            let _ = writeln!(text, "{name}{open}{labels}{close} {value}");
        };
        let number = |bits: &AtomicU64| f64::from_bits(bits.load(Ordering::Relaxed));
        match self {
            Self::Counter(count) => line(name, labels, count.load(Ordering::Relaxed) as f64),
            Self::Gauge(bits) => line(name, labels, number(bits)),
            Self::Histogram(buckets) => {
                let comma = if labels.is_empty() { "" } else { "," };
                let bounds = buckets.bounds.iter().map(ToString::to_string);
                let mut sum = 0;
                for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(&buckets.counts) {
                    sum += count.load(Ordering::Relaxed);
                    let labels = format!("{labels}{comma}le=\"{bound}\"");
                    line(&format!("{name}_bucket"), &labels, sum as f64);
                }
                line(&format!("{name}_sum"), labels, number(&buckets.sum));
                line(&format!("{name}_count"), labels, sum as f64);
            }
        }
    }
}

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        let place = self.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let add = |bits| Some((f64::from_bits(bits) + value).to_bits());
        // It never declines, so there is nothing to hear of.
        let _ = self.sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

impl Recorder for Registry {
    // The catalogue describes everything.
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        match self.series(key) {
            Some(Series::Counter(count)) => Counter::from_arc(count),
            _ => Counter::noop(),
        }
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        match self.series(key) {
            Some(Series::Gauge(bits)) => Gauge::from_arc(bits),
            _ => Gauge::noop(),
        }
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        match self.series(key) {
            Some(Series::Histogram(buckets)) => Histogram::from_arc(buckets),
            _ => Histogram::noop(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(work: impl FnOnce()) -> String {
        let registry = Registry::default();
        metrics::with_local_recorder(&registry, work);
        registry.text()
    }

    #[test]
    fn what_was_recorded_is_written_for_prometheus() {
        let text = recorded(|| {
            for seconds in [0.004, 0.3, 9_999.0] {
                metrics::histogram!("rollcall_wfm_lag_seconds").record(seconds);
            }
            metrics::counter!("rollcall_mails_total", "outcome" => "a\"b\\").increment(3);
            metrics::gauge!("rollcall_wfm_held_departures").set(2.5);
        });
        for line in [
            "# TYPE rollcall_wfm_lag_seconds histogram",
            "rollcall_wfm_lag_seconds_bucket{le=\"0.005\"} 1",
            "rollcall_wfm_lag_seconds_bucket{le=\"0.5\"} 2",
            "rollcall_wfm_lag_seconds_bucket{le=\"3600\"} 2",
            "rollcall_wfm_lag_seconds_bucket{le=\"+Inf\"} 3",
            "rollcall_wfm_lag_seconds_count 3",
            "rollcall_mails_total{outcome=\"a\\\"b\\\\\"} 3",
            "rollcall_wfm_held_departures 2.5",
            "# TYPE rollcall_wfm_calls_total counter",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n\nis not in\n{text}");
        }
    }

    #[test]
    fn names_labels_and_kinds_that_nobody_declared_are_not_recorded() {
        let text = recorded(|| {
            metrics::counter!("rollcall_unknown_total").increment(1);
            metrics::counter!("rollcall_mails_total", "to" => "ada@example.com").increment(1);
            metrics::gauge!("rollcall_mails_total", "outcome" => "sent").set(1.0);
        });
        assert!(!text.contains("unknown") && !text.contains("ada@"), "{text}");
    }

    #[test]
    fn the_number_of_series_has_an_end() {
        let text = recorded(|| {
            for link in 0..SERIES_MAX + 10 {
                metrics::gauge!("rollcall_wfm_due_people", "link" => link.to_string()).set(1.0);
            }
        });
        let series = text.lines().filter(|line| line.starts_with("rollcall_wfm_due_people{"));
        assert_eq!(series.count(), SERIES_MAX);
    }
}
