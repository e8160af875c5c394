//! What is measured of the engine. The names are explained in docs/operations.md; without a recorder, which the
//! binary installs, all of this does nothing. A link is told by its id, a person by nothing.

mod turn;

use std::future::Future;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use metrics::{Counter, Histogram};
use rollcall_connector::ConnectorError;
use rollcall_storage::wfm::sync_run::SyncRun;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::end::End;
use crate::halt::Halt;

pub(crate) use turn::{
    Ended, Interval, Matter, TurnMeter, Unanswered, activities, interval, mail_span, push_span,
    state_lagged, states, states_span,
};

/// What a WFM is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remote {
    /// To hold values.
    Write,
    /// A page of what it holds.
    List,
    /// Whether it is there.
    Probe,
    /// To remove doubles.
    Mend,
    /// A page of schedules.
    Schedule,
    /// To hold an interval of history.
    History,
    /// To hold what some people do.
    States,
    /// To hold what everybody does.
    Snapshot,
}

impl Remote {
    fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::List => "list",
            Self::Probe => "probe",
            Self::Mend => "mend",
            Self::Schedule => "schedule",
            Self::History => "history",
            Self::States => "states",
            Self::Snapshot => "snapshot",
        }
    }
}

/// The span of a run; calls within it are its children.
pub(crate) fn run_span(run: &SyncRun) -> Span {
    tracing::info_span!(
        target: "rollcall_trace", "wfm.run", link.id = %run.link, run.id = %run.id, cause = run.cause,
        result = Empty, due = Empty, unchanged = Empty, arrived = Empty, updated = Empty, departed = Empty,
        failed = Empty, remote_calls = Empty
    )
}

/// Puts into the span of a run what became of it.
pub(crate) fn record_run(span: &Span, run: &SyncRun, result: &Result<End, Halt>) {
    let counts = &run.counts;
    let result = match result {
        Ok(End::Done { .. } | End::Unfinished) => "done",
        Ok(End::Held(_)) => "held",
        Err(_) => "failed",
    };
    span.record("result", result);
    for (name, count) in [
        ("due", counts.due),
        ("unchanged", counts.unchanged),
        ("arrived", counts.arrived),
        ("updated", counts.updated),
        ("departed", counts.departed),
        ("failed", counts.failed),
        ("remote_calls", counts.remote_calls),
    ] {
        span.record(name, count);
    }
}

/// Waits for a call of a WFM: counted, timed, and with a span of its own.
pub(crate) async fn measured<T>(
    remote: Remote,
    answer: impl Future<Output = Result<T, ConnectorError>>,
) -> Result<T, ConnectorError> {
    let begun = Instant::now();
    let span = tracing::info_span!(
        target: "rollcall_trace", "wfm.call", operation = remote.as_str(), outcome = Empty
    );
    let answer = answer.instrument(span.clone()).await;
    let (operation, outcome) = (remote.as_str(), outcome(&answer));
    span.record("outcome", outcome);
    metrics::counter!("rollcall_wfm_calls_total", "operation" => operation, "outcome" => outcome)
        .increment(1);
    metrics::histogram!("rollcall_wfm_call_seconds", "operation" => operation)
        .record(begun.elapsed());
    answer
}

/// `ok`, or the kind of failure.
fn outcome<T>(answer: &Result<T, ConnectorError>) -> &'static str {
    match answer {
        Ok(_) => "ok",
        Err(ConnectorError::Transient { .. }) => "transient",
        Err(ConnectorError::RateLimited { .. }) => "rate_limited",
        Err(ConnectorError::Unauthorized { .. }) => "unauthorized",
        Err(ConnectorError::NotFound { .. }) => "not_found",
        Err(ConnectorError::Conflict { .. }) => "conflict",
        Err(ConnectorError::Rejected { .. }) => "rejected",
        Err(ConnectorError::Unsupported { .. }) => "unsupported",
        Err(ConnectorError::Malformed { .. }) => "malformed",
        Err(ConnectorError::Pending { .. }) => "pending",
    }
}

/// Notes a run that is over. `took` is its time as it was lived through.
pub(crate) fn ran(run: &SyncRun, took: Duration) {
    let (cause, result) = (run.cause.clone(), run.state.clone());
    metrics::counter!("rollcall_wfm_runs_total", "cause" => cause.clone(), "result" => result)
        .increment(1);
    metrics::histogram!("rollcall_wfm_run_seconds", "cause" => cause).record(took);
}

/// Notes scheduled runs that found nothing to do, which together took so long.
pub(crate) fn swept(links: usize, took: Duration) {
    let links = u64::try_from(links).unwrap_or(u64::MAX);
    metrics::counter!("rollcall_wfm_runs_total", "cause" => "schedule", "result" => "done")
        .increment(links);
    metrics::histogram!("rollcall_wfm_sweep_seconds").record(took);
}

/// What became of a person who was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Arrived,
    Updated,
    Departed,
    Unchanged,
    Failed,
}

/// The measures that each person passes.
struct People {
    outcomes: [Counter; 5],
    lag: Histogram,
}

fn people() -> &'static People {
    static PEOPLE: OnceLock<People> = OnceLock::new();
    PEOPLE.get_or_init(|| {
        let of = |outcome: &'static str| metrics::counter!("rollcall_wfm_people_total", "outcome" => outcome);
        People {
            outcomes: ["arrived", "updated", "departed", "unchanged", "failed"].map(of),
            lag: metrics::histogram!("rollcall_wfm_lag_seconds"),
        }
    })
}

/// Notes what became of a person.
pub(crate) fn settled(outcome: Outcome) {
    if let Some(counter) = people().outcomes.get(outcome as usize) {
        counter.increment(1);
    }
}

/// Notes how long it took from our commit to the WFM's confirmation.
pub(crate) fn lagged(lag_ms: i64) {
    let lag = Duration::from_millis(u64::try_from(lag_ms).unwrap_or(0));
    people().lag.record(lag);
}

/// Notes that an event was taken by its receiver, or was not; in the span of the turn, too.
pub(crate) fn told<T, E>(span: &Span, answer: &Result<T, E>) {
    let outcome = if answer.is_ok() { "taken" } else { "failed" };
    span.record("outcome", outcome);
    metrics::counter!("rollcall_event_deliveries_total", "outcome" => outcome).increment(1);
}

/// Notes that a mail went out, or did not; in its span, too.
pub(crate) fn mailed<T, E>(span: &Span, answer: &Result<T, E>) {
    let outcome = if answer.is_ok() { "sent" } else { "failed" };
    span.record("outcome", outcome);
    metrics::counter!("rollcall_mails_total", "outcome" => outcome).increment(1);
}
