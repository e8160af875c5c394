//! Agents who stay, and what a comparison found.

use std::fmt::Write;

use rollcall_domain::RunId;
use rollcall_domain::employee::{AgentNumber, Status};
use rollcall_domain::wfm::{self, FieldSwitch, FieldSwitches};
use rollcall_storage::directory::roster::{self, RosterQuery};
use rollcall_storage::wfm::kept_agent::Refused;
use rollcall_storage::wfm::sync_drift::{self, DriftKind, SyncDrift};
use rollcall_storage::wfm::sync_run::SyncOutcome;
use rollcall_storage::wfm::wfm_notice::{self, Told, WfmNotice};
use rollcall_storage::wfm::wfm_standing::{self, Standing};
use rollcall_storage::{
    StorageError, Tx, directory::employee, scim::scim_request, wfm::former_agent, wfm::kept_agent,
    wfm::outbox, wfm::sync_history, wfm::sync_run,
};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

fn run() -> RunId {
    RunId::new(uuid(1))
}

/// The WFM has a person, who is due.
async fn present(site: &Site, number: u32) {
    let switches = FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
    let standing = Standing {
        link: Site::LINK,
        employee: employee_id(number),
        known: Some(wfm::values(&person(number), &switches)),
        confirmed_at: Some(at(0)),
        lag_ms: Some(1),
        problem: None,
        problem_at: None,
        run: run(),
    };
    site.write(move |tx| {
        wfm_standing::save(tx, std::slice::from_ref(&standing))?;
        outbox::mark(tx, Site::LINK, employee_id(number), at(1))
    })
    .await;
}

fn drift(position: i64, kind: DriftKind, agent: &str) -> SyncDrift {
    let (name, detail) = ("Una Known".into(), "in no ACD".into());
    SyncDrift { position, kind, agent: agent.into(), name, employee: None, detail }
}

/// What this file is about, for the test of isolation.
pub(crate) fn fill(tx: &mut Tx<'_>, run: RunId) -> Result<(), StorageError> {
    former_agent::insert(tx, (Site::OTHER_UNIT, employee_id(1)), AgentNumber(5), at(0))?;
    former_agent::insert(tx, (Site::UNIT, employee_id(2)), AgentNumber(900), at(0))?;
    sync_drift::insert(tx, run, &[drift(0, DriftKind::Stray, "77")])?;
    wfm_notice::save(tx, &notice(Told::Held))?;
    kept_agent::keep_strays(tx, Site::LINK, run, at(0)).map(drop)
}

fn notice(told: Told) -> WfmNotice {
    WfmNotice { link: Site::LINK, told, told_at: Some(at(0)), next_at: at(1), problem: None }
}

/// All of it, as text.
pub(crate) fn dump(tx: &mut Tx<'_>, run: RunId) -> Result<String, StorageError> {
    let (link, one) = (Site::LINK, employee_id(1));
    let mut text = String::new();
    let mut add = |part: &dyn std::fmt::Debug| writeln!(text, "{part:?}").expect("text has room");
    add(&outbox::imagine(tx, link, one)?);
    add(&employee::list_by_email(tx, "mail1@example.com", 9)?);
    add(&(former_agent::list(tx, one)?, former_agent::list_known(tx, link, 0, 9)?));
    add(&former_agent::list_by_agent_number(tx, link, (0, 9_999))?);
    add(&(kept_agent::list(tx, link, 0, 9)?, kept_agent::count(tx, link)?));
    add(&kept_agent::list_strays(tx, link)?);
    add(&kept_agent::since(tx, link, one)?);
    add(&wfm_notice::get(tx, link)?);
    add(&scim_request::last_write(tx, &one.to_string())?);
    add(&scim_request::list_write_times(tx)?);
    add(&(sync_drift::list(tx, run, 0, 9)?, sync_drift::tally(tx, run)?));
    add(&sync_history::count_unasked_departures(tx, (link, Site::UNIT), at(0))?);
    add(&sync_history::tally_outcomes(tx, link, RunId::new(uuid(0)))?);
    add(&sync_run::list_lags(tx, link, RunId::new(uuid(0)))?);
    add(&sync_run::count_written(tx, RunId::new(uuid(0)), RunId::new(uuid(9)))?);
    Ok(text)
}

