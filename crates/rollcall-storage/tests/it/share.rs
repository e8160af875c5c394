//! One tenant asks for all there is: what is left for another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use rollcall_storage::{Database, Storage, StorageError, Tx, directory::roster};

use crate::database::{on_postgres, on_sqlite};
use crate::site::Site;

/// So many changes of one tenant.
const MANY: usize = 40;

#[test]
fn a_tenant_with_forty_changes_under_way_leaves_connections_to_others() {
    on_postgres(async |url| {
        let storage = Storage::open(&Database::Postgres(url.into())).await.unwrap();
        let greedy = Site::numbered(storage.clone(), 1).await;
        let other = Site::numbered(storage, 2).await;
        let (release, held) = mpsc::channel::<()>();
        let (held, under_way) = (Arc::new(Mutex::new(held)), Arc::new(AtomicUsize::new(0)));
        let changes: Vec<_> = (0..MANY)
            .map(|_| {
                let (greedy, held, under_way) =
                    (greedy.clone(), Arc::clone(&held), Arc::clone(&under_way));
                tokio::spawn(async move {
                    greedy
                        .try_write(move |_: &mut Tx<'_>| {
                            under_way.fetch_add(1, Ordering::Relaxed);
                            // Until the test lets go.
                            let _ = held.lock().unwrap().recv();
                            Ok(())
                        })
                        .await
                })
            })
            .collect();
        let all_under_way = async {
            while under_way.load(Ordering::Relaxed) < 8 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), all_under_way).await.expect("they begin");
        // With all connections taken, each of these would be refused after a wait of five seconds.
        other.insert(vec![crate::site::person(1)]).await;
        assert_eq!(other.read(roster::totals).await, (1, 1));
        drop(release);
        let mut refused = 0;
        for change in changes {
            match change.await.unwrap() {
                Ok(()) => {}
                Err(StorageError::Unavailable { .. }) => refused += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
        assert!(refused < MANY, "those who had a connection are done");
        greedy.insert(vec![crate::site::person(1)]).await;
    });
}

#[test]
fn behind_many_large_changes_of_one_tenant_another_waits_for_few() {
    on_sqlite(async |path| {
        let storage = Storage::open(&Database::Sqlite(path)).await.unwrap();
        let greedy = Site::numbered(storage.clone(), 1).await;
        let other = Site::numbered(storage, 2).await;
        let ran = Arc::new(AtomicUsize::new(0));
        let (release, held) = mpsc::channel::<()>();
        let mut first = Box::pin(greedy.try_write(move |_| {
            let _ = held.recv();
            Ok(())
        }));
        // Each change stands in line as soon as it was asked for.
        assert!((&mut first).now_or_never().is_none());
        let mut changes: Vec<_> = (0..MANY)
            .map(|_| {
                let ran = Arc::clone(&ran);
                Box::pin(greedy.try_write(move |_| {
                    // A large change is work for a while.
                    let begun = Instant::now();
                    while begun.elapsed() < Duration::from_millis(20) {
                        std::hint::spin_loop();
                    }
                    ran.fetch_add(1, Ordering::Relaxed);
                    Ok(())
                }))
            })
            .collect();
        for change in &mut changes {
            assert!(change.now_or_never().is_none());
        }
        let mut small = Box::pin(other.try_write(|tx| {
            rollcall_storage::directory::employee::insert(tx, &crate::site::person(1))
        }));
        assert!((&mut small).now_or_never().is_none());
        drop(release);
        small.await.unwrap();
        let before = ran.load(Ordering::Relaxed);
        assert!(before < MANY / 2, "{before} large changes came before it");
        first.await.unwrap();
        for change in changes {
            change.await.unwrap();
        }
        assert_eq!(ran.load(Ordering::Relaxed), MANY);
    });
}
