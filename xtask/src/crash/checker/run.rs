//! Proves that the runs of a WFM link are whole. Pure.

use crate::crash::fault::Fault;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A run as `rollcall wfm-link runs` prints it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    pub(crate) started_at: Timestamp,
    /// None while it goes on.
    pub(crate) duration_ms: Option<i64>,
    pub(crate) due: i64,
    pub(crate) unchanged: i64,
    pub(crate) arrived: i64,
    pub(crate) updated: i64,
    pub(crate) departed: i64,
    pub(crate) failed: i64,
    pub(crate) lag_p50_ms: Option<i64>,
    pub(crate) lag_max_ms: Option<i64>,
    pub(crate) outcomes: Vec<Outcome>,
}

/// To how many people a run did what.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) step: String,
    pub(crate) result: String,
    pub(crate) people: i64,
    pub(crate) lag_min_ms: Option<i64>,
}

impl Run {
    /// Whether it was left behind by a hub that was killed.
    pub(crate) fn was_interrupted(&self) -> bool {
        self.state == "failed"
            && self.reason.as_deref().is_some_and(|it| it.contains("interrupted"))
    }

    fn people(&self, step: &str, result: &str) -> i64 {
        let fits = |it: &&Outcome| (step.is_empty() || it.step == step) && it.result == result;
        self.outcomes.iter().filter(fits).map(|it| it.people).sum()
    }
}

/// How often a person may have been written in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// While people change, somebody may be written twice in a run: then one outcome stands for both.
    Repeated,
    /// Everybody changed once: each count is that of the outcomes.
    Once,
}

/// Checks the runs of a link, whose order does not matter; `writing` says of each what was going on.
pub(crate) fn check(link: &str, runs: &[Run], writing: impl Fn(&Run) -> Writing) -> Vec<Fault> {
    let mut faults = Vec::new();
    for run in runs {
        faults.extend(half(link, run));
        faults.extend(miscounted(link, run, writing(run)));
        faults.extend(odd_lag(link, run));
    }
    faults.extend(overlapping(link, runs));
    faults
}

/// Checks a link that was held before the first kill, and ever since.
pub(crate) fn check_held(link: &str, health: &str, runs: &[Run], units: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if health != "held" {
        faults.push(Fault::LetGo(format!("the link {link} is {health}")));
    }
    let gone = units.iter().filter(|unit| **unit != "1").count();
    if gone > 0 {
        faults.push(Fault::LetGo(format!("{gone} people of the link {link} are not in mu 1")));
    }
    let wrote = |run: &&Run| run.arrived + run.updated + run.departed > 0;
    let held = runs.iter().map(|run| run.state == "held").collect::<Vec<bool>>();
    // The people came before the link was held.
    let since = runs.iter().rev().position(|run| run.state == "held").map(|it| runs.len() - it);
    if let Some(run) = runs.iter().take(since.unwrap_or_default()).find(wrote) {
        faults.push(Fault::LetGo(format!("the run {} of the held link {link} wrote", run.id)));
    }
    if !held.contains(&true) {
        faults.push(Fault::LetGo(format!("no run of the link {link} was held")));
    }
    faults
}

fn half(link: &str, run: &Run) -> Option<Fault> {
    let why = match (run.state.as_str(), run.duration_ms) {
        ("done" | "failed" | "held", Some(..0)) => "ended before it began",
        ("done", Some(_)) => return None,
        ("failed" | "held", Some(_)) if run.reason.is_some() => return None,
        ("failed" | "held", Some(_)) => "ended without a reason",
        ("done" | "failed" | "held", None) => "ended at no time",
        _ => "was never ended",
    };
    Some(Fault::HalfRun(format!("{} of the link {link} {why} ({})", run.id, run.state)))
}

