//! What a write promises: it is kept or it is not, alone, and whoever is told may rely on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rollcall_domain::{EmployeeId, RunId};
use rollcall_storage::wfm::sync_drift::{self, DriftKind, SyncDrift};
use rollcall_storage::{
    StorageError, Tx, directory::employee, directory::identity_link, directory::roster,
    directory::structure, wfm::outbox,
};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id, identity, person, uuid};

/// A refusal of a use case, as the layers above have them.
#[derive(Debug)]
enum Refusal {
    No,
    Storage(StorageError),
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

fn add(tx: &mut Tx<'_>, number: u32) -> Result<(), StorageError> {
    employee::insert(tx, &person(number))?;
    identity_link::insert(tx, &identity(&person(number)))?;
    outbox::mark(tx, Site::LINK, person(number).id, at(0))
}

#[test]
fn of_many_rows_the_first_that_fails_says_why() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let row = |position: i64| SyncDrift {
            position,
            kind: DriftKind::Stray,
            agent: position.to_string(),
            name: String::new(),
            employee: None,
            detail: String::new(),
        };
        // The second is there already; whatever comes behind it fails only because it did.
        let rows: Vec<_> = std::iter::once(0).chain(0..25).map(row).collect();
        for _ in 0..400 {
            let rows = rows.clone();
            let insert = move |tx: &mut Tx<'_>| sync_drift::insert(tx, RunId::new(uuid(1)), &rows);
            let answer: Result<(), StorageError> = site.storage.write(site.tenant, insert).await;
            assert!(matches!(answer, Err(StorageError::Duplicate)), "{answer:?}");
        }
    });
}

#[test]
fn one_of_sixty_fails_and_the_others_are_kept() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let writes: Vec<_> = (0..60)
            .map(|number| {
                let site = site.clone();
                tokio::spawn(async move {
                    site.storage
                        .write(site.tenant, move |tx| {
                            add(tx, number)?;
                            if number == 30 { Err(Refusal::No) } else { Ok(number) }
                        })
                        .await
                })
            })
            .collect();
        for (number, write) in writes.into_iter().enumerate() {
            match write.await.unwrap() {
                Ok(answer) => assert_eq!(answer as usize, number),
                Err(Refusal::No) => assert_eq!(number, 30),
                Err(Refusal::Storage(error)) => panic!("{error:?}"),
            }
        }
        assert_eq!(site.read(roster::totals).await, (59, 59));
        assert_eq!(site.read(|tx| outbox::count(tx, Site::LINK)).await, 59);
        assert_eq!(site.read(|tx| employee::get(tx, employee_id(30))).await, None);
    });
}

#[test]
fn a_panic_undoes_its_own_changes_only() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        for round in 0..20 {
            let writes: Vec<_> = (0..5)
                .map(|part| {
                    let (site, number) = (site.clone(), round * 5 + part);
                    tokio::spawn(async move {
                        site.try_write(move |tx| {
                            add(tx, number)?;
                            assert!(number % 5 != 2, "a use case that fails on purpose");
                            Ok(())
                        })
                        .await
                    })
                })
                .collect();
            for (part, write) in writes.into_iter().enumerate() {
                let result = write.await.unwrap();
                let panicked = matches!(result, Err(StorageError::Panicked));
                assert_eq!(panicked, part == 2, "{result:?}");
            }
        }
        assert_eq!(site.read(roster::totals).await, (80, 80));
        let read: Result<(), _> =
            site.storage.read(site.tenant, |_: &mut Tx<'_>| panic!("on purpose")).await;
        assert!(matches!(read, Err(StorageError::Panicked)), "{read:?}");
        site.insert(vec![person(999)]).await;
        assert_eq!(site.read(roster::totals).await, (81, 81));
    });
}

#[test]
fn a_swallowed_failure_is_not_kept() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.insert(vec![person(1)]).await;
        let result = site
            .try_write(|tx| {
                employee::insert(tx, &person(2))?;
                // A use case that thinks nothing of a taken name, and goes on.
                let _ = employee::insert(tx, &person(1));
                let _ = employee::insert(tx, &person(3));
                Ok(())
            })
            .await;
        assert!(matches!(result, Err(StorageError::WentOn)), "{result:?}");
        assert_eq!(site.read(roster::totals).await, (1, 1));
    });
}

#[test]
fn a_reader_cannot_write() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let result: Result<(), StorageError> =
            site.storage.read(site.tenant, |tx| employee::insert(tx, &person(1))).await;
        assert!(result.is_err());
        assert_eq!(site.read(roster::totals).await, (0, 0));
    });
}

#[test]
fn a_reader_sees_one_moment() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let (begin, begun) = std::sync::mpsc::channel();
        let (go_on, wait) = std::sync::mpsc::channel();
        let (reader, tenant) = (site.storage.clone(), site.tenant);
        let reader = tokio::spawn(async move {
            reader
                .scan(tenant, move |tx| {
                    let before = roster::totals(tx)?;
                    begin.send(()).expect("the test waits");
                    wait.recv().expect("the test goes on");
                    Ok::<_, StorageError>((before, roster::totals(tx)?))
                })
                .await
        });
        tokio::task::block_in_place(|| begun.recv()).unwrap();
        site.insert(vec![person(1)]).await;
        go_on.send(()).unwrap();
        assert_eq!(reader.await.unwrap().unwrap(), ((0, 0), (0, 0)));
        assert_eq!(site.read(roster::totals).await, (1, 1));
    });
}

#[test]
fn stamps_are_counted_up_before_the_writer_hears() {
    on_each_database(async |storage| {
        let site = Site::new(storage.clone()).await;
        site.insert(vec![person(1)]).await;
        for round in 0..50 {
            let before = storage.signals().stamps().of(employee_id(1));
            let result = site
                .try_write(move |tx| {
                    employee::save(tx, &person(1))?;
                    if round % 5 == 0 { Err(StorageError::Duplicate) } else { Ok(()) }
                })
                .await;
            let after = storage.signals().stamps().of(employee_id(1));
            assert_eq!(result.is_ok(), before != after, "only what is kept counts");
        }
        // Whoever is due is told of, once there is someone.
        site.write(|tx| outbox::mark(tx, Site::LINK, employee_id(1), at(0))).await;
        storage.signals().due().await;
    });
}

#[test]
fn a_use_case_may_run_twice_and_counts_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        let runs = Arc::new(AtomicU32::new(0));
        let writes: Vec<_> = (0..40)
            .map(|number| {
                let (site, runs) = (site.clone(), Arc::clone(&runs));
                tokio::spawn(async move {
                    site.write(move |tx| {
                        runs.fetch_add(1, Ordering::Relaxed);
                        let mut person = person(number);
                        person.agent_number = structure::take_agent_number(tx, Site::UNIT)?;
                        employee::insert(tx, &person)?;
                        Ok(person.id)
                    })
                    .await
                })
            })
            .collect();
        let mut ids: Vec<EmployeeId> = Vec::new();
        for write in writes {
            ids.push(write.await.unwrap());
        }
        assert!(runs.load(Ordering::Relaxed) >= 40);
        assert_eq!(site.read(roster::totals).await, (40, 40));
        assert_eq!(site.write(|tx| structure::take_agent_number(tx, Site::UNIT)).await.0, 1_040);
    });
}
