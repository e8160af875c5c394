//! What can happen to a server: its connections are cut, or it is not there.

use rollcall_storage::{Database, Storage, StorageError, directory::employee, directory::roster};
use tokio_postgres::NoTls;

use crate::database::on_postgres;
use crate::site::{Site, employee_id, person};

async fn open(url: &str) -> Result<Storage, StorageError> {
    Storage::open(&Database::Postgres(url.into())).await
}

/// Runs statements on the database from outside; answers the first column of the first row.
async fn ask(url: &str, sql: &str) -> i64 {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let answer = client.query_one(sql, &[]).await.unwrap().get(0);
    connection.abort();
    answer
}

const CUT: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()";

#[test]
fn connections_that_were_cut_are_made_again() {
    on_postgres(async |url| {
        let site = Site::new(open(&url).await.unwrap()).await;
        site.insert(vec![person(1)]).await;
        let writes: Vec<_> = (10..20)
            .map(|number| {
                let site = site.clone();
                tokio::spawn(async move { site.insert(vec![person(number)]).await })
            })
            .collect();
        for write in writes {
            write.await.unwrap();
        }
        assert!(ask(&url, CUT).await > 1);
        let mut tries = 0;
        while let Err(error) = site.try_write(|tx| employee::insert(tx, &person(2))).await {
            assert!(matches!(error, StorageError::Unavailable { .. }), "{error:?}");
            tries += 1;
            assert!(tries <= 16, "one refusal for each connection at the most");
        }
        assert_eq!(site.read(roster::totals).await, (12, 12));
    });
}

#[test]
fn a_connection_that_is_cut_within_a_transaction_keeps_nothing_of_it() {
    on_postgres(async |url| {
        let site = Site::new(open(&url).await.unwrap()).await;
        let (runtime, address) = (tokio::runtime::Handle::current(), url.clone());
        let result = site
            .try_write(move |tx| {
                employee::insert(tx, &person(1))?;
                let address = address.clone();
                runtime.block_on(async move { ask(&address, CUT).await });
                employee::insert(tx, &person(2))
            })
            .await;
        assert!(matches!(result, Err(StorageError::Unavailable { .. })), "{result:?}");
        site.insert(vec![person(3)]).await;
        assert_eq!(site.read(roster::totals).await, (1, 1));
        assert!(site.read(|tx| employee::get(tx, employee_id(3))).await.is_some());
    });
}

#[test]
fn no_connection_waits_inside_a_transaction() {
    on_postgres(async |url| {
        let site = Site::new(open(&url).await.unwrap()).await;
        for number in 0..5 {
            let panics = site.try_write::<()>(move |tx| {
                employee::insert(tx, &person(number))?;
                panic!("on purpose")
            });
            assert!(panics.await.is_err());
            let fails = site.try_write(move |tx| {
                employee::insert(tx, &person(number))?;
                employee::insert(tx, &person(number))
            });
            assert!(matches!(fails.await, Err(StorageError::Duplicate)));
            let _: Result<(), _> = site
                .storage
                .read(site.tenant, |tx| {
                    roster::totals(tx)?;
                    Err(StorageError::Duplicate)
                })
                .await;
        }
        let open = "select count(*) from pg_stat_activity
             where datname = current_database() and state like 'idle in transaction%'";
        assert_eq!(ask(&url, open).await, 0);
        assert_eq!(site.read(roster::totals).await, (0, 0));
    });
}

#[test]
fn a_server_that_is_not_there_is_named_with_the_cause() {
    on_postgres(async |_| {
        let refusal = open("postgres://postgres@127.0.0.1:1/x").await.err().unwrap();
        assert!(matches!(refusal, StorageError::Unavailable { .. }), "{refusal:?}");
        assert!(refusal.to_string().contains("refused"), "{refusal}");
        let refusal = open("mysql://nobody").await.err().unwrap();
        assert!(matches!(refusal, StorageError::Unfit(_)), "{refusal:?}");
    });
}

#[test]
fn a_server_that_may_lose_what_it_acknowledged_is_refused() {
    on_postgres(async |url| {
        let forgetful = format!("{url}?options=-c%20synchronous_commit%3Doff");
        let refusal = open(&forgetful).await.err().unwrap();
        assert!(matches!(refusal, StorageError::Unfit(_)), "{refusal:?}");
        let report = open(&url).await.unwrap().report().await.unwrap();
        assert_eq!((report.engine, report.durable), ("PostgreSQL", true));
        assert!(report.server_clock_ms.is_some());
    });
}

#[test]
fn a_server_that_does_not_clear_away_what_was_deleted_is_told_of() {
    on_postgres(async |url| {
        let vacuumed = async |url: &str| open(url).await.unwrap().report().await.unwrap().vacuumed;
        assert!(vacuumed(&url).await);
        // Autovacuum itself is switched for a whole server, and these two in other ways.
        assert!(!vacuumed(&format!("{url}?options=-c%20track_counts%3Doff")).await);
        let switched = async |option: &str| {
            let sql = format!("alter table due_mark set (autovacuum_enabled = {option})");
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            client.batch_execute(&sql).await.unwrap();
            connection.abort();
            vacuumed(&url).await
        };
        assert!(!switched("off").await);
        assert!(switched("on").await);
    });
}
