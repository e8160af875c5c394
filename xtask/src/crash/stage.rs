//! Where the proof takes place: an installation with three business units, each with a WFM link of its own, and the
//! outside systems in processes that survive the hub.

use crate::http;
use crate::hub::Door;
use crate::process::{self, Server};
use crate::site::{AgentKey, Database, Site};
use anyhow::{Context, Result};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// How long the simulated WFM that reads files may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(30);

/// What a role has to permit for its people to read their schedules.
const SEE_SCHEDULES: &str = "ACD > MAX > Agent Schedule";

/// A business unit of the proof, by how it is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// To the simulated WFM over HTTP. Schedules come from there, and some of its people log in.
    Called,
    /// By files in a folder.
    Filed,
    /// Over HTTP, and held before the first kill: more people left at once than may.
    Held,
}

impl Unit {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Called, Self::Filed, Self::Held];

    /// What the WFM calls it.
    pub(crate) fn acd_id(self) -> &'static str {
        match self {
            Self::Called => "4471",
            Self::Filed => "4472",
            Self::Held => "4473",
        }
    }
}

/// The installation and what is around it.
pub(crate) struct Stage {
    // Dropped in this order: the server ends before its folder, which is in the site's, goes.
    _file_wfm: Server,
    /// The hub and the WFM over HTTP.
    pub(crate) site: Site,
    /// Into which files are put.
    pub(crate) folder: PathBuf,
    /// Where the WFM that reads files tells what it took.
    pub(crate) file_url: String,
    /// The door of the agent API.
    pub(crate) api: Door,
    /// The id of [`Unit::Called`]: agent numbers are unique in a unit only.
    pub(crate) called_unit: String,
    doors: [Door; 3],
}

impl Stage {
    /// Makes everything. The hub does not run.
    pub(crate) fn prepare(binary: &Path, database: &Database<'_>, key: AgentKey) -> Result<Self> {
        let mut site = Site::prepare("crash", binary, database)?;
        site.link_wfm(key)?;
        let units = site.command(&["business-unit", "list"])?;
        let called_unit = units.split_whitespace().next().context("no business unit")?.to_owned();
        let folder = site.file("exchange");
        std::fs::create_dir(&folder)?;
        let (file_wfm, file_url) = start_file_wfm(binary, &site, &folder)?;
        let path = folder.to_string_lossy().into_owned();
        let filed = further_unit(&site, "Filed")?;
        let way = ["--transport", "folder", "--path", &path, "--business-unit", "Filed"];
        let link = ["wfm-link", "create", "--acd-id", Unit::Filed.acd_id()];
        site.command(&[&link[..], &way].concat())?;
        let held = further_unit(&site, "Held")?;
        site.link_unit(Unit::Held.acd_id(), Some("Held"))?;
        site.command(&["role", "permit", "Agent", SEE_SCHEDULES])?;
        let mut token = vec!["api-token", "create", "crash"];
        for scope in ["agent-sessions", "contact-events", "schedules"] {
            token.extend(["--scope", scope]);
        }
        let token = site.command(&token)?.trim().to_owned();
        let base_url = site.door.base_url.trim_end_matches("/scim/v2").to_owned();
        let doors = [site.door.clone(), filed, held];
        let api = Door { base_url, token };
        Ok(Self { _file_wfm: file_wfm, site, folder, file_url, api, called_unit, doors })
    }

    /// The SCIM front door whose people begin in a unit.
    pub(crate) fn door(&self, unit: Unit) -> &Door {
        let [called, filed, held] = &self.doors;
        match unit {
            Unit::Called => called,
            Unit::Filed => filed,
            Unit::Held => held,
        }
    }
}

/// Makes a business unit with a SCIM connection whose people begin there.
fn further_unit(site: &Site, name: &str) -> Result<Door> {
    site.command(&["business-unit", "create", name])?;
    let token = site.command(&["scim-token", "create", "--new", name, "--business-unit", name])?;
    Ok(Door { base_url: site.door.base_url.clone(), token: token.trim().to_owned() })
}

/// It looks often, so that files are taken between two kills.
fn start_file_wfm(binary: &Path, site: &Site, folder: &Path) -> Result<(Server, String)> {
    let address = format!("127.0.0.1:{}", process::free_port()?);
    let mut command = process::tied(binary);
    command.args(["simulate", "wfm-file", "--look-every-ms", "10", "--listen", &address]);
    command.arg("--folder").arg(folder).stdout(Stdio::null());
    let log = File::create(site.file("file-wfm.log"))?;
    let mut server = Server::start("the simulated WFM that reads files", command.stderr(log))?;
    let url = format!("http://{address}");
    let journal = format!("{url}/_control/journal");
    process::wait_for("the simulated WFM that reads files answers", START_LIMIT, || {
        server.ensure_alive().with_context(|| journal.clone())?;
        Ok(http::send("GET", &journal, "", None).ok().filter(|answer| answer.status == 200))
    })?;
    Ok((server, url))
}
