//! What is measured of the doors for machines, beside what is measured of every request. The names are explained
//! in docs/operations.md; without a recorder, which the binary installs, all of this does nothing.

use std::sync::OnceLock;

use http::{Method, StatusCode};
use metrics::{Counter, Gauge};

use rollcall_scim::DialectName;

/// What a request does, by its method.
const OPERATIONS: [&str; 6] = ["read", "post", "replace", "patch", "delete", "other"];
/// What became of it.
const OUTCOMES: [&str; 3] = ["ok", "refused", "failed"];

/// Counts a request of a connection in a dialect. Handles are kept: this is on the way of every request.
pub(crate) fn served(dialect: DialectName, method: &Method, status: StatusCode) {
    static COUNTERS: OnceLock<Vec<[[OnceLock<Counter>; 3]; 6]>> = OnceLock::new();
    let counters =
        COUNTERS.get_or_init(|| DialectName::ALL.iter().map(|_| Default::default()).collect());
    let operation = match *method {
        Method::GET | Method::HEAD => 0,
        Method::POST => 1,
        Method::PUT => 2,
        Method::PATCH => 3,
        Method::DELETE => 4,
        _ => 5,
    };
    let outcome = match status.as_u16() {
        ..400 => 0,
        400..500 => 1,
        _ => 2,
    };
    let place = DialectName::ALL.iter().position(|known| *known == dialect).unwrap_or(0);
    let (Some(operation_name), Some(outcome_name)) =
        (OPERATIONS.get(operation), OUTCOMES.get(outcome))
    else {
        return;
    };
    let cell = counters.get(place).and_then(|of| of.get(operation)?.get(outcome));
    if let Some(cell) = cell {
        let make = || {
            metrics::counter!(
                "rollcall_scim_operations_total",
                "dialect" => dialect.as_str(), "operation" => *operation_name, "outcome" => *outcome_name
            )
        };
        cell.get_or_init(make).increment(1);
    }
}

/// A reader of the stream of agent states, counted until it is dropped.
pub(crate) struct StreamReader(Gauge);

impl StreamReader {
    pub(crate) fn new() -> Self {
        let readers = metrics::gauge!("rollcall_agent_stream_readers");
        readers.increment(1.0);
        Self(readers)
    }
}

impl Drop for StreamReader {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
