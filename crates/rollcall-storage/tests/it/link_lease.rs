//! Leases: one holder at a time, and an epoch that old ones do not have.

use rollcall_storage::session::Session;
use rollcall_storage::wfm::link_lease::{self, Lease};
use rollcall_storage::{Storage, StorageError};

use crate::database::on_each_database;
use crate::site::{Site, at};

async fn take(site: &Site, holder: &'static str, now: i64, until: i64) -> Option<Lease> {
    site.write(move |tx| link_lease::take(tx, Site::LINK, holder, at(now), at(until))).await
}

async fn stands(site: &Site, lease: &Lease) -> bool {
    let lease = lease.clone();
    site.write(move |tx| link_lease::stands(tx, &lease)).await
}

#[test]
fn a_lease_is_one_holders_until_it_ends() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let first = take(&site, "a", 0, 30).await.unwrap();
        assert_eq!(first.epoch, 1);
        assert_eq!(take(&site, "b", 29, 60).await, None);
        assert_eq!(take(&site, "a", 10, 40).await, Some(first.clone()), "lengthened");
        assert_eq!(take(&site, "b", 39, 70).await, None);
        assert!(stands(&site, &first).await);

        let second = take(&site, "b", 40, 70).await.unwrap();
        assert_eq!(second.epoch, 2);
        assert!(!stands(&site, &first).await, "the old holder slept through its lease");
        assert!(stands(&site, &second).await);
        assert_eq!(take(&site, "a", 41, 80).await, None);

        let old = first.clone();
        site.write(move |tx| link_lease::release(tx, &old, at(42))).await;
        assert!(stands(&site, &second).await, "nobody gives back what is another's");
        assert_eq!(take(&site, "a", 42, 80).await, None);
        let held = second.clone();
        site.write(move |tx| link_lease::release(tx, &held, at(43))).await;
        let third = take(&site, "a", 43, 80).await.unwrap();
        assert_eq!(third.epoch, 3);
        assert!(!stands(&site, &second).await);
        assert!(!stands(&site, &first).await, "the holder is the same, the lease is not");
        assert!(stands(&site, &third).await);
    });
}

async fn lapse_all(storage: &Storage, now: i64) {
    let lapse = move |session: &mut Session<'_>| link_lease::lapse_all(session, at(now));
    let lapsed: Result<(), StorageError> = storage.write_installation(lapse).await;
    lapsed.unwrap();
}

#[test]
fn a_lease_whose_holder_is_gone_can_be_ended_by_anyone() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let other = Site::numbered(storage.clone(), 2).await;
        let first = take(&site, "a", 0, 30).await.unwrap();
        take(&other, "a", 0, 30).await.unwrap();
        lapse_all(&storage, 5).await;
        assert!(stands(&site, &first).await, "until another has it");
        assert_eq!(take(&site, "b", 5, 40).await.unwrap().epoch, 2);
        assert_eq!(take(&other, "b", 5, 40).await.unwrap().epoch, 2, "of every tenant");
        assert!(!stands(&site, &first).await);
        lapse_all(&storage, 50).await;
        assert_eq!(take(&site, "b", 41, 60).await.unwrap().epoch, 2);
    });
}

#[test]
fn leases_of_others_are_told_while_they_last() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        let others = async |holder: &'static str, now| {
            site.read(move |tx| link_lease::list_of_others(tx, holder, at(now))).await
        };
        assert_eq!(others("b", 0).await, []);
        take(&site, "a", 0, 30).await.unwrap();
        assert_eq!(others("a", 10).await, []);
        assert_eq!(others("b", 10).await, [Site::LINK]);
        assert_eq!(others("b", 30).await, []);
        let stranger = Site::numbered(storage, 2).await;
        let seen = stranger.read(|tx| link_lease::list_of_others(tx, "b", at(10))).await;
        assert_eq!(seen, [], "another tenant's");
    });
}

#[test]
fn of_twenty_who_reach_for_a_lease_one_gets_it() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        for epoch in 1..=3_i64 {
            let takers: Vec<_> = (0..20)
                .map(|number| {
                    let site = site.clone();
                    tokio::spawn(async move {
                        let holder = format!("worker {epoch}.{number}");
                        let now = epoch * 100;
                        site.write(move |tx| {
                            link_lease::take(tx, Site::LINK, &holder, at(now), at(now + 50))
                        })
                        .await
                    })
                })
                .collect();
            let mut taken = Vec::new();
            for taker in takers {
                taken.extend(taker.await.unwrap());
            }
            assert_eq!(taken.len(), 1, "{taken:?}");
            assert_eq!(taken[0].epoch, epoch);
        }
    });
}
