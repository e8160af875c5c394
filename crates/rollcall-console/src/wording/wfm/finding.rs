//! What a comparison found, in the words of people.

use rollcall_app::wfm::{DriftKind, SyncDrift, SyncRun};

use crate::view::badge::{Badge, Tone};
use crate::view::wfm::run::Finding;
use crate::wording::number;

/// One finding of a run that puts departures into this management unit.
pub(crate) fn of(drift: &SyncDrift, run: &SyncRun, unit: &str) -> Finding {
    let detail = match drift.kind {
        // They have no line among the people, because nobody here knows them.
        DriftKind::Stray | DriftKind::Duplicate => {
            format!("{}; {} mu {unit}", drift.detail, fate(run))
        }
        _ => drift.detail.clone(),
    };
    let kind = match drift.kind {
        DriftKind::Differs => Badge::new(Tone::Waiting, "Differs"),
        DriftKind::Missing => Badge::new(Tone::Waiting, "Missing there"),
        DriftKind::Stray => Badge::new(Tone::Attention, "In no ACD"),
        DriftKind::Duplicate => Badge::new(Tone::Attention, "Duplicate"),
        DriftKind::Foreign => Badge::new(Tone::Attention, "Other route"),
        DriftKind::Double => Badge::new(Tone::Attention, "Twice"),
    };
    Finding {
        kind,
        agent: drift.agent.clone(),
        name: drift.name.clone(),
        href: drift.employee.map(|id| format!("/employees/{id}")),
        detail,
    }
}

/// What becomes of an agent whom nobody here knows, up to the unit.
fn fate(run: &SyncRun) -> &'static str {
    match (run.cause.as_str(), run.state.as_str()) {
        ("preview", _) => "the agent would be moved to",
        (_, "held") => "the agent waits for the decision about moving to",
        (_, "done") if run.counts.failed == 0 => "the agent was moved to",
        _ => "the agent is to be moved to",
    }
}

/// How much there is of a kind.
pub(crate) fn counted((kind, count): (DriftKind, i64)) -> (String, u64) {
    let words = match kind {
        DriftKind::Differs => "with other values",
        DriftKind::Missing => "missing there",
        DriftKind::Stray => "in no ACD",
        DriftKind::Duplicate => "that look like one of our people",
        DriftKind::Foreign => "made by another route",
        DriftKind::Double => "that stand there twice",
    };
    (words.to_owned(), number(count))
}