/// Changes all of it.
pub(crate) fn change(tx: &mut Tx<'_>, run: RunId) -> Result<(), StorageError> {
    former_agent::take(tx, Site::UNIT, employee_id(2))?;
    employee::save_posting(tx, &person(2))?;
    let load = outbox::weigh(tx, Site::LINK, at(9))?;
    for group in &load.present {
        kept_agent::keep_group(tx, Site::LINK, (group, Refused::DueAt(at(9))), at(9))?;
    }
    kept_agent::release(tx, Site::LINK, &[employee_id(1)])?;
    kept_agent::release_all(tx, Site::LINK, at(9))?;
    sync_drift::insert(tx, run, &[drift(1, DriftKind::Stray, "78")])?;
    wfm_notice::save(tx, &notice(Told::Failing))?;
    wfm_standing::clear_problems(tx, Site::LINK, &[employee_id(1)])?;
    sync_history::prune_outcomes(tx, Site::LINK, at(99), 9)?;
    sync_history::prune_runs(tx, Site::LINK, 0, 9).map(drop)
}

#[test]
fn a_rejection_keeps_whom_the_held_run_names() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let leaver = |number| {
            let mut leaver = person(number);
            leaver.status = Status::Inactive;
            leaver
        };
        site.insert(vec![leaver(1), leaver(2), leaver(3)]).await;
        for number in 1..=3 {
            present(&site, number).await;
        }
        let named = SyncOutcome {
            employee: employee_id(1),
            at: at(1),
            step: "depart".into(),
            result: "held".into(),
            reason: None,
            lag_ms: None,
        };
        site.write(move |tx| {
            sync_run::save_outcomes(tx, run(), std::slice::from_ref(&named))?;
            outbox::mark(tx, Site::LINK, employee_id(3), at(5))
        })
        .await;
        let keep = async |refused, expected: [Option<_>; 3]| {
            let load = site.read(|tx| outbox::weigh(tx, Site::LINK, at(6))).await;
            let keep = move |tx: &mut Tx<'_>| {
                kept_agent::keep_group(tx, Site::LINK, (&load.present[0], refused), at(6))
            };
            assert_eq!(site.write(keep).await, 1);
            for (number, since) in (1..).zip(expected) {
                let id = employee_id(number);
                let found = site.read(move |tx| kept_agent::since(tx, Site::LINK, id)).await;
                assert_eq!(found, since, "{number}");
            }
        };
        keep(Refused::NamedBy(run()), [Some(at(6)), None, None]).await;
        let rows = site.read(|tx| roster::list(tx, &RosterQuery::default(), 9)).await;
        assert_eq!(rows.iter().map(|row| row.kept).collect::<Vec<_>>(), [true, false, false]);
        // Where they are more than a run names, those who were due when it looked.
        keep(Refused::DueAt(at(4)), [Some(at(6)), Some(at(6)), None]).await;
    });
}

