//! A database of a test's own, gone with it.

use anyhow::{Context as _, Result};
use rollcall_storage::Database;
use rollcall_test_database::{Folder, PostgresDatabase};

/// Which database a hub stores in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file in a temporary folder.
    #[default]
    Sqlite,
    /// A database on the server that `ROLLCALL_TEST_POSTGRES` names.
    Postgres,
}

/// A database that lives as long as this value.
pub(crate) enum TestDatabase {
    Sqlite(Folder),
    Postgres(PostgresDatabase),
}

impl TestDatabase {
    pub(crate) fn create(kind: DatabaseKind) -> Result<Self> {
        Ok(match kind {
            DatabaseKind::Sqlite => Self::Sqlite(Folder::new()),
            DatabaseKind::Postgres => {
                let database = PostgresDatabase::create();
                Self::Postgres(database.context("ROLLCALL_TEST_POSTGRES is not set")?)
            }
        })
    }

    pub(crate) fn address(&self) -> Database {
        match self {
            Self::Sqlite(folder) => Database::Sqlite(folder.path().join("rollcall.db")),
            Self::Postgres(database) => Database::Postgres(database.url().into()),
        }
    }
}

impl DatabaseKind {
    /// Those that can be had here: PostgreSQL only where the environment names a server.
    #[must_use]
    pub fn present() -> Vec<Self> {
        let mut all = vec![Self::Sqlite];
        if std::env::var("ROLLCALL_TEST_POSTGRES").is_ok() {
            all.push(Self::Postgres);
        }
        all
    }
}
