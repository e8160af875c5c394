//! A PostgreSQL server for one run: a fresh cluster in a temporary folder, on a free port of loopback.
//!
//! PostgreSQL refuses to run as root, so there it runs as the `postgres` user that Debian's package makes.
//! `fsync` stays on: what the tests prove about durability has to be true of it.

use crate::folder::TemporaryFolder;
use crate::process::{self, Server};
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long the server may take until it accepts connections.
const START_LIMIT: Duration = Duration::from_secs(60);

const SETTINGS: &[&str] =
    &["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on", "max_connections=200"];

/// A running PostgreSQL server. Dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    // Fields are dropped in this order: the server ends before its folder goes.
    server: Server,
    folder: TemporaryFolder,
    port: u16,
}

impl Postgres {
    /// Makes a cluster, starts it and waits until it answers.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = TemporaryFolder::create("postgres")?;
        let account = Account::find()?;
        account.own(folder.path())?;
        let data = folder.path().join("data");
        process::run(
            account
                .command(&programs.join("initdb"), folder.path())
                .arg("--pgdata")
                .arg(&data)
                .args([
                    "--username=postgres",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--no-locale",
                    "--no-sync",
                ])
                .stdout(Stdio::null()),
        )?;
        let port = process::free_port()?;
        let mut command = account.command(&programs.join("postgres"), folder.path());
        command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let log = std::fs::File::create(folder.path().join("log"))?;
        let server = Server::start("PostgreSQL", command.stderr(log).stdout(Stdio::null()))?;
        let mut postgres = Self { server, folder, port };
        postgres.wait(&programs)?;
        Ok(postgres)
    }

    /// Where tests find it, for `ROLLCALL_TEST_POSTGRES`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Makes an empty database, in place of one of that name, and gives its address.
    pub(crate) fn create_database(&self, name: &str) -> Result<String> {
        Self::execute(&self.url(), &format!("drop database if exists {name} with (force)"))?;
        Self::execute(&self.url(), &format!("create database {name}"))?;
        Ok(format!("postgres://postgres@127.0.0.1:{}/{name}", self.port))
    }

    /// Runs one statement on a database.
    pub(crate) fn execute(url: &str, statement: &str) -> Result<()> {
        let mut command = Command::new(programs()?.join("psql"));
        command.args(["--no-psqlrc", "--quiet", "--dbname", url, "--command", statement]);
        command.env("PGOPTIONS", "--client-min-messages=warning");
        process::run(&mut command)
    }

    /// Asks a database for one value.
    pub(crate) fn ask(url: &str, query: &str) -> Result<String> {
        let mut command = Command::new(programs()?.join("psql"));
        process::read(command.args(["--no-psqlrc", "-tA", "--dbname", url, "--command", query]))
    }

    fn wait(&mut self, programs: &Path) -> Result<()> {
        let port = self.port.to_string();
        let server = &mut self.server;
        let ready = process::wait_for("PostgreSQL accepts connections", START_LIMIT, || {
            server.ensure_alive()?;
            let mut probe = Command::new(programs.join("pg_isready"));
            let status = probe.args(["-q", "-h", "127.0.0.1", "-p", &port]).status()?;
            Ok(status.success().then_some(()))
        });
        ready.with_context(|| {
            std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
        })
    }
}

/// The account that PostgreSQL runs under.
enum Account {
    /// This one: it is not root.
    Own,
    /// The `postgres` user, since this one is root.
    Postgres,
}

impl Account {
    fn find() -> Result<Self> {
        if process::read(Command::new("id").arg("-u"))?.trim() != "0" {
            return Ok(Self::Own);
        }
        let known = Command::new("id").arg("postgres").stdout(Stdio::null()).status()?.success();
        ensure!(known, "PostgreSQL does not run as root, and there is no user called postgres");
        Ok(Self::Postgres)
    }

    fn own(&self, folder: &Path) -> Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Postgres => process::run(Command::new("chown").arg("postgres").arg(folder)),
        }
    }

    /// A program under this account that ends with the task.
    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = match self {
            Self::Own => process::tied(program),
            Self::Postgres => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
                command.args(["--pdeathsig", "TERM", "--"]).arg(program);
                command
            }
        };
        command.current_dir(folder);
        command
    }
}

/// The folder with `initdb` and `postgres`: on the path, or where Debian keeps the newest version.
fn programs() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let complete = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready", "psql"].iter().all(|name| folder.join(name).is_file())
    };
    if let Some(folder) = std::env::split_paths(&path).find(complete) {
        return Ok(folder);
    }
    let mut versions: Vec<(u32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten() {
        let folder = entry?.path();
        let version =
            folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        versions.extend(version.map(|version| (version, folder.join("bin"))));
    }
    versions.retain(|(_, folder)| complete(folder));
    match versions.into_iter().max() {
        Some((_, folder)) => Ok(folder),
        None => bail!("PostgreSQL is not installed: run `./x test`, or apt-get install postgresql"),
    }
}
