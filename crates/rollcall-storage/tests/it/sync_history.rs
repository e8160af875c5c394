//! What is kept of past runs.

use rollcall_domain::RunId;
use rollcall_domain::employee::Status;
use rollcall_storage::directory::employee;
use rollcall_storage::wfm::sync_drift::{self, DriftKind, SyncDrift};
use rollcall_storage::wfm::sync_history::{self, OutcomeTally};
use rollcall_storage::wfm::sync_run::{self, RunCounts, SyncOutcome, SyncRun};
use rollcall_storage::{Storage, StorageError, Tx};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

fn run_id(number: u128) -> RunId {
    RunId::new(uuid(number))
}

fn run(number: u32, cause: &str, departed: i64, finished: Option<i64>) -> SyncRun {
    SyncRun {
        id: run_id(u128::from(number)),
        link: Site::LINK,
        cause: cause.into(),
        state: "done".into(),
        reason: None,
        started_at: at(i64::from(number)),
        finished_at: finished.map(at),
        counts: RunCounts { departed, ..RunCounts::default() },
    }
}

/// Five runs with three outcomes each.
async fn filled(storage: Storage) -> Site {
    let site = Site::new(storage).await;
    site.insert((1..=3).map(person).collect()).await;
    site.write(|tx| {
        for (number, cause, departed, finished) in [
            (1, "event", 1, Some(10)),
            (2, "approval", 20, Some(20)),
            (3, "schedule", 300, Some(30)),
            (4, "comparison", 4_000, None),
            (5, "approval", 50_000, None),
        ] {
            let run = run(number, cause, departed, finished);
            sync_run::save(tx, &run)?;
            for employee in [1, 2, 3].map(employee_id) {
                let outcome = SyncOutcome {
                    employee,
                    at: at(0),
                    step: "depart".into(),
                    result: "done".into(),
                    reason: None,
                    lag_ms: None,
                };
                sync_run::save_outcomes(tx, run.id, &[outcome])?;
            }
        }
        Ok(())
    })
    .await;
    site
}

/// How many outcomes each run has left; `None` for a run that is gone.
fn left(tx: &mut Tx<'_>) -> Result<Vec<Option<usize>>, StorageError> {
    (1..=5)
        .map(|number| {
            let outcomes = sync_run::list_outcomes(tx, run_id(number), "", None, 99)?.len();
            Ok(sync_run::get(tx, run_id(number))?.map(|_| outcomes))
        })
        .collect()
}

#[test]
fn what_runs_did_is_counted_by_step_and_result() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        site.write(|tx| {
            for (employee, step, result, lag_ms) in [
                (1, "arrive", "done", Some(40)),
                (2, "arrive", "done", Some(30)),
                (3, "update", "failed", None),
            ] {
                let outcome = SyncOutcome {
                    employee: employee_id(employee),
                    at: at(0),
                    step: step.into(),
                    result: result.into(),
                    reason: None,
                    lag_ms,
                };
                sync_run::save_outcomes(tx, run_id(5), &[outcome])?;
            }
            Ok(())
        })
        .await;
        let counted =
            |from| site.read(move |tx| sync_history::tally_outcomes(tx, Site::LINK, from));
        let tally = |run, step: &str, result: &str, people, lag_min_ms| OutcomeTally {
            run: run_id(run),
            step: step.into(),
            result: result.into(),
            people,
            lag_min_ms,
        };
        let last = [tally(5, "arrive", "done", 2, Some(30)), tally(5, "update", "failed", 1, None)];
        assert_eq!(counted(run_id(5)).await, last);
        let all = counted(run_id(0)).await;
        assert_eq!(all.len(), 6);
        assert_eq!(all.first(), Some(&tally(1, "depart", "done", 3, None)));
    });
}

#[test]
fn departures_that_nobody_approved_are_counted_while_they_are_young() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let count = async |unit, since| {
            let place = (Site::LINK, unit);
            site.read(move |tx| sync_history::count_unasked_departures(tx, place, at(since))).await
        };
        // Each of the three departed in three runs that nobody approved, and belongs to Berlin.
        assert_eq!((count(Site::OTHER_UNIT, 0).await, count(Site::OTHER_UNIT, 1).await), (3, 0));
        assert_eq!(count(Site::UNIT, 0).await, 0, "all are back");
        site.write(|tx| {
            let mut gone = person(2);
            gone.status = Status::Inactive;
            employee::save(tx, &gone)
        })
        .await;
        assert_eq!(count(Site::UNIT, 0).await, 1);
        // Runs that moved agents whom nobody here knows, besides the three.
        site.write(|tx| {
            for number in [1, 3, 4, 5] {
                let stray = SyncDrift {
                    position: 0,
                    kind: DriftKind::Stray,
                    agent: "77".into(),
                    name: "Somebody".into(),
                    employee: None,
                    detail: String::new(),
                };
                sync_drift::insert(tx, run_id(number), &[stray])?;
            }
            Ok(())
        })
        .await;
        for (since, strays) in [(11, 297 + 3_997), (30, 297 + 3_997), (31, 3_997)] {
            assert_eq!(count(Site::UNIT, since).await, strays, "since {since}");
        }
    });
}

#[test]
fn old_runs_go_with_their_outcomes_a_piece_at_a_time() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let prune = |keep, limit| {
            site.write(move |tx| sync_history::prune_runs(tx, Site::LINK, keep, limit))
        };
        assert_eq!(prune(5, 99).await, 0);
        assert_eq!(prune(3, 2).await, 2);
        assert_eq!(site.read(left).await, [Some(1), Some(3), Some(3), Some(3), Some(3)]);
        assert_eq!(prune(3, 99).await, 6);
        assert_eq!(site.read(left).await, [None, None, Some(3), Some(3), Some(3)]);
        assert_eq!(prune(3, 99).await, 0);
    });
}

#[test]
fn old_outcomes_go_and_their_runs_stay() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let prune = |before, limit| {
            site.write(move |tx| sync_history::prune_outcomes(tx, Site::LINK, at(before), limit))
        };
        assert_eq!(prune(1, 99).await, 0);
        assert_eq!(prune(3, 4).await, 4);
        assert_eq!(site.read(left).await, [Some(0), Some(2), Some(3), Some(3), Some(3)]);
        assert_eq!(prune(3, 99).await, 2);
        assert_eq!(site.read(left).await, [Some(0), Some(0), Some(3), Some(3), Some(3)]);
    });
}
