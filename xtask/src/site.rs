//! An installation as an operator would make it: a hub on a configuration file, set up by commands, with a
//! simulated WFM in a process of its own that survives the hub.

use crate::folder::TemporaryFolder;
use crate::http;
use crate::hub::Door;
use crate::postgres::Postgres;
use crate::process::{self, Server};
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long a hub or simulator may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(30);

/// The credentials and the ACD ID of the simulated WFM.
const CLIENT: (&str, &str) = ("demo-client", "demo-secret");
const ACD_ID: &str = "4471";

/// A database that the hub can store in.
pub(crate) enum Database<'a> {
    /// A file in the folder of the installation.
    Sqlite,
    /// A fresh database on this server.
    Postgres(&'a Postgres),
}

impl Database<'_> {
    /// What it is called.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// How the simulated WFM finds its agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AgentKey {
    /// A second agent of the same number is impossible.
    Unique,
    /// A batch that was applied but not answered leaves doubles when it is sent again.
    None,
}

/// A hub that can be started, stopped and killed, and what stays: its database and the simulated WFM.
pub(crate) struct Site {
    // Dropped in this order: the servers end before their folder goes.
    hub: Option<Server>,
    iex: Option<Server>,
    folder: TemporaryFolder,
    /// None for SQLite.
    database_url: Option<String>,
    binary: PathBuf,
    /// The SCIM front door.
    pub(crate) door: Door,
    /// Where the simulated WFM is, once it is linked.
    pub(crate) iex_url: String,
}

impl Site {
    /// Makes a tenant with a SCIM connection. Nothing runs yet, and no WFM is linked.
    pub(crate) fn prepare(name: &str, binary: &Path, database: &Database<'_>) -> Result<Self> {
        let folder = TemporaryFolder::create(name)?;
        let port = process::free_port()?;
        let database_url = match database {
            Database::Sqlite => None,
            Database::Postgres(postgres) => {
                Some(postgres.create_database(&name.replace('-', "_"))?)
            }
        };
        let text = configuration(&folder, port, database_url.as_deref());
        std::fs::write(folder.path().join("rollcall.toml"), text)?;
        let base_url = format!("http://127.0.0.1:{port}/scim/v2");
        let mut site = Self {
            hub: None,
            iex: None,
            folder,
            database_url,
            binary: binary.to_path_buf(),
            door: Door { base_url, token: String::new() },
            iex_url: String::new(),
        };
        site.command(&["tenant", "create", name])?;
        site.door.token = site.command(&["scim-token", "create"])?.trim().to_owned();
        Ok(site)
    }

    /// Starts a simulated WFM and links the business unit to it. The hub must not run.
    pub(crate) fn link_wfm(&mut self, key: AgentKey) -> Result<()> {
        self.start_wfm(key)?;
        self.link_unit(ACD_ID, None)
    }

    /// Links a business unit to the simulated WFM, untried, so that it is asked by the hub only; the only unit where
    /// none is named.
    pub(crate) fn link_unit(&self, acd_id: &str, unit: Option<&str>) -> Result<()> {
        let secret = self.folder.path().join("wfm-secret");
        std::fs::write(&secret, CLIENT.1)?;
        let secret = secret.to_string_lossy().into_owned();
        let mut link = vec!["wfm-link", "create", "--acd-id", acd_id, "--url", &self.iex_url];
        link.extend(["--client-id", CLIENT.0, "--client-secret-file", &secret, "--untried"]);
        if let Some(unit) = unit {
            link.extend(["--business-unit", unit]);
        }
        self.command(&link)?;
        Ok(())
    }

    /// Starts a simulated WFM.
    pub(crate) fn start_wfm(&mut self, key: AgentKey) -> Result<()> {
        let port = process::free_port()?;
        let mut command = process::tied(&self.binary);
        command.args(["simulate", "iex", "--listen", &format!("127.0.0.1:{port}")]);
        if key == AgentKey::None {
            // The delay widens the gap between applying and answering, into which kills should fall.
            command.args(["--no-unique-key", "--answer-delay-ms", "100"]);
        }
        let log = File::create(self.folder.path().join("wfm.log"))?;
        let mut iex =
            Server::start("the simulated WFM", command.stdout(Stdio::null()).stderr(log))?;
        self.iex_url = format!("http://127.0.0.1:{port}");
        let url = format!("{}/_control/stats", self.iex_url);
        process::wait_for("the simulated WFM answers", START_LIMIT, || {
            iex.ensure_alive()?;
            Ok(http::send("GET", &url, "", None).ok().filter(|answer| answer.status == 200))
        })?;
        self.iex = Some(iex);
        Ok(())
    }

