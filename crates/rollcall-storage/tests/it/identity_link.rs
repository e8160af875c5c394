//! Identity links: external ids are exact, and unique for their source.

use rollcall_domain::source::Source;
use rollcall_storage::scim::scim_person::{self, Probe};
use rollcall_storage::{StorageError, directory::identity_link};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, identity, person};

#[test]
fn a_link_comes_out_as_it_went_in() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let ana = person(1);
        let mut link = identity(&ana);
        site.insert_linked(vec![ana.clone()]).await;
        assert_eq!(
            site.read(|tx| identity_link::get(tx, Site::SOURCE, employee_id(1))).await,
            Some(link.clone())
        );

        link.external_id = None;
        link.resource = "{\"active\":false}".into();
        link.hidden_at = Some(at(9));
        let saved = link.clone();
        site.write(move |tx| identity_link::save(tx, &saved)).await;
        let mut local = identity(&ana);
        local.source = Source::Local;
        local.linked_at = at(-5);
        let added = local.clone();
        site.write(move |tx| identity_link::insert(tx, &added)).await;
        assert_eq!(
            site.read(|tx| identity_link::list(tx, employee_id(1))).await,
            vec![local, link],
            "oldest first"
        );
        assert_eq!(
            site.read(|tx| identity_link::get(tx, Source::Local, employee_id(2))).await,
            None
        );
    });
}

#[test]
fn an_external_id_is_found_letter_by_letter_and_at_its_own_source() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1), person(2)]).await;
        for (source, external_id, found) in [
            (Site::SOURCE, "Ext2", Some(employee_id(2))),
            (Site::SOURCE, "ext2", None),
            (Site::SOURCE, "Ext", None),
            (Source::Local, "Ext2", None),
            (Source::Scim(Site::OTHER_CONNECTION), "Ext2", None),
        ] {
            let link = site
                .read(move |tx| identity_link::find_by_external_id(tx, source, external_id))
                .await;
            assert_eq!(link.map(|link| link.employee), found, "{source} {external_id}");
        }
    });
}

#[test]
fn an_external_id_belongs_to_one_person_of_a_source() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut without = [person(3), person(4)];
        without.iter_mut().for_each(|person| person.external_id = None);
        site.insert_linked(vec![person(1), person(2)]).await;
        site.insert_linked(without.to_vec()).await;

        let mut twin = identity(&person(2));
        twin.external_id = Some("Ext1".into());
        let refusal = site.try_write(move |tx| identity_link::save(tx, &twin)).await.unwrap_err();
        assert!(matches!(refusal, StorageError::Duplicate), "{refusal:?}");

        let mut elsewhere = identity(&person(2));
        elsewhere.external_id = Some("Ext1".into());
        elsewhere.source = Source::Scim(Site::OTHER_CONNECTION);
        site.write(move |tx| identity_link::insert(tx, &elsewhere)).await;
    });
}

#[test]
fn a_link_that_ends_is_gone_from_lists_and_filters() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert_linked(vec![person(1), person(2)]).await;
        let link = identity(&person(1));
        site.write(move |tx| {
            identity_link::save_emails(tx, &link, &["second@example.com".into()])?;
            identity_link::delete(tx, &link)
        })
        .await;
        let gone = site.read(|tx| identity_link::get(tx, Site::SOURCE, employee_id(1))).await;
        assert_eq!(gone, None);
        let order = site.read(|tx| scim_person::order(tx, Site::CONNECTION)).await;
        assert_eq!(order, [employee_id(2)]);
        let probe = Probe::Email("second@example.com".into());
        let found = site.read(move |tx| scim_person::find(tx, Site::CONNECTION, &probe)).await;
        assert_eq!(found, []);
    });
}