fn miscounted(link: &str, run: &Run, writing: Writing) -> Option<Fault> {
    let Run { unchanged, arrived, updated, departed, failed, .. } = *run;
    let counted = [("arrive", arrived), ("update", updated), ("depart", departed)];
    let written = arrived + updated + departed;
    let all = written + unchanged + failed;
    let refused = run.people("", "failed");
    let rows = run.people("", "done") + refused;
    let negative = [unchanged, arrived, updated, departed, failed].iter().any(|count| *count < 0);
    let unsummed = matches!(run.state.as_str(), "done" | "held") && run.due != all;
    // A step that was counted may stand there as a later one of the same person, never the other way round.
    let invented = counted.iter().any(|(step, count)| run.people(step, "done") > *count);
    let lost = (rows == 0) != (written + failed == 0) || rows > written + failed;
    let inexact =
        counted.iter().any(|(step, count)| run.people(step, "done") != *count) || refused != failed;
    let exact = writing == Writing::Once && inexact;
    (negative || unsummed || invented || lost || exact)
        .then(|| Fault::MiscountedRun(format!("of the link {link}: {run:?}")))
}

fn odd_lag(link: &str, run: &Run) -> Option<Fault> {
    let least = run.outcomes.iter().filter_map(|it| it.lag_min_ms).min();
    let lags = [least, run.lag_p50_ms, run.lag_max_ms];
    let negative = lags.iter().flatten().any(|lag| *lag < 0);
    let unordered = run.lag_p50_ms > run.lag_max_ms;
    let missing = (run.arrived + run.updated + run.departed > 0) != run.lag_max_ms.is_some();
    (negative || unordered || missing)
        .then(|| Fault::MiscountedRun(format!("lags of the link {link}: {run:?}")))
}

