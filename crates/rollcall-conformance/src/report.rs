//! What a run found, for people and for programs.

use std::fmt;

use serde_json::{Value, json};

use crate::check::Level;
use crate::exchange::Exchange;

/// As many exchanges as a failure shows to people: the last ones.
const SHOWN: usize = 5;

/// How a check ended. Reasons are sentences without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As expected.
    Passed,
    /// Not as expected.
    Failed(String),
    /// The server says that it lacks this, or declines it as the RFC permits.
    NotOffered(String),
    /// Something before it failed.
    Skipped(String),
}

impl Verdict {
    fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::NotOffered(_) => "not offered",
            Self::Skipped(_) => "skipped",
        }
    }

    /// Why, unless it passed.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Passed => None,
            Self::Failed(reason) | Self::NotOffered(reason) | Self::Skipped(reason) => Some(reason),
        }
    }
}

/// One check and how it ended.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// `area.what`
    pub id: &'static str,
    /// The area that it belongs to.
    pub area: &'static str,
    /// How much depends on it.
    pub level: Level,
    /// Where it is written.
    pub source: &'static str,
    /// What is expected.
    pub expected: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What was sent and what came.
    pub exchanges: Vec<Exchange>,
}

/// Numbers of checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// That passed.
    pub passed: usize,
    /// That failed, of any level.
    pub failed: usize,
    /// That failed although the RFC says MUST.
    pub must_failed: usize,
    /// That do not apply to this server.
    pub not_offered: usize,
    /// That could not be carried out, because something before failed.
    pub skipped: usize,
}

impl Counts {
    /// How many checks there were.
    #[must_use]
    pub fn total(&self) -> usize {
        self.passed + self.failed + self.not_offered + self.skipped
    }

    fn of<'a>(checks: impl Iterator<Item = &'a CheckReport>) -> Self {
        let mut counts = Self::default();
        for check in checks {
            match check.verdict {
                Verdict::Passed => counts.passed += 1,
                Verdict::Failed(_) => {
                    counts.failed += 1;
                    counts.must_failed += usize::from(check.level == Level::Must);
                }
                Verdict::NotOffered(_) => counts.not_offered += 1,
                Verdict::Skipped(_) => counts.skipped += 1,
            }
        }
        counts
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} passed, {} failed ({} of them MUST), {} skipped, {} not offered",
            self.passed, self.failed, self.must_failed, self.skipped, self.not_offered
        )
    }
}

/// A run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The base address.
    pub target: String,
    /// The part that the names of all that was made have in common.
    pub run: String,
    /// Every check, in the order in which they ran.
    pub checks: Vec<CheckReport>,
    /// Paths of what could not be taken away, or was to be kept.
    pub left_behind: Vec<String>,
    /// Whether somebody ended the run before its end.
    pub interrupted: bool,
}

impl Report {
    /// How many ended in which way.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::of(self.checks.iter())
    }

    /// How many of an area ended in which way.
    #[must_use]
    pub fn counts_of(&self, area: &str) -> Counts {
        Counts::of(self.checks.iter().filter(|check| check.area == area))
    }

    /// The ids of those that failed, of one level.
    #[must_use]
    pub fn failed(&self, level: Level) -> Vec<&'static str> {
        let failed = self
            .checks
            .iter()
            .filter(|check| check.level == level && matches!(check.verdict, Verdict::Failed(_)));
        failed.map(|check| check.id).collect()
    }

    /// The report for programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let counts = self.counts();
        let checks: Vec<Value> = self.checks.iter().map(CheckReport::to_json).collect();
        json!({
            "program": concat!("rollcall-conformance ", env!("CARGO_PKG_VERSION")),
            "target": self.target,
            "run": self.run,
            "interrupted": self.interrupted,
            "summary": {
                "passed": counts.passed,
                "failed": counts.failed,
                "mustFailed": counts.must_failed,
                "notOffered": counts.not_offered,
                "skipped": counts.skipped,
            },
            "leftBehind": self.left_behind,
            "checks": checks,
        })
    }
}

impl CheckReport {
    fn to_json(&self) -> Value {
        let exchanges: Vec<Value> = self
            .exchanges
            .iter()
            .map(|one| json!({"sent": one.sent, "received": one.received}))
            .collect();
        let mut check = json!({
            "id": self.id,
            "area": self.area,
            "level": self.level.word(),
            "source": self.source,
            "expected": self.expected,
            "verdict": self.verdict.word(),
            "exchanges": exchanges,
        });
        if let (Some(reason), Some(check)) = (self.verdict.reason(), check.as_object_mut()) {
            check.insert("reason".to_owned(), reason.into());
        }
        check
    }
}

/// A line; for what failed also what was expected, sent and received.
impl fmt::Display for CheckReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:<11}  {:<8}  {}", self.verdict.word(), self.level.word(), self.id)?;
        let Some(reason) = self.verdict.reason() else { return Ok(()) };
        if !matches!(self.verdict, Verdict::Failed(_)) {
            return write!(out, " ({reason})");
        }
        write!(out, "\n    expected: {} ({})", self.expected, self.source)?;
        write!(out, "\n    but: {reason}")?;
        let before = self.exchanges.len().saturating_sub(SHOWN);
        for exchange in self.exchanges.iter().skip(before) {
            write!(out, "\n    > {}\n    < {}", exchange.sent, exchange.received)?;
        }
        Ok(())
    }
}
