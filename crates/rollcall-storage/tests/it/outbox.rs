//! The outbox: marks, and what becomes of them.

use rollcall_domain::employee::Status;
use rollcall_domain::wfm::{self, FieldSwitch, FieldSwitches, ManagementUnit};
use rollcall_domain::{EmployeeId, TeamId, WfmLinkId};
use rollcall_storage::wfm::marking;
use rollcall_storage::wfm::outbox::{self, Due, Group, Load, Mark};
use rollcall_storage::wfm::wfm_standing::{self, Standing};
use rollcall_storage::{Storage, Tx};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

async fn filled(storage: Storage) -> Site {
    let site = Site::new(storage).await;
    let mut people: Vec<_> = (1..=6).map(person).collect();
    people[4].team = Site::OTHER_TEAM;
    people[5].business_unit = Site::OTHER_UNIT;
    people[5].team = Site::OTHER_TEAM;
    site.insert(people).await;
    site
}

async fn mark(site: &Site, number: u32, seconds: i64) {
    site.write(move |tx| outbox::mark(tx, Site::LINK, employee_id(number), at(seconds))).await;
}

async fn due(site: &Site, seconds: i64, limit: i64) -> Vec<Due> {
    site.read(move |tx| outbox::list_due(tx, Site::LINK, at(seconds), limit)).await
}

async fn get(site: &Site, number: u32) -> Option<Mark> {
    site.read(move |tx| outbox::get(tx, Site::LINK, employee_id(number))).await
}

/// Notes that the WFM holds a person.
async fn stand(site: &Site, number: u32, unit: ManagementUnit) {
    let switches = FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
    let mut known = wfm::values(&person(number), &switches);
    known.management_unit = unit;
    let standing = Standing {
        link: Site::LINK,
        employee: employee_id(number),
        known: Some(known),
        confirmed_at: Some(at(1)),
        lag_ms: None,
        problem: None,
        problem_at: None,
        run: rollcall_domain::RunId::new(uuid(1)),
    };
    site.write(move |tx| wfm_standing::save(tx, std::slice::from_ref(&standing))).await;
}

fn ids(due: &[Due]) -> Vec<EmployeeId> {
    due.iter().map(|due| due.employee.id).collect()
}

#[test]
fn marks_coalesce_and_keep_the_first_change() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        for seconds in [10, 11, 12] {
            mark(&site, 1, seconds).await;
        }
        let expected = Mark {
            employee: employee_id(1),
            generation: 3,
            changed_at: at(10),
            due_at: at(12),
            attempts: 0,
        };
        assert_eq!(get(&site, 1).await, Some(expected));
        assert_eq!(get(&site, 2).await, None);
        assert_eq!(site.read(|tx| outbox::count(tx, Site::LINK)).await, 1);
    });
}

#[test]
fn the_longest_due_come_first_with_all_that_planning_needs() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        for (number, seconds) in [(1, 30), (2, 10), (5, 20), (3, 99)] {
            mark(&site, number, seconds).await;
        }
        stand(&site, 2, ManagementUnit::Arrived).await;
        let found = due(&site, 30, 10).await;
        assert_eq!(ids(&found), [2, 5, 1].map(employee_id));
        assert_eq!(found[0].employee, person(2));
        assert_eq!(found[0].team_features, vec!["WFM Advanced".to_owned()]);
        assert_eq!(found[1].team_features, Vec::<String>::new());
        let known = wfm_standing::known_from_text(found[0].known.as_deref().unwrap()).unwrap();
        assert_eq!(known.agent_number, 1_002);
        assert_eq!(found[1].known, None);
        assert_eq!(ids(&due(&site, 30, 2).await), [2, 5].map(employee_id));
        assert_eq!(ids(&due(&site, 9, 2).await), vec![]);
        assert_eq!(site.read(|tx| outbox::next_due(tx, Site::LINK)).await, Some(at(10)));
    });
}

#[test]
fn a_mark_made_while_a_worker_was_at_it_survives() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        mark(&site, 1, 10).await;
        let seen = due(&site, 10, 1).await[0].mark;
        mark(&site, 1, 11).await;
        site.write(move |tx| outbox::settle(tx, Site::LINK, &[seen])).await;
        site.write(move |tx| outbox::postpone(tx, Site::LINK, seen, at(500))).await;
        let again = due(&site, 11, 1).await[0].mark;
        assert_eq!((again.generation, again.attempts), (2, 0));
        site.write(move |tx| outbox::settle(tx, Site::LINK, &[again])).await;
        assert_eq!(due(&site, 999, 1).await.len(), 0);
        assert_eq!(site.read(|tx| outbox::next_due(tx, Site::LINK)).await, None);
    });
}

