//! How long changes take, in the words of people.

use rollcall_app::wfm::{Bucket, Lags};

use super::number;
use crate::view::span::Span;
use crate::view::wfm::Histogram;

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
            (Some(bound), _) => format!("up to {}", Span(number(bound))),
            (None, Some(below)) => format!("above {}", Span(number(below))),
            (None, None) => "any".to_owned(),
        };
        bars.push((words, number(bucket.count)));
        below = bucket.up_to_ms;
    }
    bars
}
