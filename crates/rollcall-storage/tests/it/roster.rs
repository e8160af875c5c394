//! The roster: pages, searches and counts.

use rollcall_domain::employee::{AgentNumber, Employee, Status};
use rollcall_domain::source::Source;
use rollcall_domain::wfm::{self, FieldSwitch, FieldSwitches};
use rollcall_domain::{EmployeeId, RunId};
use rollcall_storage::directory::roster::{self, From, Listed, RosterQuery};
use rollcall_storage::wfm::wfm_standing::{self, Standing};
use rollcall_storage::{Storage, wfm::former_agent, wfm::outbox, wfm::wfm_link};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, named, person, uuid};

async fn list(site: &Site, query: &RosterQuery, limit: i64) -> Vec<Listed> {
    let query = query.clone();
    site.read(move |tx| roster::list(tx, &query, limit)).await
}

async fn numbers(site: &Site, query: RosterQuery) -> Vec<EmployeeId> {
    let found: Vec<_> = list(site, &query, 50).await.iter().map(|row| row.employee.id).collect();
    let counted = site.read(move |tx| roster::count(tx, &query, 50)).await;
    assert_eq!(counted, i64::try_from(found.len()).unwrap(), "the count is that of the list");
    found
}

/// Checks who is found by a text, whatever the order.
async fn check_text(site: &Site, text: &str, expected: &[u32]) {
    let query = RosterQuery { text: text.into(), ..RosterQuery::default() };
    let mut found = numbers(site, query).await;
    found.sort();
    let expected: Vec<_> = expected.iter().copied().map(employee_id).collect();
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn paging_forward_and_back_visits_everyone_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        // Names that several share, in no order.
        let people: Vec<Employee> = (0..53_u32)
            .map(|n| {
                named(
                    n * 7 % 53,
                    ["Bo", "al", "Ál"][n as usize % 3],
                    ["Berg", "Åberg"][n as usize % 2],
                )
            })
            .collect();
        site.insert(people).await;
        let all = list(&site, &RosterQuery::default(), 100).await;
        let order: Vec<_> = all.iter().map(|row| row.place.clone()).collect();
        assert_eq!(order.len(), 53);
        assert!(
            order
                .windows(2)
                .all(|two| { (&two[0].name_key, two[0].id) < (&two[1].name_key, two[1].id) })
        );

        let (mut query, mut forward) = (RosterQuery::default(), Vec::new());
        loop {
            let page = list(&site, &query, 10).await;
            let Some(last) = page.last() else { break };
            query.from = From::After(last.place.clone());
            forward.extend(page.into_iter().map(|row| row.place));
        }
        assert_eq!(forward, order);
        query.from = From::Before(order[52].clone());
        let mut back = vec![vec![order[52].clone()]];
        loop {
            let page = list(&site, &query, 10).await;
            let Some(first) = page.first() else { break };
            query.from = From::Before(first.place.clone());
            back.push(page.into_iter().map(|row| row.place).collect());
        }
        back.reverse();
        assert_eq!(back.concat(), order);
    });
}

#[test]
fn a_team_is_paged_by_name_whether_it_is_small_or_large() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        // More than are sorted for a page, and every hundredth elsewhere.
        let people = (0..2_200_u32).map(|n| {
            let mut one = named(n, ["Bo", "al"][n as usize % 2], &format!("Berg {}", n * 7 % 311));
            if n % 100 == 0 {
                one.team = Site::OTHER_TEAM;
            }
            one
        });
        site.insert(people.collect()).await;
        for (team, size) in [(Site::TEAM, 2_178), (Site::OTHER_TEAM, 22)] {
            let mut query = RosterQuery { team: team.to_string(), ..RosterQuery::default() };
            let mut found = Vec::new();
            loop {
                let page = list(&site, &query, 500).await;
                let Some(last) = page.last() else { break };
                query.from = From::After(last.place.clone());
                assert!(page.iter().all(|row| row.employee.team == team));
                found.extend(page.into_iter().map(|row| (row.place.name_key, row.place.id)));
            }
            assert_eq!(found.len(), size);
            assert!(found.windows(2).all(|two| two[0] < two[1]));
        }
    });
}

async fn searchable(storage: Storage) -> Site {
    let site = Site::new(storage).await;
    let mut people = vec![
        named(1, "Élise", "Müller"),
        named(2, "Ana", "100%_sure!"),
        named(3, "Ana", "100 sure"),
        named(4, "ŽELJKO", "O'Neil-Öz"),
        named(5, "x", "Smith"),
    ];
    people[4].agent_number = AgentNumber(77_001);
    people[4].profile.email = "Desk.77@example.org".into();
    site.insert(people).await;
    site
}

#[test]
fn a_search_takes_every_sign_as_it_is_and_letters_in_either_case() {
    on_each_database(async |storage| {
        let site = searchable(storage).await;
        for (text, expected) in [
            ("élise", &[1][..]),
            ("ÉLISE MÜL", &[1]),
            ("müller élise", &[1]),
            ("  MÜLLER ", &[1]),
            ("elise", &[1]),
            ("željko o'neil-ö", &[4]),
            ("100%", &[2]),
            ("%", &[2]),
            ("_", &[2]),
            ("!", &[2]),
            ("%_", &[2]),
            ("a%s", &[]),
            ("100", &[2, 3]),
            ("person3@", &[3]),
            ("desk.77@EXAMPLE.org", &[5]),
            ("77001", &[5]),
            ("7700", &[]),
            ("1001", &[1]),
            ("77", &[5]),
            ("99999999999999999999999", &[]),
            ("-1", &[]),
            ("' or 1=1", &[]),
            ("x smith", &[5]),
            ("smith\n", &[5]),
            ("", &[1, 2, 3, 4, 5]),
        ] {
            check_text(&site, text, expected).await;
        }
    });
}

