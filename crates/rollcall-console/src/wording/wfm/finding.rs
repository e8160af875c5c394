//! What a comparison found, in the words of people.

use rollcall_app::wfm::{DriftKind, SyncDrift};

use crate::view::badge::{Badge, Tone};
use crate::view::wfm::run::Finding;
use crate::wording::number;

/// One finding.
pub(crate) fn of(drift: &SyncDrift) -> Finding {
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
        detail: drift.detail.clone(),
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
