//! Storage that cannot take a change now: the client is told to come back, and can.

use std::time::Duration;

use rollcall_storage::Database;
use rollcall_test_database::{SmallDisk, runtime};
use rusqlite::Connection;
use serde_json::json;

use crate::database::{execute, on_postgres, on_sqlite};
use crate::door::person;
use crate::hub::Hub;

#[test]
fn a_locked_file_is_answered_by_come_back_later() {
    on_sqlite(async |path| {
        let hub = Hub::start(Database::Sqlite(path.clone())).await;
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        let before = door.trace().await;

        let other = Connection::open(&path).expect("the file opens");
        other.busy_timeout(Duration::from_secs(5)).expect("it waits");
        other.execute_batch("begin immediate").expect("the lock is had");
        let off = json!([{"op": "replace", "path": "active", "value": false}]);
        let ben = person("ben");
        let refused = tokio::join!(
            door.post("/Users", &ben),
            door.patch(&ana, off.clone()),
            door.put(&ana, &ben),
            door.delete(&ana),
        );
        let reading = door.get(&ana).await;
        for answer in [refused.0, refused.1, refused.2, refused.3] {
            answer.refused(503, None);
            let seconds: u64 = answer.header("retry-after").parse().expect("whole seconds");
            assert!((1..=60).contains(&seconds));
        }
        assert_eq!(reading.expect(200).json()["active"], true, "reading goes on");
        other.execute_batch("rollback").expect("the lock is given back");

        assert_eq!(door.trace().await, before);
        assert_eq!(door.get("/Users").await.names(), ["ana@example.com"]);
        assert_eq!(door.patch(&ana, off).await.expect(200).json()["active"], false);
        door.post("/Users", &ben).await.expect(201);
    });
}

#[test]
fn a_full_disk_is_answered_by_come_back_later_and_then_taken() {
    let Some(disk) = SmallDisk::mount() else { return };
    runtime().block_on(async {
        let hub = Hub::start(Database::Sqlite(disk.path().join("rollcall.db"))).await;
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        let ballast = disk.path().join("ballast");
        std::fs::write(&ballast, vec![1_u8; 1 << 19]).expect("there is room for it");

        let mut kept = 1;
        let refused = loop {
            let mut person = person(&format!("person-{kept}"));
            let members = person.as_object_mut().expect("a resource");
            members.insert("title".into(), json!("x".repeat(20_000)));
            let answer = door.post("/Users", &person).await;
            if answer.status != 201 {
                break answer;
            }
            kept += 1;
            assert!(kept < 1_000, "the disk is never full");
        };
        refused.refused(503, None);
        let seconds: u64 = refused.header("retry-after").parse().expect("whole seconds");
        assert!((1..=60).contains(&seconds));
        assert_eq!(door.get("/Users").await.expect(200).json()["totalResults"], kept);
        assert_eq!(door.get(&ana).await.expect(200).json()["active"], true, "reading goes on");

        std::fs::remove_file(&ballast).expect("it goes");
        let off = json!([{"op": "replace", "path": "active", "value": false}]);
        assert_eq!(door.patch(&ana, off).await.expect(200).json()["active"], false);
        door.post("/Users", &person("ben")).await.expect(201);
        assert_eq!(door.get("/Users").await.expect(200).json()["totalResults"], kept + 1);
    });
}

#[test]
fn connections_that_break_are_replaced() {
    on_postgres(async |hub| {
        let door = hub.door("rfc").await;
        let ana = door.create("ana").await;
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()";
        for number in 0..5 {
            execute(&hub.database, cut).await;
            let title = json!([{"op": "replace", "path": "title", "value": number.to_string()}]);
            // As many attempts as there can be broken connections to come across.
            let mut answer = door.patch(&ana, title.clone()).await;
            for _ in 0..64 {
                if answer.status == 200 {
                    break;
                }
                answer.refused(503, None);
                answer = door.patch(&ana, title.clone()).await;
            }
            assert_eq!(answer.expect(200).json()["title"], number.to_string());
            assert_eq!(door.get(&ana).await.expect(200).json()["title"], number.to_string());
        }
    });
}
