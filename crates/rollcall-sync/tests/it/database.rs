//! Databases that live as long as one test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use rollcall_storage::{Database, Storage};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::NoTls;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Runs a check on an open, empty database of each kind, at the same time.
pub(crate) fn on_each_database(check: impl AsyncFn(Storage) + Sync) {
    on_each_address(async |database| {
        check(Storage::open(&database).await.expect("the database opens")).await;
    });
}

/// Runs a check on the address of an empty database of each kind.
pub(crate) fn on_each_address(check: impl AsyncFn(Database) + Sync) {
    std::thread::scope(|scope| {
        scope.spawn(|| on_sqlite(&check));
        on_postgres(&check);
    });
}

fn on_sqlite(check: &impl AsyncFn(Database)) {
    let folder = Folder::new();
    println!("SQLite: {}", folder.0.display());
    runtime().block_on(check(Database::Sqlite(folder.0.join("rollcall.db"))));
}

fn on_postgres(check: &impl AsyncFn(Database)) {
    let Ok(server) = std::env::var("ROLLCALL_TEST_POSTGRES") else {
        println!("PostgreSQL: skipped, ROLLCALL_TEST_POSTGRES is not set");
        return;
    };
    let server = Server::new(server);
    println!("PostgreSQL: {}", server.database);
    runtime().block_on(check(Database::Postgres(server.url().into())));
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}

fn unique_name() -> String {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("rollcall_sync_test_{}_{number}", std::process::id())
}

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(unique_name());
        std::fs::create_dir_all(&path).expect("a temporary folder can be made");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            println!("{} stays: {error}", self.0.display());
        }
    }
}

struct Server {
    server: String,
    database: String,
}

impl Server {
    fn new(server: String) -> Self {
        let server = Self { server, database: unique_name() };
        server.run(&format!("create database {}", server.database));
        server
    }

    fn url(&self) -> String {
        let (address, _) = self.server.rsplit_once('/').expect("the address names a database");
        format!("{address}/{}", self.database)
    }

    fn run(&self, sql: &str) {
        let result = runtime().block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.server, NoTls).await?;
            let connection = tokio::spawn(connection);
            let result = client.batch_execute(sql).await;
            connection.abort();
            result
        });
        if let Err(error) = result {
            println!("{sql}: {error:?}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run(&format!("drop database if exists {} with (force)", self.database));
    }
}
