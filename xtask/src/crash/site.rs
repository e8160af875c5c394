//! The installation that is killed: a hub on a configuration file, and a simulated WFM that survives it.

use super::Database;
use super::checker::{Agent, Held};
use super::writer::held_of;
use crate::folder::TemporaryFolder;
use crate::hub::Door;
use crate::process::{self, Server};
use crate::{http, workspace};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long a hub or simulator may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(30);

/// People asked for at a time when the hub's list is read.
const PAGE: usize = 500;

/// A hub that can be started and killed, and what stays: its database and the simulated WFM.
pub(crate) struct Site {
    // Dropped in this order: the servers end before their folder goes.
    hub: Option<Server>,
    _iex: Server,
    folder: TemporaryFolder,
    binary: PathBuf,
    base_url: String,
    token: String,
    iex_url: String,
}

impl Site {
    /// Sets an installation up; the hub is not yet running.
    pub(crate) fn prepare(binary: &Path, database: &Database<'_>) -> Result<Self> {
        let folder = TemporaryFolder::create("crash")?;
        let (hub_port, iex_port) = (process::free_port()?, process::free_port()?);
        let iex = start_iex(binary, iex_port)?;
        let iex_url = format!("http://127.0.0.1:{iex_port}");
        let config = folder.path().join("rollcall.toml");
        std::fs::write(&config, configuration(&folder, hub_port, database)?)?;
        let token = set_up(binary, &config, &iex_url)?;
        let base_url = format!("http://127.0.0.1:{hub_port}/scim/v2");
        Ok(Self {
            hub: None,
            _iex: iex,
            folder,
            binary: binary.to_path_buf(),
            base_url,
            token,
            iex_url,
        })
    }

    /// The SCIM door of the hub.
    pub(crate) fn door(&self) -> Result<Door> {
        Ok(Door { base_url: self.base_url.clone(), token: self.token.clone() })
    }

    /// Where a writer keeps its journal: it stays after the run, to look into.
    pub(crate) fn journal(&self, database: &str, writer: usize) -> Result<PathBuf> {
        let folder = workspace::root().join("target/crash");
        std::fs::create_dir_all(&folder)?;
        Ok(folder.join(format!("{}-{writer}.jsonl", database.to_lowercase())))
    }

    /// Starts the hub and waits until it answers.
    pub(crate) fn start_hub(&mut self) -> Result<()> {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("hub.log"))?;
        let mut command = process::tied(&self.binary);
        command.arg("serve").arg("--config").arg(self.folder.path().join("rollcall.toml"));
        let mut hub = Server::start("the hub", command.stdout(Stdio::null()).stderr(log))?;
        let url = format!("{}/ServiceProviderConfig", self.base_url);
        process::wait_for("the hub answers", START_LIMIT, || {
            hub.ensure_alive()?;
            let answer = http::send("GET", &url, &self.token, None).ok();
            Ok(answer.filter(|answer| answer.status == 200))
        })?;
        self.hub = Some(hub);
        Ok(())
    }

    /// Ends the hub with SIGKILL.
    pub(crate) fn kill_hub(&mut self) -> Result<()> {
        self.hub.take().context("the hub does not run")?.kill()
    }

    /// Everybody the hub lists over SCIM.
    pub(crate) fn held(&self) -> Result<Vec<Held>> {
        let mut held: Vec<Held> = Vec::new();
        loop {
            let url = format!("{}/Users?startIndex={}&count={PAGE}", self.base_url, held.len() + 1);
            let answer = http::send("GET", &url, &self.token, None)?;
            ensure!(answer.status == 200, "GET {url}: {}: {}", answer.status, answer.json);
            let users = answer
                .json
                .get("Resources")
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice);
            if users.is_empty() {
                return Ok(held);
            }
            for user in users {
                held.push(held_of(user).with_context(|| format!("not as written: {user}"))?);
            }
        }
    }

    /// Every agent in the simulated WFM, doubles included.
    pub(crate) fn agents(&self) -> Result<Vec<Agent>> {
        let answer = http::send("GET", &format!("{}/_control/agents", self.iex_url), "", None)?;
        let agents = answer
            .json
            .get("agents")
            .and_then(Value::as_array)
            .context("the WFM lists no agents")?;
        let agent = |json: &Value| {
            let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
            Some(Agent {
                external_id: text("externalId")?,
                first_name: text("firstName")?,
                mu: text("mu")?,
            })
        };
        let read =
            agents.iter().map(|json| agent(json).with_context(|| format!("not an agent: {json}")));
        read.collect()
    }
}

/// The hub's configuration. Loopback has to be allowed: the simulated WFM is there.
fn configuration(folder: &TemporaryFolder, port: u16, database: &Database<'_>) -> Result<String> {
    let data = folder.path().join("data");
    let mut text = format!("listen = \"127.0.0.1:{port}\"\ndata_dir = \"{}\"\n", data.display());
    text.push_str("[outbound]\nallow_loopback = true\n");
    if let Database::Postgres(postgres) = database {
        text.push_str(&format!("[database]\nurl = \"{}\"\n", postgres.create_database("crash")?));
    }
    Ok(text)
}

/// The simulated WFM, in a process of its own: it survives the kills.
fn start_iex(binary: &Path, port: u16) -> Result<Server> {
    let mut command = process::tied(binary);
    command.args(["simulate", "iex", "--listen", &format!("127.0.0.1:{port}")]);
    let mut iex =
        Server::start("the simulated WFM", command.stdout(Stdio::null()).stderr(Stdio::null()))?;
    process::wait_for("the simulated WFM answers", START_LIMIT, || {
        iex.ensure_alive()?;
        let url = format!("http://127.0.0.1:{port}/_control/stats");
        Ok(http::send("GET", &url, "", None).ok().filter(|answer| answer.status == 200))
    })?;
    Ok(iex)
}

/// A tenant with a SCIM connection and a WFM link; gives the connection's token.
fn set_up(binary: &Path, config: &Path, iex_url: &str) -> Result<String> {
    let command = |arguments: &[&str]| {
        let mut command = Command::new(binary);
        process::read(command.args(arguments).arg("--config").arg(config))
    };
    command(&["tenant", "create", "crash"])?;
    command(&["wfm-link", "create", "crash", "--url", iex_url])?;
    Ok(command(&["scim-token", "create", "crash"])?.trim().to_owned())
}
