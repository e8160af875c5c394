//! Migrations: done once, by whoever comes first, and not undone by an older version.

use rollcall_storage::{Database, Storage, StorageError, directory::roster};
use tokio_postgres::NoTls;

use crate::database::on_each_address;
use crate::site::{Site, person};

/// Runs statements on a database from outside.
async fn run(database: &Database, sql: &str) {
    use secrecy::ExposeSecret;
    match database {
        Database::Sqlite(path) => {
            rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
        }
        Database::Postgres(url) => {
            let (client, connection) =
                tokio_postgres::connect(url.expose_secret(), NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            client.batch_execute(sql).await.unwrap();
            connection.abort();
        }
    }
}

#[test]
fn a_database_is_opened_again_as_it_was() {
    on_each_address(async |database| {
        let site = Site::new(Storage::open(&database).await.unwrap()).await;
        site.insert(vec![person(1)]).await;
        let tenant = site.tenant;
        drop(site);
        let storage = Storage::open(&database).await.unwrap();
        let again = Site { storage, tenant };
        assert_eq!(again.read(roster::totals).await, (1, 1));
    });
}

#[test]
fn several_may_start_at_once_on_an_empty_database() {
    on_each_address(async |database| {
        let starts: Vec<_> = (0..6)
            .map(|_| {
                let database = database.clone();
                tokio::spawn(async move { Storage::open(&database).await.map(drop) })
            })
            .collect();
        for start in starts {
            start.await.unwrap().unwrap();
        }
    });
}

#[test]
fn a_database_of_a_later_version_is_refused() {
    on_each_address(async |database| {
        drop(Storage::open(&database).await.unwrap());
        run(
            &database,
            "insert into refinery_schema_history (version, name, applied_on, checksum)
             values (999, 'future', '2030-01-01T00:00:00Z', '1')",
        )
        .await;
        let refusal = Storage::open(&database).await.err().unwrap();
        assert!(matches!(refusal, StorageError::Unfit(_)), "{refusal:?}");
        assert!(refusal.to_string().contains("use that one or a newer one"), "{refusal}");
    });
}
