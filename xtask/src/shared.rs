//! `cargo xtask shared-checks`: checks that need material which lies beside a checkout, not in it.
//!
//! Where it is missing, as in most clones, this says so aloud and is content.

use crate::bench::Kit;
use crate::folder::TemporaryFolder;
use crate::hub::{self, Demo};
use crate::{process, workspace};
use anyhow::{Result, ensure};
use std::path::Path;
use std::process::Command;

type Check = fn(&Path, &Path) -> Result<()>;

/// What is checked, by name, and what it needs of that folder. Add a line here.
const CHECKS: &[(&str, &str, Check)] =
    &[("the bench client gets right answers", "bench/scimbench", bench_client)];

/// Runs every check, or says that it is skipped.
pub(crate) fn run() -> Result<()> {
    let root = workspace::root();
    let shared = root.join("../shared");
    for (name, needed, check) in CHECKS {
        if !shared.join(needed).exists() {
            println!("skipped: ../shared/{needed} is not here ({name})");
            continue;
        }
        println!("== {name}");
        check(&root, &shared)?;
    }
    Ok(())
}

/// Two seconds of every phase of the load generator; one wrong answer fails.
fn bench_client(root: &Path, shared: &Path) -> Result<()> {
    let kit = Kit::build(&shared.join("bench"), &root.join("target/bench"))?;
    process::run(
        Command::new("cargo").args(["build", "--quiet", "--package", "rollcall"]).current_dir(root),
    )?;
    let folder = TemporaryFolder::create("shared-checks")?;
    let demo = Demo::start(&hub::binary(root, "debug"), folder.path())?;
    let phases = ["--users", "1000", "--secs", "2", "--phases", "create,get,filter,patch,list"];
    for style in ["path", "nopath", "entra"] {
        let door = if style == "entra" { &demo.scim_entra } else { &demo.scim };
        let mut arguments = phases.to_vec();
        arguments.extend(["--prefix", style, "--patch-style", style]);
        let measured = kit.run(door, demo.hub_pid, &arguments)?;
        ensure!(measured.len() == 5, "{style}: {} of 5 phases ran", measured.len());
    }
    demo.stop()
}