#[test]
fn a_postponed_mark_waits_until_it_is_hurried_or_made_again() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        mark(&site, 1, 10).await;
        mark(&site, 2, 10).await;
        for _ in 0..2 {
            for number in [1, 2] {
                let seen = get(&site, number).await.unwrap();
                site.write(move |tx| outbox::postpone(tx, Site::LINK, seen, at(500))).await;
            }
        }
        assert_eq!(get(&site, 1).await.unwrap().attempts, 2);
        assert_eq!(due(&site, 20, 9).await.len(), 0);
        mark(&site, 1, 20).await;
        assert_eq!(get(&site, 1).await.unwrap().attempts, 0);
        assert_eq!(ids(&due(&site, 20, 9).await), vec![employee_id(1)]);
        site.write(|tx| outbox::hurry(tx, Site::LINK, at(30))).await;
        assert_eq!(ids(&due(&site, 30, 9).await), [1, 2].map(employee_id));
    });
}

#[test]
fn pages_mark_everyone_of_the_business_unit_once() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        mark(&site, 3, 1).await;
        let (mut after, mut pages) = (None, Vec::new());
        loop {
            let page = move |tx: &mut Tx<'_>| outbox::mark_page(tx, Site::LINK, after, 2, at(5));
            after = site.write(page).await;
            match after {
                Some(last) => pages.push(last),
                None => break,
            }
        }
        assert_eq!(pages, [2, 4, 5].map(employee_id));
        assert_eq!(ids(&due(&site, 5, 9).await), [1, 2, 3, 4, 5].map(employee_id));
        assert_eq!(get(&site, 3).await.unwrap().generation, 2);
        assert_eq!(get(&site, 3).await.unwrap().changed_at, at(1));
    });
}

#[test]
fn what_one_began_to_mark_another_ends() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let next = move |tx: &mut Tx<'_>| marking::next(tx, Site::LINK, at(5));
        let all = async || site.storage.scan_installation(marking::list_all).await.unwrap();
        assert!(!site.write(next).await, "nobody began");
        site.write(|tx| marking::begin(tx, Site::LINK)).await;
        assert_eq!(all().await, [(site.tenant, Site::LINK)]);
        // Whoever began is gone.
        assert!(site.write(next).await);
        assert!(!site.write(next).await);
        assert!(all().await.is_empty());
        assert_eq!(ids(&due(&site, 5, 9).await), [1, 2, 3, 4, 5].map(employee_id));
        assert!(!site.write(next).await);
    });
}

#[test]
fn a_team_is_marked_as_a_whole() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let marked = site.write(|tx| outbox::mark_team(tx, Site::LINK, Site::TEAM, at(5))).await;
        assert_eq!(marked, 4);
        assert_eq!(ids(&due(&site, 5, 9).await), [1, 2, 3, 4].map(employee_id));
        let nobody = TeamId::new(uuid(9));
        assert_eq!(site.write(move |tx| outbox::mark_team(tx, Site::LINK, nobody, at(5))).await, 0);
    });
}

#[test]
fn links_do_not_see_each_other() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        mark(&site, 1, 10).await;
        let other = WfmLinkId::new(uuid(3));
        assert_eq!(site.read(move |tx| outbox::count(tx, other)).await, 0);
        assert_eq!(site.read(move |tx| outbox::list_due(tx, other, at(99), 9)).await.len(), 0);
        assert_eq!(site.read(move |tx| outbox::get(tx, other, employee_id(1))).await, None);
    });
}

