//! `cargo xtask lint` and `cargo xtask ci`: what has to be true of every commit.
//!
//! `lint` needs no server; `ci` adds the Rust tests, on SQLite unless `ROLLCALL_TEST_POSTGRES` is set.

use crate::{dependency, process, tidy, workspace};
use anyhow::Result;
use std::path::Path;
use std::process::{Command, Stdio};

/// Format, lints, tidy and dependencies.
pub(crate) fn lint() -> Result<()> {
    let root = workspace::root();
    cargo(&root, &["fmt", "--all", "--check"])?;
    cargo(&root, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    tidy::run()?;
    dependency::check(&root)?;
    deny(&root)
}

/// Everything that has to pass before a commit.
pub(crate) fn run() -> Result<()> {
    lint()?;
    cargo(&workspace::root(), &["test", "--quiet", "--workspace"])
}

/// The parts of cargo-deny that need no network.
fn deny(root: &Path) -> Result<()> {
    let mut version = Command::new("cargo-deny");
    let found = version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        println!("cargo-deny: skipped, it is not installed (cargo install cargo-deny)");
        return Ok(());
    }
    cargo(root, &["deny", "--offline", "check", "bans", "licenses", "sources"])
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<()> {
    println!("cargo {}", arguments.join(" "));
    process::run(Command::new("cargo").args(arguments).current_dir(root))
}
