//! Databases that live as long as one test.

use std::path::PathBuf;

use rollcall_storage::{Database, Storage};
use rollcall_test_database::{Folder, PostgresDatabase, runtime};

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
    runtime().block_on(check(folder.path().join("rollcall.db")));
}

/// Runs a check that makes sense for PostgreSQL only, on the address of an empty database.
pub(crate) fn on_postgres(check: impl AsyncFn(String)) {
    if let Some(database) = PostgresDatabase::create() {
        runtime().block_on(check(database.url()));
    }
}
