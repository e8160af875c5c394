//! What is measured of files. The names are explained in docs/operations.md; without a recorder, which the binary
//! installs, all of this does nothing.

/// What files are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matter {
    People,
    History,
}

/// What became of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// They stand where the WFM looks for them.
    Written,
    /// The WFM looked at them.
    Acknowledged,
    /// The WFM does not want them.
    Refused,
    /// Their acknowledgement says nothing that is known.
    Unusable,
}

/// Notes what became of files.
pub(crate) fn files(matter: Matter, outcome: Outcome, count: usize) {
    let kind = match matter {
        Matter::People => "people",
        Matter::History => "history",
    };
    let outcome = match outcome {
        Outcome::Written => "written",
        Outcome::Acknowledged => "acknowledged",
        Outcome::Refused => "refused",
        Outcome::Unusable => "unusable",
    };
    metrics::counter!("rollcall_wfm_files_total", "kind" => kind, "outcome" => outcome)
        .increment(u64::try_from(count).unwrap_or(u64::MAX));
}
