//! Hubs on databases that live as long as one test.

use std::path::PathBuf;

use rollcall_storage::Database;
use rollcall_test_database::{Folder, PostgresDatabase, runtime};

use crate::hub::Hub;

/// Runs a check on a hub with nobody in it, on a database of each kind.
pub(crate) fn on_each_database(check: impl AsyncFn(&Hub)) {
    on_sqlite(async |path| check(&Hub::start(Database::Sqlite(path)).await).await);
    on_postgres(check);
}

/// Runs a check on a hub on PostgreSQL, where there is one.
#[expect(clippy::needless_pass_by_value, reason = "a closure that is written where it is passed")]
pub(crate) fn on_postgres(check: impl AsyncFn(&Hub)) {
    if let Some(database) = PostgresDatabase::create() {
        runtime().block_on(async {
            check(&Hub::start(Database::Postgres(database.url().into())).await).await;
        });
    }
}

/// Runs a check on the path of a file that is not there yet.
pub(crate) fn on_sqlite(check: impl AsyncFn(PathBuf)) {
    let folder = Folder::new();
    runtime().block_on(check(folder.path().join("rollcall.db")));
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
            let done = PostgresDatabase::execute(url.expose_secret(), sql).await;
            done.expect("PostgreSQL takes the statement");
        }
    }
}
