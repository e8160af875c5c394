//! Runs and their outcomes in the words of people.

use jiff::Timestamp;
use rollcall_app::wfm::{NamedOutcome, SyncRun, WfmLink};
use rollcall_domain::wfm::ManagementUnits;

use crate::error::sentence;
use crate::view::badge::{Badge, Tone};
use crate::view::span::Span;
use crate::view::wfm::run::{RunCounts, RunPerson, RunState, RunSummary};
use crate::wording::number;

/// One run.
pub(crate) fn summary(run: &SyncRun, link: &WfmLink, now: Timestamp) -> RunSummary {
    let counts = run.counts;
    let end = run.finished_at.unwrap_or(now);
    RunSummary {
        id: run.id.to_string(),
        cause: cause(&run.cause).to_owned(),
        state: state(run, link),
        started_at: run.started_at,
        took: Span(u64::try_from(end.duration_since(run.started_at).as_millis()).unwrap_or(0)),
        counts: RunCounts {
            looked_at: number(counts.due),
            unchanged: number(counts.unchanged),
            created: number(counts.arrived),
            updated: number(counts.updated),
            moved_out: number(counts.departed),
            failed: number(counts.failed),
        },
        lag: counts.lag_max_ms.map(|ms| Span(number(ms))),
    }
}

fn cause(cause: &str) -> &str {
    match cause {
        "event" => "Change",
        "schedule" => "Schedule",
        "comparison" => "Full comparison",
        "approval" => "Approval",
        "request" => "Asked for",
        "preview" => "Preview",
        other => other,
    }
}

fn state(run: &SyncRun, link: &WfmLink) -> RunState {
    match run.state.as_str() {
        "running" => RunState::Running { waits: run.reason.as_deref().map(sentence) },
        "held" => RunState::Held {
            would_move: number(link.held_departures),
            said: run.reason.as_deref().map(sentence).unwrap_or_default(),
        },
        "failed" => RunState::Failed {
            why: run.reason.as_deref().map_or_else(|| "It did not end.".to_owned(), sentence),
        },
        _ => RunState::Finished,
    }
}

/// One person's outcome.
pub(crate) fn person(named: &NamedOutcome, units: &ManagementUnits) -> RunPerson {
    let outcome = &named.outcome;
    let step = match (outcome.step.as_str(), outcome.result.as_str()) {
        ("arrive", _) => format!("new, mu {}", units.arrived),
        ("update", "planned") => "would change".to_owned(),
        ("update", _) => "changed values".to_owned(),
        ("depart", "held" | "planned") => format!("would move to mu {}", units.departed),
        ("depart", _) => format!("moved to mu {}", units.departed),
        (other, _) => other.to_owned(),
    };
    let badge = match outcome.result.as_str() {
        "failed" => Badge::new(Tone::Failed, "Refused"),
        "held" => Badge::new(Tone::Attention, "Held"),
        "planned" => Badge::new(Tone::Neutral, "Would be"),
        _ => Badge::new(Tone::Ok, "Done"),
    };
    let detail = match &outcome.reason {
        Some(reason) => format!("{step}: {reason}"),
        None => step,
    };
    RunPerson {
        id: outcome.employee.to_string(),
        name: named.name.clone(),
        agent_number: number(named.agent_number),
        outcome: badge,
        detail,
        lag: outcome.lag_ms.map(|ms| Span(number(ms))),
        at: Some(outcome.at),
    }
}