#[test]
fn people_who_are_kept_weigh_nothing_until_they_are_released() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let leaver = |number| {
            let mut leaver = person(number);
            leaver.status = Status::Inactive;
            leaver
        };
        site.insert(vec![leaver(1), leaver(2), person(3)]).await;
        for number in 1..=3 {
            present(&site, number).await;
        }
        // One of them left for another unit, and is known by the number from before.
        site.write(|tx| {
            let mut moved = person(3);
            moved.business_unit = Site::OTHER_UNIT;
            moved.agent_number = AgentNumber(5);
            employee::save_posting(tx, &moved)?;
            former_agent::insert(tx, (Site::UNIT, moved.id), person(3).agent_number, at(1))
        })
        .await;
        let load = site.read(|tx| outbox::weigh(tx, Site::LINK, at(2))).await;
        let leavers = load.present.iter().filter(|group| !group.belongs(Site::UNIT));
        assert_eq!(leavers.map(|group| group.people).sum::<i64>(), 3);
        site.write(move |tx| {
            for group in &load.present {
                kept_agent::keep_group(tx, Site::LINK, (group, Refused::DueAt(at(2))), at(2))?;
            }
            Ok(())
        })
        .await;
        let kept = site.read(|tx| kept_agent::list(tx, Site::LINK, 0, 9)).await;
        let numbers: Vec<i64> = kept.iter().map(|kept| kept.agent_number).collect();
        assert_eq!(numbers, [1_001, 1_002, 1_003]);
        assert_eq!((kept[0].name.as_str(), kept[0].since), ("Ana Person00001", at(2)));
        assert_eq!(kept[2].employee, Some(employee_id(3)));
        assert!(site.read(|tx| outbox::weigh(tx, Site::LINK, at(2))).await.present.is_empty());
        let due = site.read(|tx| outbox::list_due(tx, Site::LINK, at(2), 9)).await;
        assert!(due.iter().all(|due| due.kept));
        let one = site.read(|tx| outbox::imagine(tx, Site::LINK, employee_id(1))).await.unwrap();
        assert!(one.kept && one.known.is_some() && one.mark.generation == 0);

        site.write(move |tx| {
            outbox::settle(tx, Site::LINK, &[due[0].mark, due[1].mark, due[2].mark])?;
            kept_agent::release(tx, Site::LINK, &[employee_id(1)])
        })
        .await;
        assert_eq!(site.read(|tx| kept_agent::count(tx, Site::LINK)).await, 2);
        assert_eq!(site.write(|tx| kept_agent::release_all(tx, Site::LINK, at(3))).await, 2);
        assert_eq!(site.read(|tx| kept_agent::count(tx, Site::LINK)).await, 0);
        assert_eq!(site.read(|tx| outbox::count(tx, Site::LINK)).await, 2);
    });
}

#[test]
fn strays_that_a_run_found_can_be_kept() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(|tx| {
            let found = [
                drift(0, DriftKind::Stray, "77"),
                drift(1, DriftKind::Duplicate, "78"),
                drift(2, DriftKind::Foreign, "ana"),
                drift(3, DriftKind::Double, "1001"),
            ];
            sync_drift::insert(tx, run(), &found)?;
            kept_agent::keep_strays(tx, Site::LINK, run(), at(1))
        })
        .await;
        assert_eq!(site.read(|tx| kept_agent::list_strays(tx, Site::LINK)).await, [77, 78]);
        let from = site.read(|tx| sync_drift::list(tx, run(), 2, 1)).await;
        assert_eq!(from, [drift(2, DriftKind::Foreign, "ana")]);
        let tally = site.read(|tx| sync_drift::tally(tx, run())).await;
        assert_eq!(tally.len(), 4);
        assert!(tally.iter().all(|(_, count)| *count == 1));
    });
}

#[test]
fn a_number_waits_for_the_return_of_its_person() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1)]).await;
        let (one, left) = (employee_id(1), AgentNumber(1_900));
        present(&site, 1).await;
        site.write(move |tx| former_agent::insert(tx, (Site::UNIT, one), left, at(1))).await;
        assert_eq!(site.read(move |tx| former_agent::list(tx, one)).await, [(Site::UNIT, left)]);
        let known = site.read(|tx| former_agent::list_known(tx, Site::LINK, 0, 9)).await;
        assert_eq!(known, [(1_900, one)]);
        let found = site
            .read(|tx| former_agent::list_by_agent_number(tx, Site::LINK, (1_900, 1_900)))
            .await;
        assert!(found.len() == 1 && found[0].2.is_some());
        assert_eq!(site.write(move |tx| former_agent::take(tx, Site::UNIT, one)).await, Some(left));
        assert_eq!(site.write(move |tx| former_agent::take(tx, Site::UNIT, one)).await, None);
    });
}
