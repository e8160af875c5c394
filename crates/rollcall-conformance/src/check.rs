//! What a check is: a row of data with something to do.

use std::future::Future;
use std::pin::Pin;

use crate::offer::Feature;
use crate::outcome::Outcome;
use crate::probe::Probe;

/// How much depends on a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The RFC says MUST or SHALL, or defines the behaviour without a choice.
    Must,
    /// The RFC says SHOULD, or leaves it to good sense.
    Should,
    /// No RFC asks for it; identity providers send it.
    Provider,
}

impl Level {
    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::Provider => "PROVIDER",
        }
    }
}

/// Something to do. An `async fn(&mut Probe) -> Outcome` is one.
pub(crate) trait Run {
    fn run<'a>(&'a self, probe: &'a mut Probe) -> Pin<Box<dyn Future<Output = Outcome> + 'a>>;
}

impl<F: AsyncFn(&mut Probe) -> Outcome> Run for F {
    fn run<'a>(&'a self, probe: &'a mut Probe) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(self(probe))
    }
}

/// A row.
#[derive(Clone, Copy)]
pub(crate) struct Check {
    /// `area.what`, in words that never change: scripts name it.
    pub(crate) id: &'static str,
    pub(crate) level: Level,
    /// Where it is written: `RFC 7644 §3.3`.
    pub(crate) source: &'static str,
    /// What is expected, as a sentence without a full stop.
    pub(crate) expected: &'static str,
    /// What the server has to offer for it.
    pub(crate) needs: &'static [Feature],
    pub(crate) run: &'static dyn Run,
}

/// The checks on one subject.
#[derive(Clone, Copy)]
pub(crate) struct Area {
    pub(crate) name: &'static str,
    /// What it looks at, for people.
    pub(crate) title: &'static str,
    /// What the server has to offer for any of them.
    pub(crate) needs: &'static [Feature],
    pub(crate) checks: &'static [&'static [Check]],
}

/// A check whose failure breaks the RFC.
pub(crate) const fn must(
    id: &'static str,
    source: &'static str,
    expected: &'static str,
    run: &'static dyn Run,
) -> Check {
    Check { id, level: Level::Must, source, expected, needs: &[], run }
}

/// A check of what the RFC recommends.
pub(crate) const fn should(
    id: &'static str,
    source: &'static str,
    expected: &'static str,
    run: &'static dyn Run,
) -> Check {
    Check { level: Level::Should, ..must(id, source, expected, run) }
}

/// A check of what identity providers send.
pub(crate) const fn provider(
    id: &'static str,
    source: &'static str,
    expected: &'static str,
    run: &'static dyn Run,
) -> Check {
    Check { level: Level::Provider, ..must(id, source, expected, run) }
}

impl Check {
    /// The same, for servers that offer something beyond what the area needs.
    pub(crate) const fn needs(self, needs: &'static [Feature]) -> Self {
        Self { needs, ..self }
    }
}
