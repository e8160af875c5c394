//! Removing a link: with all that is kept of it. What was sent over it is told before.

use rollcall_domain::RunId;
use rollcall_domain::wfm::{self, FieldSwitch, FieldSwitches};
use rollcall_storage::agent::real_time_feed::{self, RealTimeFeed};
use rollcall_storage::agent::sent_state::{self, SentState};
use rollcall_storage::wfm::sync_run::{self, RunCounts, SyncOutcome, SyncRun};
use rollcall_storage::wfm::wfm_standing::{self, Standing};
use rollcall_storage::wfm::{link_lease, link_removal, outbox, wfm_link};
use rollcall_storage::{StorageError, Tx};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

fn run(departed: i64) -> SyncRun {
    SyncRun {
        id: RunId::new(uuid(1)),
        link: Site::LINK,
        cause: "event".into(),
        state: "failed".into(),
        reason: Some("it answered 401".into()),
        started_at: at(0),
        finished_at: Some(at(1)),
        counts: RunCounts { departed, failed: 3, remote_calls: 2, ..RunCounts::default() },
    }
}

fn standing() -> Standing {
    let switches = FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
    Standing {
        link: Site::LINK,
        employee: employee_id(1),
        known: Some(wfm::values(&person(1), &switches)),
        confirmed_at: Some(at(3)),
        lag_ms: Some(1),
        problem: None,
        problem_at: None,
        run: RunId::new(uuid(1)),
    }
}

fn feed() -> RealTimeFeed {
    RealTimeFeed {
        link: Site::LINK,
        enabled: true,
        base_url: "https://wfm.example.com/Rta".into(),
        source_id: "1".into(),
        authentication_key_sealed: "sealed".into(),
        failing: false,
        problem: None,
        health_since: at(0),
        snapshot_at: None,
        sent_at: None,
    }
}

/// What a link leaves over which nothing went out.
fn idle(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    outbox::mark(tx, Site::LINK, employee_id(1), at(0))?;
    sync_run::save(tx, &run(0))?;
    let outcome = SyncOutcome {
        employee: employee_id(1),
        at: at(1),
        step: "arrive".into(),
        result: "failed".into(),
        reason: None,
        lag_ms: None,
    };
    sync_run::save_outcomes(tx, RunId::new(uuid(1)), &[outcome])?;
    real_time_feed::save_settings(tx, &feed())?;
    wfm_standing::save_problem(tx, (Site::LINK, employee_id(1)), "401", at(1), run(0).id)?;
    link_lease::take(tx, Site::LINK, "worker", at(0), at(9)).map(|_| ())
}

#[test]
fn a_link_goes_with_all_that_is_kept_of_it() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let other = Site::numbered(storage, 2).await;
        for site in [&site, &other] {
            site.insert(vec![person(1)]).await;
            site.write(idle).await;
        }
        assert!(!site.read(|tx| link_removal::has_sent(tx, Site::LINK)).await);
        site.write(|tx| link_removal::delete(tx, Site::LINK)).await;
        for (site, left) in [(&site, 0), (&other, 1)] {
            assert_eq!(site.read(wfm_link::list).await.len(), left);
            let runs = site.read(|tx| sync_run::list(tx, Site::LINK, None, 9)).await;
            assert_eq!(runs.len(), left);
            let outcomes =
                site.read(|tx| sync_run::list_outcomes(tx, run(0).id, "failed", None, 9)).await;
            assert_eq!(outcomes.len(), left);
            let standings = site.read(|tx| wfm_standing::list(tx, employee_id(1))).await;
            assert_eq!(standings.len(), left);
            let due = site.read(|tx| outbox::next_due(tx, Site::LINK)).await;
            assert_eq!(due.is_some(), left == 1);
            let feed = site.read(|tx| real_time_feed::get(tx, Site::LINK)).await;
            assert_eq!(feed.is_some(), left == 1);
        }
        assert_eq!(site.read(|tx| wfm_link::find(tx, Site::UNIT)).await, None);
    });
}

#[test]
fn whatever_went_out_is_told() {
    type Work = fn(&mut Tx<'_>) -> Result<(), StorageError>;
    let cases: [Work; 6] = [
        |tx| outbox::note_sent(tx, Site::LINK, &[(employee_id(1), "[]".into())]),
        |tx| {
            let agent = standing().known.expect("it is known");
            outbox::disown(tx, Site::LINK, (employee_id(1), &agent), at(2))
        },
        |tx| wfm_standing::save(tx, &[standing()]),
        |tx| sync_run::save(tx, &run(1)),
        |tx| real_time_feed::save_state(tx, &RealTimeFeed { snapshot_at: Some(at(1)), ..feed() }),
        |tx| {
            let state = SentState { employee: employee_id(1), sequence: 1, state_code: "A".into() };
            sent_state::save(tx, Site::LINK, &[state], at(1))
        },
    ];
    for (number, work) in cases.into_iter().enumerate() {
        on_each_database(async |storage| {
            let site = Site::new(storage).await;
            site.insert(vec![person(1)]).await;
            site.write(idle).await;
            site.write(work).await;
            assert!(site.read(|tx| link_removal::has_sent(tx, Site::LINK)).await, "{number}");
        });
    }
}
