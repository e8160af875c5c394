//! What is measured of turns beside the runs: schedules that are read, history and states that are told; and of what
//! is told by mail and to receivers.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use metrics::{Counter, Gauge, Histogram};
use rollcall_connector::real_time::Scope;
use rollcall_domain::{EventStreamId, TenantId, WfmLinkId};
use tracing::Span;
use tracing::field::Empty;

/// What a turn is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matter {
    Schedules,
    History,
}

impl Matter {
    fn as_str(self) -> &'static str {
        match self {
            Self::Schedules => "schedules",
            Self::History => "history",
        }
    }
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Nothing is left for now.
    Done,
    /// What is left is the next turn's.
    Unfinished,
    /// The WFM has what it was sent, and has still to answer.
    Waiting,
    /// The WFM, or our database, did not do what it was asked.
    Failed,
    /// Another node has the link now.
    Lost,
    /// This way to the WFM has nothing of the kind.
    Unsupported,
}

impl Ended {
    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unfinished => "unfinished",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Lost => "lost",
            Self::Unsupported => "unsupported",
        }
    }
}

/// One turn of a link.
pub(crate) struct TurnMeter {
    matter: Matter,
    begun: Instant,
    /// Calls within the turn are its children.
    pub(crate) span: Span,
}

impl TurnMeter {
    /// Notes that a turn begins.
    pub(crate) fn begin(matter: Matter, link: WfmLinkId) -> Self {
        let span = match matter {
            Matter::Schedules => tracing::info_span!(
                target: "rollcall_trace", "wfm.schedules", link.id = %link, result = Empty
            ),
            Matter::History => tracing::info_span!(
                target: "rollcall_trace", "wfm.history", link.id = %link, result = Empty
            ),
        };
        Self { matter, begun: Instant::now(), span }
    }

    /// Notes how it ended.
    pub(crate) fn end(self, ended: Ended) {
        let (kind, result) = (self.matter.as_str(), ended.as_str());
        self.span.record("result", result);
        metrics::counter!("rollcall_wfm_turns_total", "kind" => kind, "result" => result)
            .increment(1);
        metrics::histogram!("rollcall_wfm_turn_seconds", "kind" => kind)
            .record(self.begun.elapsed());
    }
}

/// Notes a page of schedules that was kept: how many activities it told, and how many beside them are of nobody whom
/// we know, or cannot be read.
pub(crate) fn activities(taken: u64, unknown: u64) {
    for (outcome, count) in [("taken", taken), ("unknown", unknown)] {
        metrics::counter!("rollcall_wfm_activities_total", "outcome" => outcome).increment(count);
    }
}

/// What became of an interval of history that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interval {
    Taken,
    /// There is nothing to tell, or the WFM has it as it is.
    Unchanged,
    /// The WFM has a newer one.
    Overtaken,
    Refused,
}

/// Notes what became of an interval of history.
pub(crate) fn interval(interval: Interval) {
    static OUTCOMES: OnceLock<[Counter; 4]> = OnceLock::new();
    let outcomes = OUTCOMES.get_or_init(|| {
        ["taken", "unchanged", "overtaken", "refused"]
            .map(|outcome| metrics::counter!("rollcall_wfm_intervals_total", "outcome" => outcome))
    });
    if let Some(counter) = outcomes.get(interval as usize) {
        counter.increment(1);
    }
}

/// The span of a telling of states; the call within it is its child.
pub(crate) fn states_span(link: WfmLinkId, scope: Scope, people: usize) -> Span {
    let (scope, people) = (scope_name(scope), u64::try_from(people).unwrap_or(u64::MAX));
    tracing::info_span!(target: "rollcall_trace", "wfm.states", link.id = %link, scope, people)
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Changes => "changes",
        Scope::Snapshot => "snapshot",
    }
}

/// Notes that a WFM took the states of so many people.
pub(crate) fn states(scope: Scope, people: usize) {
    metrics::counter!("rollcall_wfm_states_total", "scope" => scope_name(scope))
        .increment(u64::try_from(people).unwrap_or(u64::MAX));
}

/// Notes how long it took from a change of a state to the WFM's word that it has it.
pub(crate) fn state_lagged(lag: SignedDuration) {
    static LAG: OnceLock<Histogram> = OnceLock::new();
    LAG.get_or_init(|| metrics::histogram!("rollcall_wfm_state_lag_seconds"))
        .record(Duration::try_from(lag).unwrap_or_default());
}

/// How long a WFM has been waited for that answers later. Dropped, nobody waits.
pub(crate) struct Unanswered {
    since: Instant,
    seconds: Gauge,
}

impl Unanswered {
    /// Notes that people of a link were sent, at a moment.
    pub(crate) fn begin(link: WfmLinkId, since: Instant) -> Self {
        let labels = [("kind", "people".to_owned()), ("link", link.to_string())];
        Self { since, seconds: metrics::gauge!("rollcall_wfm_unanswered_seconds", &labels) }
    }

    /// Notes that there is still no answer.
    pub(crate) fn goes_on(&self) {
        self.seconds.set(self.since.elapsed());
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.seconds.set(0.0);
    }
}

/// The span of a receiver's turn.
pub(crate) fn push_span(stream: EventStreamId, events: usize) -> Span {
    let events = u64::try_from(events).unwrap_or(u64::MAX);
    tracing::info_span!(
        target: "rollcall_trace", "event.push", event_stream.id = %stream, events, outcome = Empty
    )
}

/// The span of a mail.
pub(crate) fn mail_span(tenant: TenantId, links: usize) -> Span {
    let links = u64::try_from(links).unwrap_or(u64::MAX);
    tracing::info_span!(
        target: "rollcall_trace", "mail.send", tenant.id = %tenant, links, outcome = Empty
    )
}
