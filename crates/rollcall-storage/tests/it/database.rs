//! Databases that live as long as one test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use rollcall_storage::{Database, Storage};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::NoTls;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Runs a check on an open, empty database of each kind.
pub(crate) fn on_each_database(check: impl AsyncFn(Storage)) {
    on_each_address(async |database| {
        check(Storage::open(&database).await.expect("the database opens")).await;
    });
}

/// Runs a check on the address of a database of each kind that nobody has opened yet.
pub(crate) fn on_each_address(check: impl AsyncFn(Database)) {
    on_sqlite(async |path| check(Database::Sqlite(path)).await);
    on_postgres(async |url| check(Database::Postgres(url.into())).await);
}

/// Runs a check that makes sense for SQLite only, on the path of a file that is not there yet.
pub(crate) fn on_sqlite(check: impl AsyncFn(PathBuf)) {
    let folder = Folder::new();
    println!("SQLite: {}", folder.0.display());
    runtime().block_on(check(folder.0.join("rollcall.db")));
}

/// Runs a check that makes sense for PostgreSQL only, on the address of an empty database.
pub(crate) fn on_postgres(check: impl AsyncFn(String)) {
    let Ok(server) = std::env::var("ROLLCALL_TEST_POSTGRES") else {
        println!("PostgreSQL: skipped, ROLLCALL_TEST_POSTGRES is not set");
        return;
    };
    let server = Server::new(server);
    println!("PostgreSQL: {}", server.database);
    runtime().block_on(check(server.url()));
}

/// A name that no other test of this or another process has.
pub(crate) fn unique_name() -> String {
    format!("rollcall_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}

/// A temporary folder.
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

/// A database on the server.
struct Server {
    server: String,
    database: String,
}

impl Server {
    fn new(server: String) -> Self {
        let server = Self { server, database: unique_name() };
        let name = &server.database;
        server.run(&format!("drop database if exists {name} with (force)"));
        server.run(&format!("create database {name}"));
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
