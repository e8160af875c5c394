//! Runs and their outcomes.

use rollcall_domain::employee::AgentNumber;
use rollcall_domain::{RunId, WfmLinkId};
use rollcall_storage::Storage;
use rollcall_storage::wfm::former_agent;
use rollcall_storage::wfm::sync_drift::{self, DriftKind, SyncDrift};
use rollcall_storage::wfm::sync_run::{self, RunCounts, SyncOutcome, SyncRun};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

fn run_id(number: u128) -> RunId {
    RunId::new(uuid(number))
}

fn other_link() -> WfmLinkId {
    WfmLinkId::new(uuid(99))
}

fn run(number: u128, link: WfmLinkId) -> SyncRun {
    SyncRun {
        id: run_id(number),
        link,
        cause: "event".into(),
        state: "running".into(),
        reason: None,
        started_at: at(0),
        finished_at: None,
        counts: RunCounts { due: 3, ..RunCounts::default() },
    }
}

fn outcome(number: u32, step: &str, result: &str, lag_ms: Option<i64>) -> SyncOutcome {
    SyncOutcome {
        employee: employee_id(number),
        at: at(i64::from(number)),
        step: step.into(),
        result: result.into(),
        reason: (result == "failed").then(|| "refused".into()),
        lag_ms,
    }
}

async fn filled(storage: Storage) -> Site {
    let site = Site::new(storage).await;
    site.insert((1..=4).map(person).collect()).await;
    site.write(|tx| {
        for (number, link) in [(1, Site::LINK), (2, other_link()), (3, Site::LINK)] {
            sync_run::save(tx, &run(number, link))?;
        }
        for (run, outcome) in [
            (1, outcome(1, "depart", "done", Some(70))),
            (1, outcome(2, "depart", "failed", None)),
            (1, outcome(3, "arrive", "done", Some(10))),
            (2, outcome(4, "depart", "done", Some(99))),
            (3, outcome(4, "depart", "done", Some(30))),
            (3, outcome(3, "update", "held", Some(20))),
        ] {
            sync_run::save_outcomes(tx, run_id(run), &[outcome])?;
        }
        Ok(())
    })
    .await;
    site
}

#[test]
fn a_run_is_written_again_as_it_goes_on() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        assert_eq!(site.read(|tx| sync_run::get(tx, run_id(1))).await, Some(run(1, Site::LINK)));
        let ended = SyncRun {
            state: "failed".into(),
            reason: Some("503".into()),
            finished_at: Some(at(9)),
            counts: RunCounts {
                due: 1,
                unchanged: 2,
                arrived: 3,
                updated: 4,
                departed: 5,
                failed: 6,
                remote_calls: 7,
                lag_p50_ms: Some(8),
                lag_max_ms: Some(9),
            },
            ..run(1, Site::LINK)
        };
        let saved = ended.clone();
        site.write(move |tx| sync_run::save(tx, &saved)).await;
        assert_eq!(site.read(|tx| sync_run::get(tx, run_id(1))).await, Some(ended.clone()));
        assert_eq!(
            site.read(|tx| sync_run::list_running(tx, Site::LINK)).await,
            vec![run(3, Site::LINK)]
        );
        let list = site.read(|tx| sync_run::list(tx, Site::LINK, None, 9)).await;
        assert_eq!(list, vec![run(3, Site::LINK), ended.clone()]);
        let older = site.read(|tx| sync_run::list(tx, Site::LINK, Some(run_id(3)), 9)).await;
        assert_eq!(older, vec![ended]);
        let written = site.read(|tx| sync_run::count_written(tx, run_id(0), run_id(2))).await;
        assert_eq!(written, 12);
        let none = site.read(|tx| sync_run::count_written(tx, run_id(7), run_id(9))).await;
        assert_eq!(none, 0);
    });
}

#[test]
fn many_runs_are_written_at_once() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let runs: Vec<_> = (10..130).map(|number| run(number, other_link())).collect();
        let saved = runs.clone();
        site.write(move |tx| sync_run::save_all(tx, &saved)).await;
        let ended = |run: SyncRun| SyncRun { finished_at: Some(at(9)), ..run };
        let ended: Vec<_> = runs.into_iter().map(ended).collect();
        let saved = ended.clone();
        site.write(move |tx| sync_run::save_all(tx, &saved)).await;
        let mut list = site.read(|tx| sync_run::list(tx, other_link(), None, 999)).await;
        list.reverse();
        assert_eq!(list, [vec![run(2, other_link())], ended].concat());
    });
}

