//! A database of a test's own, gone with it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result, ensure};
use rollcall_storage::Database;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Which database a hub stores in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file in a temporary folder.
    #[default]
    Sqlite,
    /// A database on the server that `ROLLCALL_TEST_POSTGRES` names.
    Postgres,
}

impl DatabaseKind {
    /// Those that can be had here: PostgreSQL only where the environment names a server.
    #[must_use]
    pub fn present() -> Vec<Self> {
        let mut all = vec![Self::Sqlite];
        if server().is_ok() {
            all.push(Self::Postgres);
        }
        all
    }
}

/// A database that lives as long as this value.
pub(crate) enum TestDatabase {
    Sqlite(PathBuf),
    Postgres { server: String, name: String },
}

impl TestDatabase {
    pub(crate) fn create(kind: DatabaseKind) -> Result<Self> {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("rollcall_hub_{}_{count}", std::process::id());
        match kind {
            DatabaseKind::Sqlite => {
                let folder = std::env::temp_dir().join(name);
                std::fs::create_dir_all(&folder)
                    .with_context(|| format!("{} cannot be made", folder.display()))?;
                Ok(Self::Sqlite(folder))
            }
            DatabaseKind::Postgres => {
                let server = server()?;
                client("dropdb", &server, &["--if-exists", "--force", &name])?;
                client("createdb", &server, &[&name])?;
                Ok(Self::Postgres { server, name })
            }
        }
    }

    pub(crate) fn address(&self) -> Result<Database> {
        match self {
            Self::Sqlite(folder) => Ok(Database::Sqlite(folder.join("rollcall.db"))),
            Self::Postgres { server, name } => {
                let (address, _) = server
                    .rsplit_once('/')
                    .context("ROLLCALL_TEST_POSTGRES does not end in the name of a database")?;
                Ok(Database::Postgres(format!("{address}/{name}").into()))
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let gone = match self {
            Self::Sqlite(folder) => std::fs::remove_dir_all(folder).map_err(Into::into),
            Self::Postgres { server, name } => client("dropdb", server, &["--force", name]),
        };
        if let Err(error) = gone {
            eprintln!("a test's database stays: {error:#}");
        }
    }
}

fn server() -> Result<String> {
    std::env::var("ROLLCALL_TEST_POSTGRES").context("ROLLCALL_TEST_POSTGRES is not set")
}

/// Runs one of PostgreSQL's own client programs: SQL is not spoken outside of storage.
fn client(program: &str, server: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program)
        .arg("--maintenance-db")
        .arg(server)
        .args(arguments)
        .output()
        .with_context(|| format!("{program} cannot be started; install PostgreSQL's client"))?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
