//! The load generator and the bare server: built from copies of the bench sources, run, and read.
//!
//! Their sources belong to the bench kit, not to this repository; only figures come from here.

use crate::hub::Door;
use crate::process::{self, Server};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long the bare server may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(10);

/// The programs of the bench kit, ready to run.
pub(crate) struct Kit {
    scimbench: PathBuf,
    bare: PathBuf,
}

/// One phase as the load generator reports it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Phase {
    pub(crate) name: String,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Speed of the first and of the last thousand creations.
    pub(crate) first_and_last: Option<(f64, f64)>,
    /// CPU of the machine that neither the load nor the server used, in percent.
    pub(crate) others_percent: f64,
}

impl Kit {
    /// Builds copies of the kit in `folder` (release). Takes minutes the first time.
    pub(crate) fn build(sources: &Path, folder: &Path) -> Result<Self> {
        for name in ["scimbench", "axum-hello"] {
            let (from, to) = (sources.join(name), folder.join(name));
            ensure!(
                from.is_dir(),
                "{} is not here; say where it is with --bench-dir",
                from.display()
            );
            std::fs::create_dir_all(to.join("src"))?;
            write_changed(
                &to.join("src/main.rs"),
                &std::fs::read_to_string(from.join("src/main.rs"))?,
            )?;
            let manifest = std::fs::read_to_string(from.join("Cargo.toml"))?;
            // It lies below our workspace but is not part of it.
            write_changed(&to.join("Cargo.toml"), &format!("{manifest}\n[workspace]\n"))?;
            let mut build = Command::new("cargo");
            process::run(build.args(["build", "--release", "--quiet"]).current_dir(&to))?;
        }
        let program = |name: &str| folder.join(name).join("target/release").join(name);
        Ok(Self { scimbench: program("scimbench"), bare: program("axum-hello") })
    }

    /// How many requests a second the bare server answers.
    pub(crate) fn bare_server(&self, seconds: u64) -> Result<f64> {
        let port = process::free_port()?;
        let mut server =
            Server::start("the bare server", process::tied(&self.bare).arg(port.to_string()))?;
        process::wait_for("the bare server listens", START_LIMIT, || {
            server.ensure_alive()?;
            Ok(std::net::TcpStream::connect(("127.0.0.1", port)).ok())
        })?;
        let door = Door { base_url: format!("http://127.0.0.1:{port}"), token: String::new() };
        let phases =
            self.run(&door, server.pid(), &["--phases", "hello", "--secs", &seconds.to_string()])?;
        server.stop()?;
        Ok(phases.first().context("no figure of the bare server")?.per_second)
    }

    /// Runs phases against a hub; every answer has to be right.
    pub(crate) fn run(&self, door: &Door, pid: u32, arguments: &[&str]) -> Result<Vec<Phase>> {
        let mut command = Command::new(&self.scimbench);
        command.args(["--base", &door.base_url, "--token", &door.token, "--pid", &pid.to_string()]);
        command.args(["--quiet-wait", "20"]).args(arguments).stderr(Stdio::inherit());
        let mut lines = Vec::new();
        let status = process::follow(&mut command, |line| lines.push(line.to_owned()))?;
        ensure!(status.success(), "the load generator failed: {status}");
        let mut phases = Vec::new();
        for line in &lines {
            let json: Value = serde_json::from_str(line).with_context(|| line.clone())?;
            phases.extend(phase(&json)?);
        }
        Ok(phases)
    }
}

/// Writes a file unless it says the same already: a new date would build it again.
fn write_changed(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(path, text).with_context(|| path.display().to_string())
}

/// Reads one line; `None` if it is not about a phase. Wrong answers are an error: their speed means nothing.
fn phase(json: &Value) -> Result<Option<Phase>> {
    let number = |name: &str| json.get(name).and_then(Value::as_f64);
    let (Some(per_second), Some(name)) =
        (number("ops_per_s"), json.get("phase").and_then(Value::as_str))
    else {
        return Ok(None);
    };
    let wrong = number("err").unwrap_or(0.0) + number("bad_content").unwrap_or(0.0);
    ensure!(wrong == 0.0, "{name}: {wrong} wrong answers, the first: {}", json["first_error"]);
    Ok(Some(Phase {
        name: name.to_owned(),
        per_second,
        p50_ms: number("p50_ms").unwrap_or(0.0),
        p99_ms: number("p99_ms").unwrap_or(0.0),
        first_and_last: number("first_1000_ops_per_s").zip(number("last_1000_ops_per_s")),
        others_percent: number("other_cpu_pct_of_machine").unwrap_or(0.0),
    }))
}

#[cfg(test)]
mod tests {
    use super::phase;
    use serde_json::json;

    #[test]
    fn a_phase_is_read_and_other_lines_are_not() {
        let line =
            json!({ "phase": "get", "ops_per_s": 60000.5, "p50_ms": 0.2, "p99_ms": 0.9, "err": 0 });
        let read = phase(&line).unwrap().unwrap();
        assert_eq!((read.name.as_str(), read.per_second, read.p99_ms), ("get", 60000.5, 0.9));
        assert_eq!(phase(&json!({ "phase": "rss_idle", "rss_mib": 3 })).unwrap(), None);
    }

    #[test]
    fn wrong_answers_are_an_error() {
        assert!(phase(&json!({ "phase": "get", "ops_per_s": 9.0, "err": 1 })).is_err());
        assert!(phase(&json!({ "phase": "get", "ops_per_s": 9.0, "bad_content": 1 })).is_err());
    }
}
