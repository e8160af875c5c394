//! What can happen to a file: another process holds it, writes to it, or the disk is full.

use std::path::Path;

use rollcall_domain::user_name::UserName;
use rollcall_storage::directory::employee::{self, UserNameState};
use rollcall_storage::{Database, Storage, StorageError, directory::roster};

use rollcall_test_database::SmallDisk;

use crate::database::on_sqlite;
use crate::site::{Site, at, employee_id, person};

async fn open(path: &Path) -> Site {
    Site::new(Storage::open(&Database::Sqlite(path.into())).await.unwrap()).await
}

#[test]
fn a_locked_file_is_refused_to_all_who_wait_and_taken_again_afterwards() {
    on_sqlite(async |path| {
        let site = open(&path).await;
        let other = rusqlite::Connection::open(&path).unwrap();
        other.execute_batch("begin immediate").unwrap();
        let waiting: Vec<_> = (0..10)
            .map(|number| {
                let site = site.clone();
                tokio::spawn(async move {
                    site.try_write(move |tx| {
                        rollcall_storage::directory::employee::insert(tx, &person(number))
                    })
                    .await
                })
            })
            .collect();
        // Ten that waited for two seconds each, one after another, would take twenty.
        let began = std::time::Instant::now();
        for write in waiting {
            let refusal = write.await.unwrap().unwrap_err();
            assert!(matches!(refusal, StorageError::Unavailable { .. }), "{refusal:?}");
            assert_eq!(
                refusal.to_string(),
                "the database cannot take this now: the database is locked by another process"
            );
        }
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
        assert_eq!(site.read(roster::totals).await, (0, 0), "reads go on");
        other.execute_batch("rollback").unwrap();
        site.insert(vec![person(1)]).await;
        assert_eq!(site.read(roster::totals).await, (1, 1));
    });
}

#[test]
fn a_change_by_another_process_is_noticed() {
    on_sqlite(async |path| {
        let site = open(&path).await;
        site.insert(vec![person(1)]).await;
        let signals = site.storage.signals();
        let memberships = signals.memberships();
        memberships.keep(site.tenant, Site::SOURCE, vec![employee_id(1)], memberships.steps());
        assert!(memberships.page(site.tenant, Site::SOURCE, 0, 1).is_some());
        let (stamp, access) = (signals.stamps().of(employee_id(1)), signals.stamps().access());
        let mut changes = signals.watch();

        let other = Storage::open(&Database::Sqlite(path.clone())).await.unwrap();
        let other = Site { storage: other, tenant: site.tenant };
        other.insert(vec![person(2)]).await;
        let noticed = tokio::time::timeout(std::time::Duration::from_secs(10), changes.recv());
        noticed.await.expect("it is noticed soon").unwrap();
        assert_ne!(signals.stamps().of(employee_id(1)), stamp);
        assert_ne!(signals.stamps().access(), access);
        assert_eq!(memberships.page(site.tenant, Site::SOURCE, 0, 1), None);
        assert_eq!(site.read(roster::totals).await, (2, 2));

        // Its own changes are no other's.
        let before = signals.stamps().access();
        site.insert((10..20).map(person).collect()).await;
        assert_eq!(signals.stamps().access(), before);
    });
}

#[test]
fn a_file_that_is_something_else_is_refused_by_name() {
    on_sqlite(async |path| {
        std::fs::write(
            &path,
            "not a database, but text that is long enough to be looked at. ".repeat(99),
        )
        .unwrap();
        let refusal = Storage::open(&Database::Sqlite(path.clone())).await.err().unwrap();
        assert!(matches!(refusal, StorageError::Unfit(_)), "{refusal:?}");
        assert!(refusal.to_string().contains("rollcall.db is not an SQLite database"), "{refusal}");
        let nowhere = path.join("nowhere/rollcall.db");
        let refusal = Storage::open(&Database::Sqlite(nowhere)).await.err().unwrap();
        assert!(matches!(refusal, StorageError::Unavailable { .. }), "{refusal:?}");
    });
}