#[test]
fn outcomes_are_paged_by_person_with_names() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let later = outcome(2, "depart", "done", Some(5));
        let saved = later.clone();
        site.write(move |tx| sync_run::save_outcomes(tx, run_id(1), std::slice::from_ref(&saved)))
            .await;
        let first = site.read(|tx| sync_run::list_outcomes(tx, run_id(1), "", None, 2)).await;
        assert_eq!(first[0].outcome, outcome(1, "depart", "done", Some(70)));
        assert_eq!((&*first[0].name, first[0].agent_number), ("Ana Person00001", 1_001));
        assert_eq!(first[1].outcome, later, "the last word on a person counts");
        let rest = site
            .read(|tx| sync_run::list_outcomes(tx, run_id(1), "done", Some(employee_id(2)), 2))
            .await;
        let ids: Vec<_> = rest.into_iter().map(|row| row.outcome.employee).collect();
        assert_eq!(ids, vec![employee_id(3)]);
        let held = site.read(|tx| sync_run::list_outcomes(tx, run_id(3), "held", None, 9)).await;
        assert_eq!(held.len(), 1);
        // Who left the business unit of the link is told by the number that they had there.
        site.write(|tx| {
            former_agent::insert(tx, (Site::OTHER_UNIT, employee_id(1)), AgentNumber(5), at(1))?;
            former_agent::insert(tx, (Site::UNIT, employee_id(2)), AgentNumber(77), at(1))
        })
        .await;
        let told = site.read(|tx| sync_run::list_outcomes(tx, run_id(1), "", None, 9)).await;
        let numbers: Vec<i64> = told.iter().map(|one| one.agent_number).collect();
        assert_eq!(numbers, [1_001, 77, 1_003]);
    });
}

#[test]
fn a_held_run_without_names_has_those_of_the_one_before() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        site.write(|tx| {
            for number in [3, 4, 5, 6, 7] {
                let state = if number == 6 { "done" } else { "held" };
                sync_run::save(tx, &SyncRun { state: state.into(), ..run(number, Site::LINK) })?;
            }
            sync_run::save_outcomes(tx, run_id(6), &[outcome(1, "depart", "done", None)])?;
            let stray = |position, kind| SyncDrift {
                position,
                kind,
                agent: "77".into(),
                name: "Somebody".into(),
                employee: None,
                detail: String::new(),
            };
            sync_drift::insert(tx, run_id(5), &[stray(0, DriftKind::Stray)])?;
            sync_drift::insert(tx, run_id(7), &[stray(0, DriftKind::Foreign)])
        })
        .await;
        for (asked, naming) in [
            (Some(run_id(1)), None),
            (Some(run_id(3)), Some(run_id(3))),
            (Some(run_id(4)), Some(run_id(3))),
            (Some(run_id(5)), Some(run_id(5))),
            (None, Some(run_id(5))),
        ] {
            let found = site.read(move |tx| sync_run::find_naming(tx, Site::LINK, asked)).await;
            assert_eq!(found, naming, "{asked:?}");
        }
        let other = site.read(|tx| sync_run::find_naming(tx, other_link(), None)).await;
        assert_eq!(other, None);
    });
}

#[test]
fn lags_are_those_of_the_link() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let lags = site.read(|tx| sync_run::list_lags(tx, Site::LINK, run_id(0))).await;
        assert_eq!(lags, vec![10, 20, 30, 70]);
        let lags = site.read(|tx| sync_run::list_lags(tx, Site::LINK, run_id(2))).await;
        assert_eq!(lags, vec![20, 30]);
    });
}

#[test]
fn only_a_run_that_called_and_ended_well_is_an_answer() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let answered = async || site.read(|tx| sync_run::last_answered(tx, Site::LINK)).await;
        let cases = [
            (1, "done", 0, None),
            (2, "failed", 1, None),
            (3, "done", 1, Some(at(3))),
            (4, "failed", 2, Some(at(3))),
            (5, "done", 0, Some(at(3))),
        ];
        for (number, state, remote_calls, expected) in cases {
            let ended = SyncRun {
                state: state.into(),
                finished_at: Some(at(i64::try_from(number).unwrap_or_default())),
                counts: RunCounts { remote_calls, ..RunCounts::default() },
                ..run(number, Site::LINK)
            };
            site.write(move |tx| sync_run::save(tx, &ended)).await;
            assert_eq!(answered().await, expected, "{number}");
        }
    });
}
