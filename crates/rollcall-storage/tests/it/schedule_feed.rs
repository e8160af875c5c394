//! The private addresses of schedules: one a person, found by the hash of its secret.

use rollcall_domain::{EmployeeId, TenantId};
use rollcall_storage::schedule::schedule_feed::{self, ScheduleFeed};
use rollcall_storage::{StorageError, Tx};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id};

pub(crate) fn feed(hash: &str) -> ScheduleFeed {
    ScheduleFeed {
        employee: employee_id(1),
        hash: hash.into(),
        created_at: at(0),
        last_used_at: None,
    }
}

pub(crate) fn fill(tx: &mut Tx<'_>, hash: &str) -> Result<(), StorageError> {
    schedule_feed::save(tx, &feed(hash))
}

/// Without the hash, which is unique in the installation and therefore differs.
pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let found = schedule_feed::get(tx, employee_id(1))?;
    Ok(format!("{:?}", found.map(|feed| ScheduleFeed { hash: String::new(), ..feed })))
}

pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    schedule_feed::note_use(tx, employee_id(1), at(5))?;
    schedule_feed::save(tx, &ScheduleFeed { created_at: at(6), ..feed("changed") })?;
    assert!(schedule_feed::delete(tx, employee_id(1))?);
    Ok(())
}

async fn find(site: &Site, hash: &'static str) -> Option<(TenantId, EmployeeId)> {
    let found: Result<_, StorageError> =
        site.storage.read_installation(move |session| schedule_feed::find(session, hash)).await;
    found.expect("the database can be read")
}

#[test]
fn a_person_has_one_address_at_the_most() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(|tx| fill(tx, "first")).await;
        assert_eq!(find(&site, "first").await, Some((site.tenant, employee_id(1))));
        site.write(|tx| schedule_feed::note_use(tx, employee_id(1), at(3))).await;
        let used = ScheduleFeed { last_used_at: Some(at(3)), ..feed("first") };
        assert_eq!(site.read(|tx| schedule_feed::get(tx, employee_id(1))).await, Some(used));

        site.write(|tx| fill(tx, "second")).await;
        assert_eq!(find(&site, "first").await, None);
        assert_eq!(
            site.read(|tx| schedule_feed::get(tx, employee_id(1))).await,
            Some(feed("second"))
        );

        assert!(site.write(|tx| schedule_feed::delete(tx, employee_id(1))).await);
        assert!(!site.write(|tx| schedule_feed::delete(tx, employee_id(1))).await);
        assert_eq!(find(&site, "second").await, None);
    });
}
