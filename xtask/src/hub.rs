//! Starts the `rollcall` binary for the tasks that need a running hub, and reads where it listens.
//!
//! The one place that knows the options of `rollcall demo` and the shape of its `demo.json`.

use crate::process::{self, Server};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// How long a demo may take until it is ready.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A front door of the hub and the token that opens it.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) base_url: String,
    pub(crate) token: String,
}

/// A running demo: the hub on a folder of its own, the simulated WFM and identity provider beside it.
pub(crate) struct Demo {
    server: Server,
    /// The process id of the hub itself, for its memory.
    pub(crate) hub_pid: u32,
    /// The first SCIM connection, in the words of the RFC.
    pub(crate) scim: Door,
    /// The second one, in Entra's dialect.
    pub(crate) scim_entra: Door,
}

impl Demo {
    /// Starts `rollcall demo` with nobody in it and nothing moving, and waits until all of it is ready.
    pub(crate) fn start(binary: &Path, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let description = folder.join("demo.json");
        if description.exists() {
            std::fs::remove_file(&description)?;
        }
        let log = std::fs::File::create(folder.join("demo.log"))?;
        let listen = format!("127.0.0.1:{}", process::free_port()?);
        let mut command = process::tied(binary);
        command
            .args(["demo", "--still", "--people", "0", "--listen", &listen, "--data"])
            .arg(folder);
        let mut server = Server::start("rollcall demo", command.stdout(Stdio::null()).stderr(log))?;
        let json = process::wait_for("the demo is ready", START_LIMIT, || {
            server.ensure_alive()?;
            let text = std::fs::read_to_string(&description).ok();
            Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
        });
        let json = json.with_context(|| log_end(folder))?;
        Self::read(server, &json).context("demo.json")
    }

    fn read(server: Server, json: &Value) -> Result<Self> {
        let string = |pointer: &str| {
            let value = json.pointer(pointer).and_then(Value::as_str);
            value.map(str::to_owned).with_context(|| format!("{pointer} is missing"))
        };
        let pid =
            json.pointer("/hub/pid").and_then(Value::as_u64).context("/hub/pid is missing")?;
        Ok(Self {
            server,
            hub_pid: u32::try_from(pid)?,
            scim: Door { base_url: string("/scim/base_url")?, token: string("/scim/token")? },
            scim_entra: Door {
                base_url: string("/scim_entra/base_url")?,
                token: string("/scim_entra/token")?,
            },
        })
    }

    /// Asks all of it to end, and waits.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.server.stop()
    }
}

/// The last lines of a demo's log, to say why it did not start.
fn log_end(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join("demo.log")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.len().saturating_sub(20);
    lines.get(start..).unwrap_or_default().join("\n")
}

/// Where cargo puts a binary of this workspace.
pub(crate) fn binary(root: &Path, profile: &str) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join(profile).join("rollcall")
}
