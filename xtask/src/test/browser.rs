//! The console in a real browser: Node's test runner drives Chromium against the built binary.

use super::Run;
use super::tally::Tally;
use crate::process;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names under which Chromium or its like is installed.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Fetches the test runner's packages if they are not there, and runs every browser test.
pub(super) fn run(run: &Run<'_>) -> Result<Tally> {
    let folder = run.root.join("tests/browser");
    install(&folder)?;
    let mut command = Command::new("node");
    command
        .args(["--test", "--test-concurrency=1", "--test-reporter=tap"])
        .args(tests(&folder)?)
        .current_dir(&folder)
        .env("ROLLCALL_BIN", run.binary()?)
        .env("ROLLCALL_GALLERY", run.binary()?.with_file_name("examples/gallery"))
        .env("ROLLCALL_TEST_CHROMIUM", browser()?)
        .env("ROLLCALL_TEST_POSTGRES", run.postgres.url());
    let mut tally = Tally::default();
    let status = process::follow(&mut command, |line| tally.add_node_line(line))?;
    if !status.success() || tally == Tally::default() {
        tally.failed = tally.failed.max(1);
    }
    Ok(tally)
}

/// `npm ci`, unless it ran since the lock file last changed.
fn install(folder: &Path) -> Result<()> {
    let changed = |path: PathBuf| path.metadata().and_then(|data| data.modified()).ok();
    // npm writes this file as the last thing of an installation.
    let installed = changed(folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= changed(folder.join("package-lock.json")) {
        return Ok(());
    }
    println!("fetching the packages of tests/browser (npm ci)");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--silent", "--no-audit", "--no-fund"]);
    process::run(npm.current_dir(folder))
}

/// Every `*.test.mjs` of the folder, in order of name.
fn tests(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let is_test =
            path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".test.mjs"));
        files.extend(is_test.then_some(path));
    }
    files.sort();
    ensure!(!files.is_empty(), "no *.test.mjs in {}", folder.display());
    Ok(files)
}

fn browser() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path)
        .flat_map(|folder| BROWSERS.iter().map(move |name| folder.join(name)));
    let mut found = places.filter(|place| place.is_file());
    found.next().context("Chromium is not installed: run `./x test`, or apt-get install chromium")
}
