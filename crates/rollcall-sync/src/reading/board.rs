//! The gauges of links: what was told of a link that is gone, or of something that is off by now, becomes nothing.

use std::collections::HashSet;

use metrics::Label;
use rollcall_domain::WfmLinkId;

/// A gauge: its name, the link, and of what it tells where it tells of several things.
type Series = (&'static str, WfmLinkId, Option<&'static str>);

/// What was told last, and what has been told in this round.
#[derive(Default)]
pub(super) struct Board {
    last: HashSet<Series>,
    present: HashSet<Series>,
}

impl Board {
    /// Tells of a link.
    pub(super) fn tell(&mut self, name: &'static str, link: WfmLinkId, value: f64) {
        self.set((name, link, None), value);
    }

    /// Tells of something at a link.
    pub(super) fn tell_of(
        &mut self,
        name: &'static str,
        kind: &'static str,
        link: WfmLinkId,
        value: f64,
    ) {
        self.set((name, link, Some(kind)), value);
    }

    /// Ends a round.
    pub(super) fn clear_the_rest(&mut self) {
        for gone in self.last.difference(&self.present) {
            put(*gone, 0.0);
        }
        self.last = std::mem::take(&mut self.present);
    }

    fn set(&mut self, series: Series, value: f64) {
        put(series, value);
        self.present.insert(series);
    }
}

fn put((name, link, kind): Series, value: f64) {
    let mut labels = vec![Label::new("link", link.to_string())];
    labels.extend(kind.map(|kind| Label::from_static_parts("kind", kind)));
    metrics::gauge!(name, labels).set(value);
}

/// A count as a gauge has it. Below 2^53 nothing is lost.
pub(super) fn number(count: i64) -> f64 {
    count as f64
}