#[test]
fn what_is_due_is_weighed_by_what_decides_who_stays() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let mut gone = person(2);
        gone.status = Status::Inactive;
        site.write(move |tx| rollcall_storage::directory::employee::save(tx, &gone)).await;
        for (number, unit) in [
            (1, ManagementUnit::Arrived),
            (2, ManagementUnit::Arrived),
            (3, ManagementUnit::Departed),
            (5, ManagementUnit::Arrived),
            (6, ManagementUnit::Arrived),
        ] {
            stand(&site, number, unit).await;
        }
        for (number, seconds) in [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 99)] {
            mark(&site, number, seconds).await;
        }
        let Load { due, mut present } = site.read(|tx| outbox::weigh(tx, Site::LINK, at(9))).await;
        assert_eq!(due, 5);
        present.sort_by_key(|group| (group.status.is_active(), group.team_features.len()));
        let group = |status, features: &[&str]| Group {
            business_unit: Site::UNIT,
            status,
            team_features: features.iter().map(ToString::to_string).collect(),
            people: 1,
        };
        assert_eq!(
            present,
            vec![
                group(Status::Inactive, &["WFM Advanced"]),
                group(Status::Active, &[]),
                group(Status::Active, &["WFM Advanced"]),
            ]
        );
        let people = async |group: Group, now, limit| {
            site.read(move |tx| outbox::list_group(tx, Site::LINK, &group, at(now), limit)).await
        };
        let leaving = group(Status::Inactive, &["WFM Advanced"]);
        assert_eq!(people(leaving.clone(), 9, 9).await, vec![employee_id(2)]);
        assert_eq!(people(leaving.clone(), 9, 0).await, vec![]);
        assert_eq!(people(leaving, 0, 9).await, vec![]);
        let staying = group(Status::Active, &["WFM Advanced"]);
        assert_eq!(people(staying, 9, 9).await, vec![employee_id(1)]);
        let nothing = site.read(|tx| outbox::weigh(tx, Site::LINK, at(0))).await;
        assert_eq!(nothing, Load::default());
    });
}

#[test]
fn what_was_sent_is_remembered_until_it_is_forgotten_or_settled() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        mark(&site, 1, 0).await;
        let switches = FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
        let agent = wfm::values(&person(1), &switches);
        let one = employee_id(1);
        let sent = async || {
            let due = due(&site, 9, 9).await.into_iter().find(|due| due.employee.id == one);
            let text = due.and_then(|due| due.sent);
            text.map(|text| outbox::sent_from_text(&text).unwrap()).unwrap_or_default()
        };
        let note = async |number: u32| {
            let text = outbox::sent_text(&[wfm::values(&person(1), &switches)]);
            let row = (employee_id(number), text);
            site.write(move |tx| outbox::note_sent(tx, Site::LINK, std::slice::from_ref(&row)))
                .await;
        };
        note(1).await;
        assert_eq!(sent().await, std::slice::from_ref(&agent));
        // Another change of the person is no answer.
        mark(&site, 1, 1).await;
        let read = due(&site, 9, 9).await.remove(0).sent.expect("it is remembered");
        assert_eq!(outbox::sent_from_text(&read).unwrap(), [agent]);
        site.write(move |tx| outbox::forget_sent(tx, Site::LINK, &[one])).await;
        assert!(sent().await.is_empty());
        note(1).await;
        let mark = get(&site, 1).await.unwrap();
        site.write(move |tx| outbox::settle(tx, Site::LINK, &[mark])).await;
        note(1).await;
        assert!(sent().await.is_empty(), "whoever is not due needs no memory");
    });
}

#[test]
fn whoever_may_be_in_the_wfm_is_weighed_as_if_they_were() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        mark(&site, 1, 0).await;
        mark(&site, 2, 0).await;
        let weigh = async || site.read(|tx| outbox::weigh(tx, Site::LINK, at(9))).await;
        assert!(weigh().await.present.is_empty(), "nobody is there, and nothing was sent");
        let row = (employee_id(2), outbox::sent_text(&[]));
        site.write(move |tx| outbox::note_sent(tx, Site::LINK, std::slice::from_ref(&row))).await;
        let load = weigh().await;
        assert_eq!(load.present.iter().map(|group| group.people).sum::<i64>(), 1);
        let group = load.present[0].clone();
        let named = site.read(move |tx| outbox::list_group(tx, Site::LINK, &group, at(9), 9)).await;
        assert_eq!(named, [employee_id(2)]);
    });
}

#[test]
fn what_was_written_without_a_lease_outlives_what_another_settles() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        mark(&site, 1, 0).await;
        let settled = get(&site, 1).await.unwrap();
        let switches = FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
        let (one, agent) = (employee_id(1), wfm::values(&person(1), &switches));
        let written = agent.clone();
        site.write(move |tx| outbox::disown(tx, Site::LINK, (one, &written), at(1))).await;
        // Whoever has the lease settles what it read before.
        site.write(move |tx| {
            outbox::settle(tx, Site::LINK, &[settled])?;
            outbox::forget_sent(tx, Site::LINK, &[one])
        })
        .await;
        let left = due(&site, 9, 9).await.remove(0).disowned.expect("it stays");
        assert_eq!(outbox::sent_from_text(&left).unwrap(), [agent]);
        site.write(move |tx| outbox::forget_all(tx, Site::LINK, &[one])).await;
        assert_eq!(due(&site, 9, 9).await.remove(0).disowned, None);
    });
}
