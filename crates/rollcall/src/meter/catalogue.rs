//! Every metric with its kind, its labels and what it means. The recorder takes no other name and no other label,
//! so that no value of a label is unbounded, and none is about a person. docs/operations.md says what to do.

/// A metric.
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// In the order of their names.
    pub(crate) labels: &'static [&'static str],
    pub(crate) help: &'static str,
}

/// What is kept of what was observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    /// With the upper bounds of its buckets, lowest first.
    Histogram(&'static [f64]),
}

/// Requests and transactions: from a tenth of a millisecond to ten seconds.
const QUICK_S: &[f64] =
    &[0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0];
/// Calls, runs and lags: from five milliseconds to an hour.
const SLOW_S: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0,
    3_600.0,
];
const COUNTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

const fn spec(
    name: &'static str,
    kind: Kind,
    labels: &'static [&'static str],
    help: &'static str,
) -> Spec {
    Spec { name, kind, labels, help }
}

/// All of them.
pub(crate) const METRICS: &[Spec] = {
    use Kind::{Counter, Gauge, Histogram};
    &[
        spec("rollcall_info", Gauge, &["version"], "1, with the version."),
        spec("process_resident_memory_bytes", Gauge, &[], "Memory in RAM, that of files included."),
        spec("rollcall_memory_anonymous_bytes", Gauge, &[], "Memory in RAM that is no file's."),
        spec("process_cpu_seconds_total", Counter, &[], "CPU used, in whole seconds."),
        spec("process_open_fds", Gauge, &[], "Open files and connections."),
        spec(
            "rollcall_http_requests_total",
            Counter,
            &["door", "method", "route", "status"],
            "Requests by pattern of the path and class of the status.",
        ),
        spec(
            "rollcall_http_request_seconds",
            Histogram(QUICK_S),
            &["door", "route"],
            "From the head of a request to the head of its answer.",
        ),
        spec(
            "rollcall_scim_operations_total",
            Counter,
            &["dialect", "operation", "outcome"],
            "Requests of SCIM connections by dialect and by what became of them.",
        ),
        spec(
            "rollcall_database_write_seconds",
            Histogram(QUICK_S),
            &[],
            "From asking for a write until it is on disk or refused, waiting included.",
        ),
        spec(
            "rollcall_database_writes_waiting",
            Gauge,
            &[],
            "Writes that were asked for and not answered.",
        ),
        spec(
            "rollcall_database_commit_writes",
            Histogram(COUNTS),
            &[],
            "SQLite: writes that shared one commit.",
        ),
        spec(
            "rollcall_database_commit_seconds",
            Histogram(QUICK_S),
            &[],
            "SQLite: from the first write of a commit until it is on disk.",
        ),
        spec(
            "rollcall_database_retries_total",
            Counter,
            &[],
            "PostgreSQL: transactions that ran again after a conflict.",
        ),
        spec(
            "rollcall_wfm_runs_total",
            Counter,
            &["cause", "result"],
            "Runs over WFM links that ended.",
        ),
        spec("rollcall_wfm_run_seconds", Histogram(SLOW_S), &["cause"], "How long runs took."),
        spec(
            "rollcall_wfm_sweep_seconds",
            Histogram(SLOW_S),
            &[],
            "How long the scheduled runs of a tenant took that found nothing to do, together.",
        ),
        spec(
            "rollcall_wfm_people_total",
            Counter,
            &["outcome"],
            "What became of people who were due.",
        ),
        spec(
            "rollcall_wfm_lag_seconds",
            Histogram(SLOW_S),
            &[],
            "From our commit of a change to the WFM's confirmation.",
        ),
        spec("rollcall_wfm_calls_total", Counter, &["operation", "outcome"], "Calls of WFMs."),
        spec("rollcall_wfm_call_seconds", Histogram(SLOW_S), &["operation"], "How long they took."),
        spec("rollcall_wfm_due_people", Gauge, &["link"], "People who are due at a link."),
        spec(
            "rollcall_wfm_oldest_due_seconds",
            Gauge,
            &["link"],
            "Since when somebody is due at a link, at the longest.",
        ),
        spec(
            "rollcall_wfm_links",
            Gauge,
            &["state"],
            "WFM links: well, failing, held by the brake, off.",
        ),
        spec(
            "rollcall_wfm_held_departures",
            Gauge,
            &[],
            "Departures that wait for somebody to approve them.",
        ),
        spec(
            "rollcall_wfm_turns_total",
            Counter,
            &["kind", "result"],
            "Turns of WFM links beside their runs that ended: schedules read, history told.",
        ),
        spec("rollcall_wfm_turn_seconds", Histogram(SLOW_S), &["kind"], "How long they took."),
        spec(
            "rollcall_wfm_late_seconds",
            Gauge,
            &["kind", "link"],
            "For how long something should have come from a WFM, or gone to it, and has not.",
        ),
        spec(
            "rollcall_wfm_activities_total",
            Counter,
            &["outcome"],
            "Activities of people's schedules that WFMs told.",
        ),
        spec(
            "rollcall_wfm_intervals_total",
            Counter,
            &["outcome"],
            "What became of intervals of history that were due.",
        ),
        spec("rollcall_wfm_due_intervals", Gauge, &["link"], "Intervals of history that are due."),
        spec("rollcall_wfm_states_total", Counter, &["scope"], "Real-time states that WFMs took."),
        spec(
            "rollcall_wfm_state_lag_seconds",
            Histogram(SLOW_S),
            &[],
            "From a change of a state to the WFM's word that it has it.",
        ),
        spec(
            "rollcall_wfm_files_total",
            Counter,
            &["kind", "outcome"],
            "Files for WFMs, and what became of them.",
        ),
        spec(
            "rollcall_wfm_unanswered_seconds",
            Gauge,
            &["kind", "link"],
            "Since when a WFM that answers later has something and has not answered.",
        ),
        spec(
            "rollcall_adherence_out_people",
            Gauge,
            &["reason"],
            "People who are out of adherence.",
        ),
        spec("rollcall_adherence_due_people", Gauge, &[], "People who are to be judged."),
        spec("rollcall_adherence_judged_total", Counter, &[], "People who were judged."),
        spec(
            "rollcall_adherence_judge_seconds",
            Histogram(SLOW_S),
            &[],
            "How long it took to judge all who were due.",
        ),
        spec(
            "rollcall_event_receivers",
            Gauge,
            &["state"],
            "Receivers of security events: well, failing, off.",
        ),
        spec(
            "rollcall_event_oldest_waiting_seconds",
            Gauge,
            &[],
            "Since when an event waits for a receiver that is on, at the longest.",
        ),
        spec(
            "rollcall_event_deliveries_total",
            Counter,
            &["outcome"],
            "Security events told to receivers.",
        ),
        spec("rollcall_agent_state_changes_total", Counter, &[], "Changes of agent states."),
        spec("rollcall_agent_stream_readers", Gauge, &[], "Readers of the stream of agent states."),
        spec("rollcall_trace_spans_dropped_total", Counter, &[], "Spans that no collector took."),
        spec("rollcall_mails_total", Counter, &["outcome"], "Notices by mail."),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_prometheus() {
        for spec in METRICS {
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(spec.name.chars().all(plain), "{}", spec.name);
            assert_eq!(spec.kind == Kind::Counter, spec.name.ends_with("_total"), "{}", spec.name);
            assert!(spec.labels.is_sorted(), "{}", spec.name);
            assert!(spec.help.ends_with('.'), "{}", spec.name);
        }
    }

    #[test]
    fn the_document_has_a_row_for_each_with_its_labels() {
        let text = include_str!("../../../../docs/operations.md");
        for spec in METRICS {
            let begin = format!("| `{}` ", spec.name);
            let row = text.lines().find_map(|line| line.strip_prefix(&begin));
            let row = row.unwrap_or_else(|| panic!("no row for {}", spec.name));
            let labels = row.split('|').nth(1).unwrap_or_default();
            let labels: Vec<&str> = labels.split('`').skip(1).step_by(2).collect();
            assert_eq!(labels, spec.labels, "{}", spec.name);
        }
    }
}
