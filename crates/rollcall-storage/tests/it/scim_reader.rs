//! People as a connection sees them that may read everyone.

use rollcall_domain::EmployeeId;
use rollcall_storage::scim::scim_person::{Narrowing, Probe};
use rollcall_storage::scim::scim_reader::{self, Seen};
use rollcall_storage::{directory::employee, directory::identity_link, scim::scim_person};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, identity, person};

fn ids(people: &[Seen]) -> Vec<EmployeeId> {
    let id = |seen: &Seen| match seen {
        Seen::Own(person) => person.id,
        Seen::Other(employee) => employee.id,
    };
    people.iter().map(id).collect()
}

#[test]
fn own_people_are_seen_by_their_link_and_others_as_they_are_kept() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1), person(3)]).await;
        site.write(|tx| employee::insert(tx, &person(2))).await;
        let all = Narrowing::default();
        let everyone = site_list(&site, all, 0, 9).await;
        assert_eq!(ids(&everyone), [employee_id(1), employee_id(2), employee_id(3)]);
        assert!(matches!(everyone.as_slice(), [Seen::Own(_), Seen::Other(_), Seen::Own(_)]));
        assert_eq!(ids(&site_list(&site, all, 1, 1).await), [employee_id(2)]);
    });
}

async fn site_list(site: &Site, narrowing: Narrowing, from: i64, limit: i64) -> Vec<Seen> {
    site.read(move |tx| scim_reader::list(tx, Site::CONNECTION, narrowing, from, limit)).await
}

#[test]
fn every_probe_finds_others_but_by_words_that_are_not_ours() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1)]).await;
        site.write(|tx| employee::insert(tx, &person(2))).await;
        let find = async |probe: Probe| {
            let found = site.read(move |tx| scim_reader::find(tx, Site::CONNECTION, &probe)).await;
            ids(&found)
        };
        for number in [1, 2] {
            let id = employee_id(number);
            assert_eq!(find(Probe::Id(id)).await, [id]);
            assert_eq!(find(Probe::UserName(format!("PERSON{number}@example.com"))).await, [id]);
            assert_eq!(find(Probe::Email(format!("mail{number}@EXAMPLE.com"))).await, [id]);
            assert_eq!(find(Probe::AgentNumber(person(number).agent_number.0)).await, [id]);
        }
        assert_eq!(find(Probe::ExternalId("Ext1".into())).await, [employee_id(1)]);
        assert_eq!(find(Probe::ExternalId("Ext2".into())).await, []);
    });
}

#[test]
fn whom_the_connection_deleted_it_does_not_see() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1), person(2)]).await;
        let mut link = identity(&person(1));
        link.hidden_at = Some(at(5));
        site.write(move |tx| identity_link::save(tx, &link)).await;
        let count = site.read(|tx| scim_reader::count(tx, Site::CONNECTION, Narrowing::default()));
        assert_eq!(count.await, 1);
        let after = site.read(|tx| scim_reader::list_after(tx, Site::CONNECTION, None, 9)).await;
        assert_eq!(ids(&after), [employee_id(2)]);
        let other = Site::OTHER_CONNECTION;
        let theirs = site.read(move |tx| scim_reader::list_after(tx, other, None, 9)).await;
        assert_eq!(ids(&theirs), [employee_id(1), employee_id(2)]);
        let id = employee_id(1);
        assert_eq!(site.read(move |tx| scim_reader::get(tx, Site::CONNECTION, id)).await, None);
    });
}

#[test]
fn one_who_is_their_own_is_read_as_by_their_connection() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1), person(2)]).await;
        site.write(|tx| employee::insert(tx, &person(3))).await;
        for number in [1, 2] {
            let (id, mail) =
                (employee_id(number), Probe::Email(format!("mail{number}@example.com")));
            let own =
                site.read(move |tx| scim_person::get(tx, Site::CONNECTION, id)).await.unwrap();
            let wide = site.read(move |tx| scim_reader::get(tx, Site::CONNECTION, id)).await;
            assert_eq!(wide, Some(Seen::Own(own.clone())));
            let found = site.read(move |tx| scim_reader::find(tx, Site::CONNECTION, &mail)).await;
            assert_eq!(found, [Seen::Own(own)], "once, though found as a person and by the link");
        }
        let third = site_list(&site, Narrowing::default(), 2, 9).await;
        assert_eq!(third, [Seen::Other(Box::new(person(3)))]);
    });
}

#[test]
fn a_list_can_be_narrowed() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1)]).await;
        let mut left = person(2);
        left.status = rollcall_domain::employee::Status::Inactive;
        site.write(move |tx| employee::insert(tx, &left)).await;
        let active = |active| Narrowing { active: Some(active), ..Narrowing::default() };
        assert_eq!(ids(&site_list(&site, active(true), 0, 9).await), [employee_id(1)]);
        assert_eq!(ids(&site_list(&site, active(false), 0, 9).await), [employee_id(2)]);
        let linked = Narrowing { with_external_id: true, ..Narrowing::default() };
        assert_eq!(ids(&site_list(&site, linked, 0, 9).await), [employee_id(1)]);
    });
}
