//! Passwords, links and browsers of people who sign in to their own page.

use rollcall_domain::employee::{Employee, Status};
use rollcall_domain::{EmployeeId, TenantId};
use rollcall_storage::access::agent_account::{self as rows, AgentBrowser};
use rollcall_storage::directory::employee;
use rollcall_storage::{Storage, StorageError, Tx};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person};

pub(crate) fn browser(hash: &str) -> AgentBrowser {
    AgentBrowser {
        hash: hash.into(),
        employee: employee_id(1),
        csrf: "csrf".into(),
        created_at: at(0),
        expires_at: at(60),
    }
}

/// A row in every table of a tenant's.
pub(crate) fn fill(tx: &mut Tx<'_>, name: &str) -> Result<(), StorageError> {
    rows::save_password(tx, employee_id(1), name, at(0))?;
    rows::insert_link(tx, employee_id(1), name, (at(0), at(60)))?;
    rows::insert_browser(tx, &browser(name))
}

async fn link(storage: &Storage, hash: &'static str) -> Option<EmployeeId> {
    let found: Result<_, StorageError> =
        storage.read_installation(move |session| rows::find_link(session, hash)).await;
    found.expect("it can be read").map(|(_, employee, _)| employee)
}

async fn signed_in(storage: &Storage, hash: &'static str) -> Option<(TenantId, AgentBrowser)> {
    let found: Result<_, StorageError> =
        storage.read_installation(move |session| rows::find_browser(session, hash)).await;
    found.expect("it can be read")
}

async fn namesakes(storage: &Storage, key: &'static str) -> Vec<(TenantId, String)> {
    let found: Result<_, StorageError> =
        storage.read_installation(move |session| rows::list_namesakes(session, key, None, 9)).await;
    let found = found.expect("it can be read");
    found.into_iter().map(|one| (one.tenant, one.password_hash)).collect()
}

#[test]
fn a_link_works_once_and_the_last_one_counts() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.insert(vec![person(1)]).await;
        let one = employee_id(1);
        site.write(move |tx| rows::insert_link(tx, one, "first", (at(0), at(60)))).await;
        assert_eq!(link(&storage, "first").await, Some(one));
        site.write(move |tx| rows::insert_link(tx, one, "second", (at(1), at(60)))).await;
        assert_eq!(link(&storage, "first").await, None);
        assert!(site.write(|tx| rows::take_link(tx, "second")).await);
        assert!(!site.write(|tx| rows::take_link(tx, "second")).await);
        assert_eq!(link(&storage, "second").await, None);
    });
}

#[test]
fn a_new_password_ends_browsers_and_links() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.insert(vec![person(1)]).await;
        let one = employee_id(1);
        assert_eq!(site.read(move |tx| rows::password_set_at(tx, one)).await, None);
        site.write(|tx| fill(tx, "old")).await;
        assert_eq!(signed_in(&storage, "old").await, Some((site.tenant, browser("old"))));
        site.write(move |tx| rows::save_password(tx, one, "new", at(5))).await;
        assert_eq!(site.read(move |tx| rows::password_set_at(tx, one)).await, Some(at(5)));
        assert_eq!((signed_in(&storage, "old").await, link(&storage, "old").await), (None, None));
        // Whose time is over is forgotten with the next one that comes.
        site.write(|tx| rows::insert_browser(tx, &browser("early"))).await;
        let late = AgentBrowser { created_at: at(60), expires_at: at(99), ..browser("late") };
        site.write(move |tx| rows::insert_browser(tx, &late)).await;
        assert_eq!(signed_in(&storage, "early").await, None);
        site.write(|tx| rows::delete_browser(tx, "late")).await;
        assert_eq!(signed_in(&storage, "late").await, None);
    });
}

#[test]
fn who_leaves_is_signed_out_for_good() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.insert(vec![person(1), person(2)]).await;
        let set_status = async |status| {
            site.write(move |tx| {
                let before = employee::get(tx, employee_id(1))?.expect("they are there");
                employee::save_change(tx, &before, &Employee { status, ..before.clone() })
            })
            .await;
        };
        site.write(|tx| fill(tx, "mine")).await;
        let theirs = AgentBrowser { employee: employee_id(2), ..browser("theirs") };
        site.write(move |tx| rows::insert_browser(tx, &theirs)).await;
        set_status(Status::Active).await;
        assert!(signed_in(&storage, "mine").await.is_some(), "nobody left");
        set_status(Status::Inactive).await;
        assert_eq!((signed_in(&storage, "mine").await, link(&storage, "mine").await), (None, None));
        // Somebody who was inactive before such sessions ended with that has none when they come back, either.
        site.write(|tx| rows::insert_browser(tx, &browser("stray"))).await;
        set_status(Status::Active).await;
        assert_eq!(signed_in(&storage, "stray").await, None);
        let one = employee_id(1);
        let password = site.read(move |tx| rows::password_set_at(tx, one)).await;
        assert!(password.is_some(), "their password is theirs");
        assert!(signed_in(&storage, "theirs").await.is_some(), "nobody else is signed out");
    });
}

#[test]
fn a_user_name_may_mean_somebody_in_each_tenant() {
    on_each_database(async |storage| {
        let one = Site::new(storage.clone()).await;
        let two = Site::numbered(storage.clone(), 2).await;
        for (site, hash) in [(&one, "h1"), (&two, "h2")] {
            site.insert(vec![person(1)]).await;
            site.write(move |tx| rows::save_password(tx, employee_id(1), hash, at(0))).await;
        }
        let key = "person1@example.com";
        let both = vec![(one.tenant, "h1".to_owned()), (two.tenant, "h2".to_owned())];
        assert_eq!(namesakes(&storage, key).await, both);
        assert_eq!(namesakes(&storage, "nobody@example.com").await, []);
        for (site, hash) in [(&one, "h1"), (&two, "h2")] {
            let tenant = Some(site.tenant);
            let first: Result<_, StorageError> = storage
                .read_installation(move |session| rows::list_namesakes(session, key, tenant, 1))
                .await;
            assert_eq!(first.expect("it can be read")[0].password_hash, hash, "they come first");
        }
        two.write(|tx| {
            let mut left = person(1);
            left.status = Status::Inactive;
            employee::save(tx, &left)
        })
        .await;
        assert_eq!(namesakes(&storage, key).await, both[..1]);
    });
}