/// One run after another, whatever was killed: ids are in the order of time.
fn overlapping(link: &str, runs: &[Run]) -> Vec<Fault> {
    let mut ids = BTreeSet::new();
    let twice = runs.iter().filter(|run| !ids.insert(run.id.as_str()));
    let mut faults: Vec<Fault> = twice
        .map(|run| Fault::OverlappingRun(format!("{} is there twice at the link {link}", run.id)))
        .collect();
    let mut ordered: Vec<&Run> = runs.iter().collect();
    ordered.sort_by(|one, other| one.id.cmp(&other.id));
    for (before, after) in ordered.iter().zip(ordered.iter().skip(1)) {
        let lasted = after.started_at.duration_since(before.started_at).as_millis();
        if before.duration_ms.is_some_and(|took| lasted < i128::from(took)) {
            let text = format!("{} of the link {link} began within {}", after.id, before.id);
            faults.push(Fault::OverlappingRun(text));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Run, Writing, check, check_held};
    use crate::crash::fault::Fault;
    use jiff::Timestamp;

    fn outcome(step: &str, result: &str, people: i64) -> Outcome {
        let lag_min_ms = (result == "done").then_some(20);
        Outcome { step: step.into(), result: result.into(), people, lag_min_ms }
    }

    /// A run that wrote three people and was refused one, half a second after the full minute of that number.
    fn sound(minute: i64) -> Run {
        Run {
            id: format!("run-{minute}"),
            state: "done".into(),
            started_at: Timestamp::from_second(minute * 60).unwrap(),
            duration_ms: Some(60_000),
            due: 6,
            unchanged: 2,
            arrived: 1,
            updated: 2,
            failed: 1,
            lag_p50_ms: Some(30),
            lag_max_ms: Some(50),
            outcomes: vec![
                outcome("arrive", "done", 1),
                outcome("update", "done", 2),
                outcome("update", "failed", 1),
            ],
            ..Run::default()
        }
    }

    /// What three runs come to, of which the second is spoilt.
    fn faults(spoil: impl Fn(&mut Run)) -> Vec<Fault> {
        let mut runs = [sound(3), sound(2), sound(1)];
        spoil(&mut runs[1]);
        check("4471", &runs, |_| Writing::Once)
    }

    fn interrupt(run: &mut Run) {
        run.state = "failed".into();
        run.reason = Some("The run was interrupted.".into());
        run.due = 0;
    }

    #[test]
    fn sound_runs_have_no_faults() {
        assert_eq!(faults(|_| ()), vec![]);
        assert_eq!(faults(interrupt), vec![]);
        assert!(!sound(1).was_interrupted());
    }

    #[test]
    fn a_run_that_nobody_ended_is_found() {
        for spoil in [
            |run: &mut Run| run.state = "running".into(),
            |run: &mut Run| run.duration_ms = None,
            |run: &mut Run| run.duration_ms = Some(-1),
            |run: &mut Run| run.state = "failed".into(),
        ] {
            assert!(matches!(faults(spoil)[..], [Fault::HalfRun(_)]), "{:?}", faults(spoil));
        }
    }

    #[test]
    fn a_run_whose_counts_are_not_its_outcomes_is_found() {
        for spoil in [
            |run: &mut Run| run.due = 7,
            |run: &mut Run| (run.arrived, run.due) = (0, 5),
            |run: &mut Run| (run.updated, run.due) = (3, 7),
            |run: &mut Run| run.outcomes.clear(),
            |run: &mut Run| (run.failed, run.due) = (0, 5),
            |run: &mut Run| (run.unchanged, run.due) = (-1, 3),
        ] {
            assert!(matches!(faults(spoil)[..], [Fault::MiscountedRun(_)]), "{:?}", faults(spoil));
        }
    }

    #[test]
    fn somebody_who_is_written_twice_has_one_outcome() {
        let mut run = sound(1);
        (run.updated, run.due) = (4, 8);
        assert_eq!(check("4471", &[run.clone()], |_| Writing::Repeated), vec![]);
        assert_eq!(check("4471", &[run.clone()], |_| Writing::Once).len(), 1);
        run.outcomes.clear();
        assert_eq!(check("4471", &[run], |_| Writing::Repeated).len(), 1);
    }

    #[test]
    fn a_lag_that_cannot_be_is_found() {
        for spoil in [
            |run: &mut Run| run.lag_p50_ms = Some(-1),
            |run: &mut Run| run.lag_max_ms = Some(29),
            |run: &mut Run| (run.lag_p50_ms, run.lag_max_ms) = (None, None),
            |run: &mut Run| run.outcomes[0].lag_min_ms = Some(-5),
        ] {
            assert!(matches!(faults(spoil)[..], [Fault::MiscountedRun(_)]), "{:?}", faults(spoil));
        }
    }

    #[test]
    fn runs_at_one_time_are_found() {
        let found = faults(|run| run.duration_ms = Some(60_001));
        assert!(matches!(found[..], [Fault::OverlappingRun(_)]), "{found:?}");
        let twice = check("4471", &[sound(1), sound(1)], |_| Writing::Once);
        assert!(twice.iter().all(|it| matches!(it, Fault::OverlappingRun(_))) && !twice.is_empty());
    }

    #[test]
    fn a_held_link_that_lets_go_is_found() {
        let held = |minute| {
            let reason = Some("12 of 20 people would move".into());
            Run {
                state: "held".into(),
                reason,
                due: 0,
                id: format!("run-{minute}"),
                ..Run::default()
            }
        };
        let runs = [held(3), held(2), sound(1)];
        assert_eq!(check_held("4473", "held", &runs, &["1", "1"]), vec![]);
        let found = |runs: &[Run], health, units: &[&str]| check_held("4473", health, runs, units);
        assert_eq!(found(&runs, "well", &["1", "1"]).len(), 1);
        assert_eq!(found(&runs, "held", &["1", "2"]).len(), 1);
        assert_eq!(found(&[held(3), sound(2), held(1)], "held", &["1"]).len(), 1);
        assert_eq!(found(&[sound(1)], "held", &["1"]).len(), 1);
    }
}
