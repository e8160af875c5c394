//! The order of people in memory equals the order in the database, whatever came and went.

use rollcall_domain::EmployeeId;
use rollcall_storage::{
    Database, Storage, StorageError, Tx, directory::identity_link, scim::scim_person,
};

use crate::database::{on_each_database, on_sqlite};
use crate::site::{Site, at, identity, person};

const PEOPLE: u32 = 40;

/// A small generator of numbers that look random, the same ones in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from((self.0 >> 33) % u64::from(end)).expect("it is below a u32")
    }
}

/// Lets a person join, leave or come back.
fn step(tx: &mut Tx<'_>, number: u32) -> Result<(), StorageError> {
    let id = person(number).id;
    let Some(mut link) = identity_link::get(tx, Site::SOURCE, id)? else {
        return identity_link::insert(tx, &identity(&person(number)));
    };
    link.hidden_at = if link.hidden_at.is_some() { None } else { Some(at(1)) };
    identity_link::save(tx, &link)?;
    identity_link::note_step(tx, &link);
    Ok(())
}

async fn order(site: &Site) -> Vec<EmployeeId> {
    site.read(|tx| scim_person::order(tx, Site::CONNECTION)).await
}

async fn keep(site: &Site) {
    let memberships = site.storage.signals().memberships();
    let steps = memberships.steps();
    memberships.keep(site.tenant, Site::SOURCE, order(site).await, steps);
}

fn page(site: &Site, offset: usize, count: usize) -> Option<(usize, Vec<EmployeeId>)> {
    let memberships = site.storage.signals().memberships();
    let page = memberships.page(site.tenant, Site::SOURCE, offset, count);
    page.map(|page| (page.total, page.people))
}

#[test]
fn pages_equal_the_database_after_any_joins_and_leaves() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert((0..PEOPLE).map(person).collect()).await;
        assert_eq!(page(&site, 0, 9), None, "nobody asked for it yet");
        keep(&site).await;
        let mut numbers = Numbers(7);
        for round in 0..60 {
            let batch: Vec<u32> = (0..=numbers.below(4)).map(|_| numbers.below(PEOPLE)).collect();
            let fails = round % 7 == 0;
            let result = site
                .try_write(move |tx| {
                    batch.iter().try_for_each(|number| step(tx, *number))?;
                    if fails { Err(StorageError::Duplicate) } else { Ok(()) }
                })
                .await;
            assert_eq!(result.is_err(), fails);
            let order = order(&site).await;
            assert_eq!(page(&site, 0, 100), Some((order.len(), order.clone())));
            let some: Vec<_> = order.iter().skip(3).take(4).copied().collect();
            assert_eq!(page(&site, 3, 4), Some((order.len(), some)));
        }
    });
}

#[test]
fn pages_equal_the_database_after_concurrent_joins_and_leaves() {
    on_sqlite(async |path| {
        let site = Site::new(Storage::open(&Database::Sqlite(path)).await.unwrap()).await;
        site.insert((0..PEOPLE).map(person).collect()).await;
        let writers: Vec<_> = (0..8)
            .map(|seed| {
                let site = site.clone();
                tokio::spawn(async move {
                    let mut numbers = Numbers(seed);
                    for _ in 0..50 {
                        let number = numbers.below(PEOPLE);
                        site.write(move |tx| step(tx, number)).await;
                        keep(&site).await;
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        keep(&site).await;
        let order = order(&site).await;
        assert_eq!(page(&site, 0, 100), Some((order.len(), order)));
    });
}