#[test]
fn marks_on_letters_are_no_difference_to_a_search() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![named(1, "Zoë", "Fernández"), named(2, "Zoe", "Berg")]).await;
        for (text, expected) in [
            ("zoe", &[1, 2][..]),
            ("Zoë", &[1, 2]),
            ("FERNÁNDEZ", &[1]),
            ("fernandez zoe", &[1]),
            ("zoe\u{308} f", &[1]),
            ("zöe", &[1, 2]),
        ] {
            check_text(&site, text, expected).await;
        }
    });
}

#[test]
fn a_changed_name_is_found_and_the_old_one_is_not() {
    on_each_database(async |storage| {
        let site = searchable(storage).await;
        let mut smith = named(5, "x", "Schmidt");
        smith.agent_number = AgentNumber(77_001);
        site.write(move |tx| rollcall_storage::directory::employee::save(tx, &smith)).await;
        check_text(&site, "smith", &[]).await;
        check_text(&site, "SCHMIDT x", &[5]).await;
    });
}

async fn mixed(storage: Storage) -> Site {
    let site = Site::new(storage).await;
    let mut people: Vec<_> = (1..=6).map(person).collect();
    people[0].status = Status::Inactive;
    people[1].team = Site::OTHER_TEAM;
    people[2].managed_by = Source::Local;
    let known = wfm::values(
        &people[4],
        &FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On },
    );
    site.insert(people).await;
    site.write(move |tx| {
        outbox::mark(tx, Site::LINK, employee_id(4), at(1))?;
        let run = RunId::new(uuid(1));
        let standing = Standing {
            link: Site::LINK,
            employee: employee_id(5),
            known: Some(known.clone()),
            confirmed_at: Some(at(1)),
            lag_ms: None,
            problem: None,
            problem_at: None,
            run,
        };
        wfm_standing::save(tx, std::slice::from_ref(&standing))?;
        wfm_standing::save_problem(tx, (Site::LINK, employee_id(6)), "refused", at(1), run)
    })
    .await;
    site
}

#[test]
fn a_query_is_narrowed_by_each_of_its_conditions_and_by_all() {
    on_each_database(async |storage| {
        let site = mixed(storage).await;
        let any = RosterQuery::default;
        let other_team = Site::OTHER_TEAM.to_string();
        for (query, expected) in [
            (any(), &[1, 2, 3, 4, 5, 6][..]),
            (RosterQuery { active: Some(true), ..any() }, &[2, 3, 4, 5, 6]),
            (RosterQuery { active: Some(false), ..any() }, &[1]),
            (RosterQuery { team: other_team.clone(), ..any() }, &[2]),
            (RosterQuery { managed_by: "local".into(), ..any() }, &[3]),
            (RosterQuery { managed_by: Site::SOURCE.to_string(), ..any() }, &[1, 2, 4, 5, 6]),
            (RosterQuery { out_of_step: true, ..any() }, &[4, 6]),
            (
                RosterQuery {
                    text: "person".into(),
                    active: Some(true),
                    team: Site::TEAM.to_string(),
                    managed_by: Site::SOURCE.to_string(),
                    out_of_step: true,
                    ..any()
                },
                &[4, 6],
            ),
            (RosterQuery { text: "1002".into(), team: other_team, ..any() }, &[2]),
        ] {
            let expected: Vec<_> = expected.iter().copied().map(employee_id).collect();
            assert_eq!(numbers(&site, query.clone()).await, expected, "{query:?}");
        }
        site.write(|tx| {
            former_agent::insert(tx, (Site::OTHER_UNIT, employee_id(3)), AgentNumber(40_777), at(1))
        })
        .await;
        let former = RosterQuery { text: "40777".into(), ..any() };
        assert_eq!(numbers(&site, former).await, [employee_id(3)], "by the number from before");
        assert_eq!(site.read(|tx| roster::count(tx, &RosterQuery::default(), 4)).await, 4);
        assert_eq!(site.read(roster::totals).await, (5, 6));
    });
}

#[test]
fn a_row_tells_how_the_person_stands_at_the_wfm() {
    on_each_database(async |storage| {
        let site = mixed(storage).await;
        let rows = list(&site, &RosterQuery::default(), 9).await;
        let brief: Vec<_> =
            rows.iter().map(|row| (row.due, row.in_wfm, row.problem.as_deref())).collect();
        assert_eq!(
            brief[2..],
            [
                (false, false, None),
                (true, false, None),
                (false, true, None),
                (false, false, Some("refused"))
            ]
        );
        assert_eq!((&*rows[1].team, &*rows[2].team), ("Back office", "Support"));
        assert!(rows.iter().all(|row| !row.waits));
        site.write(|tx| {
            let mut link = wfm_link::get(tx, Site::LINK)?.unwrap();
            link.immediate = false;
            wfm_link::save_settings(tx, &link)?;
            link.swept_at = Some(at(0));
            wfm_link::save_state(tx, &link)
        })
        .await;
        let rows = list(&site, &RosterQuery::default(), 9).await;
        let waits: Vec<_> = rows.iter().map(|row| row.waits).collect();
        assert_eq!(waits, [false, false, false, true, false, false]);
        site.write(|tx| {
            let mut link = wfm_link::get(tx, Site::LINK)?.unwrap();
            link.swept_at = Some(at(1));
            wfm_link::save_state(tx, &link)
        })
        .await;
        let rows = list(&site, &RosterQuery::default(), 9).await;
        assert!(!rows[3].waits, "the scheduled run has begun");
        assert_eq!(rows[3].employee, person(4));
        let out = site.read(|tx| roster::list_out_of_step(tx, Site::LINK, 9)).await;
        assert_eq!(out, vec![(person(4), None)]);
    });
}
