//! SCIM suites that others wrote (Python packages), against a running hub.
//!
//! They know nothing of us, so they find what our own tests and our own reading of the RFC agree on wrongly.

use super::Run;
use super::tally::Tally;
use crate::hub::Door;
use crate::process;
use crate::site::{Database, Site};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Pinned: a newer suite is a change that somebody decides.
const PACKAGES: &[&str] = &["scim2-cli==0.6.0", "scim2-tester==0.5.2", "scim-sanity==0.7.4"];

/// Starts a hub with nobody in it on each database, and runs every suite against it.
pub(super) fn run(run: &Run<'_>) -> Result<Tally> {
    let (programs, binary) = (install(&run.root)?, run.binary()?);
    let mut tally = Tally::default();
    for database in [Database::Sqlite, Database::Postgres(&run.postgres)] {
        println!("on {}", database.name());
        let mut site = Site::prepare("suites", &binary, &database)?;
        // The suites try every attribute that is published, so all of them are.
        site.command(&["account", "set", "--take", "all"])?;
        site.start_hub()?;
        tally.add(scim2_tester(&programs, &site.door)?);
        tally.add(scim_sanity(&programs, &site.door)?);
        site.stop_hub()?;
    }
    Ok(tally)
}

/// Makes a virtual environment with the suites below `target`, unless it is there.
fn install(root: &Path) -> Result<PathBuf> {
    let folder = root.join("target/python-suites");
    let mark = folder.join("installed");
    let wanted = PACKAGES.join("\n");
    if std::fs::read_to_string(&mark).is_ok_and(|text| text == wanted) {
        return Ok(folder.join("bin"));
    }
    println!("installing {} (pip)", PACKAGES.join(" "));
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    process::run(pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES))?;
    std::fs::write(mark, wanted)?;
    Ok(folder.join("bin"))
}

/// scim2-tester reads our schemas and tries every attribute that they publish.
fn scim2_tester(programs: &Path, door: &Door) -> Result<Tally> {
    println!("scim2-tester");
    let mut command = Command::new(programs.join("scim2"));
    // The token goes by the environment: arguments can be read by everybody on the machine.
    command.args(["--url", &door.base_url, "test"]);
    command.env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {}", door.token));
    let mut tally = Tally::default();
    let status = process::follow(&mut command, |line| tally.add_scim2_line(line))?;
    if tally == Tally::default() {
        ensure!(status.success(), "scim2-tester could not run: {status}");
    }
    Ok(tally)
}

/// scim-sanity walks one user through a life, strictly.
fn scim_sanity(programs: &Path, door: &Door) -> Result<Tally> {
    println!("scim-sanity");
    let mut command = Command::new(programs.join("scim-sanity"));
    command.args(["probe", &door.base_url, "--token", &door.token]);
    command.args(["--json-output", "--i-accept-side-effects"]);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let report: Value = serde_json::from_slice(&output.stdout).context("scim-sanity's report")?;
    for result in report.get("results").and_then(Value::as_array).into_iter().flatten() {
        println!("{result}");
    }
    sanity_tally(&report).context("scim-sanity's report has no summary")
}

fn sanity_tally(report: &Value) -> Option<Tally> {
    let summary = report.get("summary")?;
    let count = |name: &str| summary.get(name).and_then(Value::as_u64);
    Some(Tally { passed: count("passed")?, failed: count("failed")? + count("errors")? })
}

#[cfg(test)]
mod tests {
    use super::{Tally, sanity_tally};

    #[test]
    fn errors_count_as_failures() {
        let report = serde_json::json!({ "summary": { "passed": 12, "failed": 1, "errors": 2, "skipped": 3 } });
        assert_eq!(sanity_tally(&report), Some(Tally { passed: 12, failed: 3 }));
        assert_eq!(sanity_tally(&serde_json::json!({})), None);
    }
}
