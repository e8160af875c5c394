//! Standings: what a WFM is known to hold.

use rollcall_domain::employee::Employee;
use rollcall_domain::wfm::{self, FieldSwitch, FieldSwitches, ManagementUnit, OptionalField};
use rollcall_domain::{RunId, WfmLinkId};
use rollcall_storage::wfm::wfm_standing::{self, Standing, Tally};
use rollcall_storage::{Storage, wfm::outbox};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person, uuid};

fn standing(person: &Employee, unit: ManagementUnit) -> Standing {
    let switches = FieldSwitches { personal_id: FieldSwitch::On, external_id: FieldSwitch::On };
    let mut known = wfm::values(person, &switches);
    known.management_unit = unit;
    Standing {
        link: Site::LINK,
        employee: person.id,
        known: Some(known),
        confirmed_at: Some(at(3)),
        lag_ms: Some(1_234),
        problem: None,
        problem_at: None,
        run: RunId::new(uuid(1)),
    }
}

async fn filled(storage: Storage) -> Site {
    let site = Site::new(storage).await;
    site.insert((1..=4).map(person).collect()).await;
    site.write(|tx| {
        let both = [
            standing(&person(1), ManagementUnit::Arrived),
            standing(&person(2), ManagementUnit::Departed),
        ];
        wfm_standing::save(tx, &both)?;
        outbox::mark(tx, Site::LINK, employee_id(4), at(0))
    })
    .await;
    site
}

#[test]
fn a_failure_leaves_what_is_known_as_it_was() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let (run, people) = (RunId::new(uuid(2)), [1, 3].map(employee_id));
        site.write(move |tx| {
            people.iter().try_for_each(|id| {
                wfm_standing::save_problem(tx, (Site::LINK, *id), "no such skill", at(9), run)
            })
        })
        .await;
        let failed = |standing: Standing| Standing {
            problem: Some("no such skill".into()),
            problem_at: Some(at(9)),
            run,
            ..standing
        };
        let first = standing(&person(1), ManagementUnit::Arrived);
        let found = site.read(|tx| wfm_standing::list(tx, employee_id(1))).await;
        assert_eq!(found, vec![failed(first.clone())]);
        let third = Standing {
            employee: employee_id(3),
            known: None,
            confirmed_at: None,
            lag_ms: None,
            ..first.clone()
        };
        let found = site.read(|tx| wfm_standing::list(tx, employee_id(3))).await;
        assert_eq!(found, vec![failed(third)]);
        let tally = site.read(|tx| wfm_standing::tally(tx, Site::LINK)).await;
        assert_eq!(tally, Tally { present: 1, failed: 2, due: 1 });

        let mended = first.clone();
        site.write(move |tx| wfm_standing::save(tx, std::slice::from_ref(&mended))).await;
        assert_eq!(site.read(|tx| wfm_standing::list(tx, employee_id(1))).await, vec![first]);
        assert_eq!(site.read(|tx| wfm_standing::count_present(tx, Site::LINK)).await, 1);
        assert_eq!(site.read(|tx| wfm_standing::list(tx, employee_id(4))).await, vec![]);
        let holding = async |field| {
            site.read(move |tx| wfm_standing::count_holding(tx, Site::LINK, field)).await
        };
        for field in OptionalField::ALL {
            assert_eq!(holding(field).await, 1, "{field:?}");
        }
        site.write(|tx| {
            let mut cleared = standing(&person(1), ManagementUnit::Arrived);
            let known = cleared.known.as_mut().unwrap();
            known.personal_id = None;
            known.first_name = r#"","personalId":"x"#.into();
            wfm_standing::save(tx, std::slice::from_ref(&cleared))
        })
        .await;
        assert_eq!(holding(OptionalField::PersonalId).await, 0, "a name is no key");
        assert_eq!(holding(OptionalField::ExternalId).await, 1);
    });
}

