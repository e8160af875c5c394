//! SCIM connections.

use rollcall_domain::policy::GroupMeaning;
use rollcall_storage::scim::scim_connection;

use crate::database::on_each_database;
use crate::site::{Site, at, connection};

#[test]
fn connections_are_listed_by_name() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let entra = connection(Site::OTHER_CONNECTION, "Entra");
        let added = entra.clone();
        site.write(move |tx| scim_connection::insert(tx, &added)).await;
        let okta = connection(Site::CONNECTION, "Okta");
        assert_eq!(site.read(scim_connection::list).await, vec![entra.clone(), okta]);
        assert_eq!(
            site.read(|tx| scim_connection::get(tx, Site::OTHER_CONNECTION)).await,
            Some(entra)
        );
    });
}

#[test]
fn a_connection_changes_and_ends_and_keeps_its_name() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let mut okta = connection(Site::CONNECTION, "Okta at work");
        okta.policy.groups = GroupMeaning::Role;
        okta.removed_at = Some(at(9));
        let saved = okta.clone();
        site.write(move |tx| scim_connection::save(tx, &saved)).await;
        assert_eq!(site.read(scim_connection::list).await, []);
        assert_eq!(site.read(scim_connection::list_all).await, vec![okta]);
    });
}