#[test]
fn a_report_tells_how_safe_the_data_is() {
    on_sqlite(async |path| {
        let site = open(&path).await;
        let report = site.storage.report().await.unwrap();
        assert_eq!((report.engine, report.durable), ("SQLite", true));
        assert_eq!(report.durability, "synchronous = full, journal_mode = wal");
        assert!(report.size_bytes > 4_096);
        assert!(site.storage.is_sole_writer());
    });
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_what_is_made() {
    use std::os::unix::fs::PermissionsExt;
    on_sqlite(async |path| {
        let site = open(&path).await;
        site.insert(vec![person(1)]).await;
        for name in ["rollcall.db", "rollcall.db-wal", "rollcall.db-shm"] {
            let mode = path.with_file_name(name).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
        }
    });
}

#[test]
fn a_full_disk_is_refused_aloud_and_writing_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::mount() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let site = open(&disk.path().join("rollcall.db")).await;
        let ballast = disk.path().join("ballast");
        std::fs::write(&ballast, vec![1_u8; 1 << 19]).unwrap();
        let mut kept = 0;
        let refusal = loop {
            let page: Vec<_> = (kept * 50..(kept + 1) * 50).map(person).collect();
            let write = site.try_write(move |tx| {
                page.iter().try_for_each(|person| {
                    rollcall_storage::directory::employee::insert(tx, person)
                })
            });
            match write.await {
                Ok(()) => kept += 1,
                Err(refusal) => break refusal,
            }
            assert!(kept < 1_000, "the disk is never full");
        };
        assert!(matches!(refusal, StorageError::Unavailable { .. }), "{refusal:?}");
        assert!(refusal.to_string().contains("disk is full"), "{refusal}");
        let people = i64::from(kept) * 50;
        assert_eq!(site.read(roster::totals).await, (people, people), "reads go on");
        std::fs::remove_file(&ballast).unwrap();
        site.insert(vec![person(999_999)]).await;
        assert_eq!(site.read(roster::totals).await, (people + 1, people + 1));
        site.write(|tx| rollcall_storage::wfm::outbox::mark(tx, Site::LINK, employee_id(1), at(0)))
            .await;
    });
    drop(runtime);
}

#[test]
fn a_change_that_nobody_waits_for_may_hold_the_database_last() {
    on_sqlite(async |path| {
        let site = open(&path).await;
        let (go, gate) = std::sync::mpsc::channel::<()>();
        let (hold, held) = std::sync::mpsc::channel::<std::thread::Result<()>>();
        let own = site.storage.clone();
        // Dropped after `own`, in whichever thread that is: it tells whether that thread is panicking.
        let witness = Witness(hold);
        let abandoned = {
            let (storage, tenant) = (site.storage.clone(), site.tenant);
            async move {
                let work = move |_: &mut rollcall_storage::Tx<'_>| {
                    let _kept = (&own, &witness);
                    let _ = gate.recv();
                    Ok::<_, StorageError>(())
                };
                storage.write(tenant, work).await
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_millis(50), abandoned).await;
        assert!(waited.is_err(), "it waits at the gate");
        drop(site);
        go.send(()).unwrap();
        let ended = held.recv_timeout(std::time::Duration::from_secs(10)).unwrap();
        assert!(ended.is_ok(), "the thread that writes ends in order");
        Storage::open(&Database::Sqlite(path.clone())).await.unwrap();
    });
}

struct Witness(std::sync::mpsc::Sender<std::thread::Result<()>>);

impl Drop for Witness {
    fn drop(&mut self) {
        let outcome: std::thread::Result<()> =
            if std::thread::panicking() { Err(Box::new("it panicked")) } else { Ok(()) };
        let _ = self.0.send(outcome);
    }
}

#[test]
fn whoever_was_kept_by_an_accent_apart_is_found_as_before() {
    on_sqlite(async |path| {
        let site = open(&path).await;
        let apart = UserName::parse("Ju\u{308}rgen@example.com").unwrap();
        let mut jurgen = person(1);
        jurgen.profile.user_name = apart.clone();
        site.insert(vec![jurgen]).await;
        // As it was written before letters were composed.
        let other = rusqlite::Connection::open(&path).unwrap();
        let former = "ju\u{308}rgen@example.com";
        let changed = other.execute("update employee set user_name_key = ?1", [former]).unwrap();
        assert_eq!(changed, 1);
        let name = apart.clone();
        let found = site.read(move |tx| employee::find_by_user_name(tx, &name)).await;
        assert_eq!(found, Some(employee_id(1)));
        let name = apart.clone();
        let asked = site.read(move |tx| employee::ask_user_name(tx, &name)).await;
        assert_eq!(asked, UserNameState::Held(employee_id(1)));
        let composed = UserName::parse("J\u{fc}rgen@example.com").unwrap();
        let ask = composed.clone();
        let found = site.read(move |tx| employee::find_by_user_name(tx, &ask)).await;
        assert_eq!(found, None, "until their name is written again");
        let mut jurgen = person(1);
        jurgen.profile.user_name = apart;
        site.write(move |tx| employee::save(tx, &jurgen)).await;
        let found = site.read(move |tx| employee::find_by_user_name(tx, &composed)).await;
        assert_eq!(found, Some(employee_id(1)));
    });
}