    /// Starts the hub and waits until it answers.
    pub(crate) fn start_hub(&mut self) -> Result<()> {
        let log =
            File::options().create(true).append(true).open(self.folder.path().join("hub.log"))?;
        let mut command = process::tied(&self.binary);
        command.arg("serve").arg("--config").arg(self.configuration());
        let mut hub = Server::start("the hub", command.stdout(Stdio::null()).stderr(log))?;
        let url = format!("{}/ServiceProviderConfig", self.door.base_url);
        process::wait_for("the hub answers", START_LIMIT, || {
            hub.ensure_alive().with_context(|| self.log_end())?;
            let answer = http::send("GET", &url, &self.door.token, None).ok();
            Ok(answer.filter(|answer| answer.status == 200))
        })?;
        self.hub = Some(hub);
        Ok(())
    }

    /// Ends the hub with SIGKILL.
    pub(crate) fn kill_hub(&mut self) -> Result<()> {
        self.hub.take().context("the hub does not run")?.kill()
    }

    /// Asks the hub to end, and waits.
    pub(crate) fn stop_hub(&mut self) -> Result<()> {
        let stopped = self.hub.take().context("the hub does not run")?.stop();
        stopped.with_context(|| self.log_end())
    }

    /// The hub's process.
    pub(crate) fn hub_pid(&self) -> Result<u32> {
        Ok(self.hub.as_ref().context("the hub does not run")?.pid())
    }

    /// A file in the folder of the installation.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The end of the hub's log.
    pub(crate) fn log_end(&self) -> String {
        let text = std::fs::read_to_string(self.file("hub.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }

    /// Runs statements on the database past the hub, together: to let time pass that nobody wants to wait
    /// for, or to load what nobody wants to wait for. Python speaks for SQLite, which has no server to ask.
    pub(crate) fn alter(&self, statements: &[&str]) -> Result<()> {
        match &self.database_url {
            Some(url) => Postgres::execute(url, &statements.join(";\n")),
            None => {
                let script = "
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
store.execute('begin immediate')
for statement in sys.argv[2:]:
    store.execute(statement)
store.execute('commit')
";
                let mut python = Command::new("python3");
                python.args(["-c", script]).arg(self.file("data/rollcall.db")).args(statements);
                process::run(&mut python)
            }
        }
    }

    /// Asks the database for one number, past the hub.
    pub(crate) fn ask(&self, query: &str) -> Result<u64> {
        let text = match &self.database_url {
            Some(url) => Postgres::ask(url, query)?,
            None => {
                let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=30); \
                              print(c.execute(sys.argv[2]).fetchone()[0])";
                let mut python = Command::new("python3");
                python.args(["-c", script]).arg(self.file("data/rollcall.db")).arg(query);
                process::read(&mut python)?
            }
        };
        text.trim().parse().with_context(|| format!("{query}: {text:?} is no number"))
    }

    /// Which SQL the database speaks where the two differ.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.database_url.is_none()
    }

    /// What the hub logged since its log had so many bytes.
    pub(crate) fn log_since(&self, bytes: usize) -> String {
        let text = std::fs::read_to_string(self.file("hub.log")).unwrap_or_default();
        text.get(bytes..).unwrap_or_default().to_owned()
    }

    /// The latest runs of the WFM link, newest first, as the operator's command prints them.
    pub(crate) fn runs(&self) -> Result<Vec<Value>> {
        let printed = self.command(&["wfm-link", "runs"])?;
        printed.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// Runs an operator's command on this installation; gives what it prints.
    pub(crate) fn command(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(&self.binary);
        process::read(command.args(arguments).arg("--config").arg(self.configuration()))
    }

    fn configuration(&self) -> PathBuf {
        self.file("rollcall.toml")
    }
}

/// The hub's configuration. Loopback has to be allowed: the simulated WFM is there.
fn configuration(folder: &TemporaryFolder, port: u16, database_url: Option<&str>) -> String {
    let data = folder.path().join("data");
    let mut text = format!("listen = \"127.0.0.1:{port}\"\ndata_dir = \"{}\"\n", data.display());
    text.push_str("[outbound]\nallow_loopback = true\n");
    if let Some(url) = database_url {
        text.push_str(&format!("[database]\nurl = \"{url}\"\n"));
    }
    text
}
