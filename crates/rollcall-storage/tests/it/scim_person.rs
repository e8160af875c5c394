//! People as a SCIM connection sees them: probes, lists, and what is hidden.

use rollcall_domain::employee::Status;
use rollcall_domain::{EmployeeId, time};
use rollcall_storage::scim::scim_person::{Narrowing, Probe};
use rollcall_storage::{directory::identity_link, scim::scim_person};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, identity, person};

async fn ids(site: &Site, probe: Probe) -> Vec<EmployeeId> {
    let people = site.read(move |tx| scim_person::find(tx, Site::CONNECTION, &probe)).await;
    people.into_iter().map(|person| person.id).collect()
}

/// Hides a person, or shows one again.
async fn hide(site: &Site, number: u32, hidden: Option<i64>) {
    let mut link = identity(&person(number));
    link.hidden_at = hidden.map(at);
    site.write(move |tx| identity_link::save(tx, &link)).await;
}

#[test]
fn a_person_is_what_the_connection_said_with_our_id_and_version() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1)]).await;
        let found = site.read(|tx| scim_person::get(tx, Site::CONNECTION, employee_id(1))).await;
        let found = found.unwrap();
        assert_eq!((found.id, found.version), (employee_id(1), 1));
        assert_eq!(found.created_at, time::to_text(at(0)));
        assert_eq!(found.updated_at, time::to_text(at(0)));
        assert_eq!(found.resource, identity(&person(1)).resource);
        let other = Site::OTHER_CONNECTION;
        assert_eq!(site.read(move |tx| scim_person::get(tx, other, employee_id(1))).await, None);
    });
}

#[test]
fn every_probe_finds_its_person_until_they_are_hidden() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked((1..=3).map(person).collect()).await;
        let probes = || {
            [
                Probe::Id(employee_id(2)),
                Probe::UserName("PERSON2@example.com".into()),
                Probe::ExternalId("Ext2".into()),
                Probe::Email("mail2@EXAMPLE.com".into()),
                Probe::AgentNumber(person(2).agent_number.0),
            ]
        };
        for probe in probes() {
            assert_eq!(ids(&site, probe.clone()).await, vec![employee_id(2)], "{probe:?}");
        }
        assert_eq!(ids(&site, Probe::ExternalId("ext2".into())).await, vec![]);
        hide(&site, 2, Some(5)).await;
        for probe in probes() {
            assert_eq!(ids(&site, probe.clone()).await, vec![], "{probe:?}");
        }
        hide(&site, 2, None).await;
        for probe in probes() {
            assert_eq!(ids(&site, probe.clone()).await, vec![employee_id(2)], "{probe:?}");
        }
    });
}

#[test]
fn an_email_finds_all_who_have_it_as_first_or_second() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut people: Vec<_> = (1..=4).map(person).collect();
        people[3].profile.email = "Desk@example.com".into();
        site.insert_linked(people).await;
        let save = |number: u32, emails: &[&str]| {
            let emails: Vec<String> = emails.iter().map(ToString::to_string).collect();
            let link = identity(&person(number));
            let site = site.clone();
            async move {
                site.write(move |tx| identity_link::save_emails(tx, &link, &emails)).await;
            }
        };
        save(1, &["DESK@example.com", "desk@Example.com", "x@example.com"]).await;
        save(4, &["desk@example.com"]).await;
        save(2, &["desk@example.com"]).await;
        save(2, &["y@example.com"]).await;
        let desk = || Probe::Email("desk@example.COM".into());
        assert_eq!(ids(&site, desk()).await, vec![employee_id(1), employee_id(4)]);
        assert_eq!(ids(&site, Probe::Email("y@example.com".into())).await, vec![employee_id(2)]);
        hide(&site, 1, Some(1)).await;
        assert_eq!(ids(&site, desk()).await, vec![employee_id(4)]);
    });
}

#[test]
fn lists_hold_who_is_seen_in_the_order_of_their_ids() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut people: Vec<_> = [7, 3, 9, 1, 5, 8].map(person).to_vec();
        people[0].status = Status::Inactive;
        people[1].external_id = None;
        site.insert_linked(people).await;
        hide(&site, 5, Some(1)).await;

        let seen = [1, 3, 7, 8, 9].map(employee_id).to_vec();
        let order = site.read(|tx| scim_person::order(tx, Site::CONNECTION)).await;
        assert_eq!(order, seen);

        let (active, external) = (Some(true), true);
        for (narrowing, numbers) in [
            (Narrowing::default(), vec![1, 3, 7, 8, 9]),
            (Narrowing { active, with_external_id: false }, vec![1, 3, 8, 9]),
            (Narrowing { active: Some(false), with_external_id: false }, vec![7]),
            (Narrowing { active: None, with_external_id: external }, vec![1, 7, 8, 9]),
            (Narrowing { active, with_external_id: external }, vec![1, 8, 9]),
            (Narrowing { active: Some(false), with_external_id: external }, vec![7]),
        ] {
            let expected: Vec<_> = numbers.into_iter().map(employee_id).collect();
            let count = site.read(move |tx| scim_person::count(tx, Site::CONNECTION, narrowing));
            assert_eq!(count.await, i64::try_from(expected.len()).unwrap(), "{narrowing:?}");
            let mut paged = Vec::new();
            for offset in [0, 2, 4, 6] {
                let list = move |tx: &mut rollcall_storage::Tx<'_>| {
                    scim_person::list(tx, Site::CONNECTION, narrowing, offset, 2)
                };
                paged.extend(site.read(list).await.into_iter().map(|person| person.id));
            }
            assert_eq!(paged, expected, "{narrowing:?}");
        }

        let from =
            site.read(|tx| scim_person::list_after(tx, Site::CONNECTION, Some(employee_id(2)), 3));
        let from: Vec<_> = from.await.into_iter().map(|person| person.id).collect();
        assert_eq!(from, [3, 7, 8].map(employee_id).to_vec());
    });
}
