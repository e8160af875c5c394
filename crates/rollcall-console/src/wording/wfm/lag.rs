//! How long changes take, in the words of people.

use rollcall_app::wfm::{Bucket, Lags};

use crate::view::count::noun;
use crate::view::wfm::link::Histogram;
use crate::wording::number;

/// Both hops.
pub(crate) fn histograms(lags: &Lags) -> Vec<Histogram> {
    let of =
        |what: &str, buckets: &[Bucket]| Histogram { what: what.to_owned(), bars: bars(buckets) };
    vec![
        of(
            "From an identity provider's request until it was kept: the latest requests",
            &lags.kept,
        ),
        of("From the same request until the WFM confirmed: the last 24 hours", &lags.confirmed),
    ]
}

fn bars(buckets: &[Bucket]) -> Vec<(String, u64)> {
    let mut below = None;
    let mut bars = Vec::new();
    for bucket in buckets {
        let words = match (bucket.up_to_ms, below) {
            (Some(bound), _) => format!("up to {}", bound_text(bound)),
            (None, Some(below)) => format!("above {}", bound_text(below)),
            (None, None) => "any".to_owned(),
        };
        bars.push((words, number(bucket.count)));
        below = bucket.up_to_ms;
    }
    bars
}

/// A bound is exact, which a span is not.
fn bound_text(ms: i64) -> String {
    let ms = number(ms);
    match ms {
        ms if ms < 1_000 => format!("{ms} ms"),
        ms if ms < 60_000 => format!("{} s", ms / 1_000),
        ms => noun(ms / 60_000, "minute", "minutes"),
    }
}
