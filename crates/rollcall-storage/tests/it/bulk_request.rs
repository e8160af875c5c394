//! Bulk requests that are carried out after their answer.

use std::collections::HashMap;

use rollcall_domain::{BulkRequestId, ScimConnectionId, ScimTokenId, TenantId};
use rollcall_storage::scim::bulk_request::{self, BulkRequest};
use rollcall_storage::{Storage, StorageError, Tx};

use crate::database::on_each_database;
use crate::site::{Site, at, uuid};

fn request(number: u128, connection: ScimConnectionId) -> BulkRequest {
    BulkRequest {
        id: BulkRequestId::new(uuid(number)),
        connection,
        token: ScimTokenId::new(uuid(7)),
        base_url: "https://hub.example.com/scim/v2".into(),
        body: "{\"Operations\":[]}".into(),
        ids: HashMap::from([("ana".to_owned(), uuid(8).to_string())]),
        results: "[]".into(),
        done: 0,
        failed: 0,
        created_at: at(1),
        finished_at: None,
    }
}

/// A row for the test of tenants that are alike.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    bulk_request::insert(tx, &request(1, Site::CONNECTION))
}

/// All that can be read of a tenant's requests.
pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let found = bulk_request::get(tx, BulkRequestId::new(uuid(1)))?;
    Ok(format!("{found:?} {}", bulk_request::count_open(tx, Site::CONNECTION)?))
}

/// Changes every row of a tenant.
pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let done = BulkRequest { finished_at: Some(at(5)), ..request(1, Site::CONNECTION) };
    bulk_request::advance(tx, 0, &done)?;
    bulk_request::delete_all(tx, Site::CONNECTION)
}

async fn open(storage: &Storage) -> Vec<(TenantId, BulkRequestId)> {
    let listed: Result<_, StorageError> = storage.read_installation(bulk_request::list_open).await;
    listed.expect("the database can be read")
}

#[test]
fn a_request_goes_on_only_from_where_it_stands() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let first = request(1, Site::CONNECTION);
        let kept = first.clone();
        site.write(move |tx| bulk_request::insert(tx, &kept)).await;
        let id = first.id;
        assert_eq!(site.read(move |tx| bulk_request::get(tx, id)).await, Some(first.clone()));
        let half = BulkRequest { done: 100, failed: 2, results: "[{}]".into(), ..first };
        for (from, expected) in [(50, false), (0, true), (0, false)] {
            let half = half.clone();
            let advanced = site.write(move |tx| bulk_request::advance(tx, from, &half)).await;
            assert_eq!(advanced, expected, "from {from}");
        }
        let done = BulkRequest { done: 120, body: String::new(), finished_at: Some(at(9)), ..half };
        let kept = done.clone();
        assert!(site.write(move |tx| bulk_request::advance(tx, 100, &kept)).await);
        let kept = done.clone();
        assert!(!site.write(move |tx| bulk_request::advance(tx, 120, &kept)).await, "it is over");
        assert_eq!(site.read(move |tx| bulk_request::get(tx, id)).await, Some(done));
    });
}

#[test]
fn of_each_connection_the_oldest_is_next_and_what_is_old_is_forgotten() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let other = Site::numbered(storage.clone(), 2).await;
        for (site, number, connection) in [
            (&site, 4, Site::CONNECTION),
            (&site, 2, Site::CONNECTION),
            (&site, 3, Site::OTHER_CONNECTION),
            (&other, 1, Site::CONNECTION),
        ] {
            let new = request(number, connection);
            site.write(move |tx| bulk_request::insert(tx, &new)).await;
        }
        let id = |number| BulkRequestId::new(uuid(number));
        let expected = [(other.tenant, id(1)), (site.tenant, id(2)), (site.tenant, id(3))];
        assert_eq!(open(&storage).await, expected);
        let count = site.read(|tx| bulk_request::count_open(tx, Site::CONNECTION)).await;
        assert_eq!(count, 2);
        let done = BulkRequest { finished_at: Some(at(9)), ..request(2, Site::CONNECTION) };
        site.write(move |tx| bulk_request::advance(tx, 0, &done)).await;
        let expected = [(other.tenant, id(1)), (site.tenant, id(3)), (site.tenant, id(4))];
        assert_eq!(open(&storage).await, expected);
        for (before, is_there) in [(9, true), (10, false)] {
            let forgotten: Result<(), StorageError> = storage
                .write_installation(move |session| {
                    bulk_request::delete_finished(session, at(before))
                })
                .await;
            forgotten.expect("the database can be written");
            let found = site.read(move |tx| bulk_request::get(tx, id(2))).await;
            assert_eq!(found.is_some(), is_there);
        }
        site.write(|tx| bulk_request::delete_all(tx, Site::OTHER_CONNECTION)).await;
        assert_eq!(open(&storage).await.len(), 2);
    });
}
