//! Databases that live as long as one test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use rollcall_storage::Database;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::NoTls;

use crate::hub::Hub;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Runs a check on a hub with nobody in it, on a database of each kind.
pub(crate) fn on_each_database(check: impl AsyncFn(&Hub)) {
    on_sqlite(async |path| check(&Hub::start(Database::Sqlite(path)).await).await);
    on_postgres(check);
}

/// Runs a check on a hub on PostgreSQL, where there is one.
#[expect(clippy::needless_pass_by_value, reason = "a closure that is written where it is passed")]
pub(crate) fn on_postgres(check: impl AsyncFn(&Hub)) {
    let Ok(server) = std::env::var("ROLLCALL_TEST_POSTGRES") else {
        println!("PostgreSQL: skipped, ROLLCALL_TEST_POSTGRES is not set");
        return;
    };
    let server = Server::new(server);
    println!("PostgreSQL: {}", server.database);
    runtime().block_on(async {
        check(&Hub::start(Database::Postgres(server.url().into())).await).await;
    });
}

/// Runs a check on the path of a file that is not there yet.
pub(crate) fn on_sqlite(check: impl AsyncFn(PathBuf)) {
    let folder = Folder::new();
    println!("SQLite: {}", folder.0.display());
    runtime().block_on(check(folder.0.join("rollcall.db")));
}

/// A statement beside the hub, for what no use case does.
pub(crate) async fn execute(database: &Database, sql: &str) {
    match database {
        Database::Sqlite(path) => {
            let connection = rusqlite::Connection::open(path).expect("the file opens");
            connection.execute_batch(sql).expect("SQLite takes the statement");
        }
        Database::Postgres(url) => {
            use secrecy::ExposeSecret;
            run(url.expose_secret(), sql).await.expect("PostgreSQL takes the statement");
        }
    }
}

async fn run(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let result = client.batch_execute(sql).await;
    connection.abort();
    result
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}

fn unique_name() -> String {
    format!("rollcall_api_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A temporary folder.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
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
        server.run(&format!("drop database if exists {} with (force)", server.database));
        server.run(&format!("create database {}", server.database));
        server
    }

    fn url(&self) -> String {
        let (address, _) = self.server.rsplit_once('/').expect("the address names a database");
        format!("{address}/{}", self.database)
    }

    fn run(&self, sql: &str) {
        if let Err(error) = runtime().block_on(run(&self.server, sql)) {
            println!("{sql}: {error:?}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run(&format!("drop database if exists {} with (force)", self.database));
    }
}
