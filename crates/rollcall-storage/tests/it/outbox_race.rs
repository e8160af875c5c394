//! The outbox while sixteen writers mark people and a worker settles: nobody is missed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rollcall_domain::EmployeeId;
use rollcall_storage::{directory::roster, wfm::outbox};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, person};

const PEOPLE: u32 = 4_000;
const WRITERS: u32 = 16;

/// Marks every sixteenth person, and some of them twice. The version of a person counts their changes.
async fn change(site: &Site, writer: u32) {
    for number in (writer..PEOPLE).step_by(WRITERS as usize) {
        let times = if number % 5 == 0 { 2 } else { 1 };
        for version in 2..2 + times {
            site.write(move |tx| {
                let mut person = person(number);
                person.version = version;
                rollcall_storage::directory::employee::save(tx, &person)?;
                outbox::mark(tx, Site::LINK, person.id, at(10))
            })
            .await;
        }
    }
}

/// Settles what is due, until the writers are done and nothing is due; answers the versions it saw last.
async fn work(site: &Site, done: &AtomicBool) -> HashMap<EmployeeId, i64> {
    let mut seen = HashMap::new();
    loop {
        let last_round = done.load(Ordering::Acquire);
        let due = site.read(|tx| outbox::list_due(tx, Site::LINK, at(10), 200)).await;
        if due.is_empty() && last_round {
            return seen;
        }
        for due in &due {
            seen.insert(due.employee.id, due.employee.version);
        }
        let marks: Vec<_> = due.iter().map(|due| due.mark).collect();
        site.write(move |tx| outbox::settle(tx, Site::LINK, &marks)).await;
        tokio::task::yield_now().await;
    }
}

#[test]
fn no_change_is_missed_by_a_worker_that_settles_meanwhile() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        for page in 0..4 {
            site.insert((page * 1_000..(page + 1) * 1_000).map(person).collect()).await;
        }
        let done = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let site = site.clone();
                tokio::spawn(async move { change(&site, writer).await })
            })
            .collect();
        let worker = {
            let (site, done) = (site.clone(), Arc::clone(&done));
            tokio::spawn(async move { work(&site, &done).await })
        };
        for writer in writers {
            writer.await.unwrap();
        }
        done.store(true, Ordering::Release);
        let seen = worker.await.unwrap();
        assert_eq!(site.read(roster::totals).await.1, i64::from(PEOPLE));
        for number in 0..PEOPLE {
            let expected = if number % 5 == 0 { 3 } else { 2 };
            assert_eq!(seen.get(&employee_id(number)), Some(&expected), "person {number}");
        }
    });
}