#[test]
fn a_comparison_reads_everyone_of_the_unit_by_agent_number() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let mut elsewhere = person(5);
        elsewhere.business_unit = Site::OTHER_UNIT;
        site.insert(vec![elsewhere]).await;
        let page = |numbers: (i64, i64)| {
            site.read(move |tx| wfm_standing::list_by_agent_number(tx, Site::LINK, numbers))
        };
        let all = page((0, i64::MAX)).await;
        let brief: Vec<_> =
            all.iter().map(|(number, id, known)| (*number, *id, known.is_some())).collect();
        let expected = |number: u32, known| (1_000 + i64::from(number), employee_id(number), known);
        assert_eq!(
            brief,
            [(1, true), (2, true), (3, false), (4, false)].map(|(n, k)| expected(n, k))
        );
        assert_eq!(all[1].2, standing(&person(2), ManagementUnit::Departed).known);
        let some: Vec<_> = page((1_002, 1_003)).await.into_iter().map(|row| row.0).collect();
        assert_eq!(some, vec![1_002, 1_003]);
        let nowhere = WfmLinkId::new(uuid(9));
        let none = site.read(move |tx| wfm_standing::list_by_agent_number(tx, nowhere, (0, 9_999)));
        assert_eq!(none.await, vec![]);
    });
}

#[test]
fn a_problem_is_forgotten_and_the_rest_stays() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let mut failed = standing(&person(1), ManagementUnit::Arrived);
        failed.problem = Some("refused".into());
        failed.problem_at = Some(at(4));
        site.write(move |tx| wfm_standing::save(tx, std::slice::from_ref(&failed))).await;
        let both = [employee_id(1), employee_id(4)];
        site.write(move |tx| wfm_standing::clear_problems(tx, Site::LINK, &both)).await;
        let found = site.read(|tx| wfm_standing::list(tx, employee_id(1))).await;
        assert_eq!(found, vec![standing(&person(1), ManagementUnit::Arrived)]);
        assert_eq!(site.read(|tx| wfm_standing::list(tx, employee_id(4))).await, vec![]);
        let holding = async |field| {
            site.read(move |tx| wfm_standing::count_holding(tx, Site::LINK, field)).await
        };
        for field in OptionalField::ALL {
            assert_eq!(holding(field).await, 1, "{field:?}");
        }
        site.write(|tx| {
            let mut cleared = standing(&person(1), ManagementUnit::Arrived);
            let known = cleared.known.as_mut().unwrap();
            known.personal_id = None;
            known.first_name = r#"","personalId":"x"#.into();
            wfm_standing::save(tx, std::slice::from_ref(&cleared))
        })
        .await;
        assert_eq!(holding(OptionalField::PersonalId).await, 0, "a name is no key");
        assert_eq!(holding(OptionalField::ExternalId).await, 1);
    });
}

#[test]
fn what_the_wfm_says_itself_corrects_what_is_known() {
    on_each_database(async |storage| {
        let site = filled(storage).await;
        let run = RunId::new(uuid(7));
        let held = standing(&person(3), ManagementUnit::Arrived).known;
        let answer = held.clone();
        site.write(move |tx| {
            wfm_standing::correct(tx, (Site::LINK, employee_id(3)), answer.as_ref(), run)?;
            wfm_standing::correct(tx, (Site::LINK, employee_id(1)), None, run)
        })
        .await;
        let third = site.read(|tx| wfm_standing::list(tx, employee_id(3))).await.remove(0);
        assert_eq!((third.known, third.confirmed_at, third.run), (held, None, run));
        let first = site.read(|tx| wfm_standing::list(tx, employee_id(1))).await.remove(0);
        let expected =
            Standing { known: None, run, ..standing(&person(1), ManagementUnit::Arrived) };
        assert_eq!(first, expected, "the confirmation stays");
        assert_eq!(site.read(|tx| wfm_standing::count_present(tx, Site::LINK)).await, 1);
        let known = site.read(|tx| wfm_standing::list_known(tx, Site::LINK, 0, 9)).await;
        assert_eq!(known, vec![(1_002, employee_id(2)), (1_003, employee_id(3))]);
        let known = site.read(|tx| wfm_standing::list_known(tx, Site::LINK, 1_002, 9)).await;
        assert_eq!(known, vec![(1_003, employee_id(3))]);
        assert_eq!(site.read(|tx| wfm_standing::list_known(tx, Site::LINK, 0, 1)).await.len(), 1);
    });
}
