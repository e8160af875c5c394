//! Databases that live as long as one test.

use rollcall_storage::{Database, Storage};
use rollcall_test_database::{Folder, PostgresDatabase, runtime};

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
    runtime().block_on(check(Database::Sqlite(folder.path().join("rollcall.db"))));
}

fn on_postgres(check: &impl AsyncFn(Database)) {
    if let Some(database) = PostgresDatabase::create() {
        runtime().block_on(check(Database::Postgres(database.url().into())));
    }
}
