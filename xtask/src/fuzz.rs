//! `cargo xtask fuzz`: the language crate against inputs that libFuzzer makes up, guided by coverage.
//!
//! Coverage needs nothing but flags of the stable compiler. The fuzzed crate has no unsafe code, so that
//! no sanitizer is needed beside: an input is bad when an assertion of `fuzz/entry.rs` fails, something
//! panics, or one input takes more than ten seconds.

use crate::{block, process, workspace};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The fuzzed workspace, below the root.
const FOLDER: &str = "crates/rollcall-scim/fuzz";

/// What is fuzzed, by the names of `fuzz/entry.rs`.
const TARGETS: [&str; 6] = ["filter", "path", "body", "patch_apply", "bulk", "cursor"];

/// Counters of edges and compared values, as libFuzzer reads them
/// (clang.llvm.org/docs/SanitizerCoverage.html).
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Ccodegen-units=1";

/// Longer inputs reach nothing new: bodies are read by the same code at any length.
const INPUT_MAX_BYTES: u32 = 4096;

/// What `cargo xtask fuzz` can be told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How long each target is fuzzed.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Fuzz only these: filter, path, body, `patch_apply`, bulk, cursor.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// As many targets are fuzzed at a time.
    #[arg(long, default_value_t = 2)]
    at_once: usize,
    /// Write the figures into docs/reliability.md.
    #[arg(long)]
    update_docs: bool,
}

/// How a target fared.
struct Outcome {
    target: &'static str,
    inputs: u64,
    edges: u64,
    found: Option<String>,
}

/// Fuzzes and prints what was tried; fails when an input was found that must not be.
pub(crate) fn run(options: &Options) -> Result<()> {
    let outcomes = fuzz(options)?;
    let mut table = String::from(
        "| target | seconds | inputs tried | edges covered | found |\n|---|---|---|---|---|\n",
    );
    for outcome in &outcomes {
        let found = outcome.found.as_deref().unwrap_or("nothing");
        let Outcome { target, inputs, edges, .. } = outcome;
        table.push_str(&format!(
            "| {target} | {} | {inputs} | {edges} | {found} |\n",
            options.seconds
        ));
    }
    println!("{table}");
    let bad = outcomes.iter().filter(|outcome| outcome.found.is_some()).count();
    ensure!(bad == 0, "{bad} targets found an input that breaks what must hold");
    if options.update_docs {
        block::update(&workspace::root().join("docs/reliability.md"), "fuzz", &table)?;
    }
    Ok(())
}

/// Fuzzes each target for a minute; how many held, and how many did not.
pub(crate) fn check() -> Result<(u64, u64)> {
    let options = Options { seconds: 60, only: Vec::new(), at_once: 2, update_docs: false };
    let outcomes = fuzz(&options)?;
    for outcome in &outcomes {
        let found = outcome.found.as_deref().unwrap_or("nothing found");
        println!("{}: {} inputs, {} edges, {found}", outcome.target, outcome.inputs, outcome.edges);
    }
    let held = outcomes.iter().filter(|outcome| outcome.found.is_none()).count();
    Ok((held as u64, (outcomes.len() - held) as u64))
}

fn fuzz(options: &Options) -> Result<Vec<Outcome>> {
    let unknown = options.only.iter().find(|name| !TARGETS.contains(&name.as_str()));
    ensure!(unknown.is_none(), "there is no target {}", unknown.map_or("", String::as_str));
    let root = workspace::root();
    let binaries = build(&root)?;
    let chosen: Vec<&'static str> = TARGETS
        .into_iter()
        .filter(|target| options.only.is_empty() || options.only.iter().any(|only| only == target))
        .collect();
    let mut outcomes = Vec::new();
    for group in chosen.chunks(options.at_once.max(1)) {
        let running: Result<Vec<_>> =
            group.iter().map(|target| start(&root, &binaries, target, options.seconds)).collect();
        for (target, child, log) in running? {
            outcomes.push(finish(target, child, &log)?);
        }
    }
    Ok(outcomes)
}

/// Builds all targets; answers the folder they are in.
fn build(root: &Path) -> Result<PathBuf> {
    let about = process::read(Command::new("rustc").arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc does not tell its host")?;
    let target_folder = root.join("target/fuzz");
    // With a target named, the flags do not reach build scripts.
    process::run(
        Command::new("cargo")
            .args(["build", "--release", "--quiet", "--locked", "--target", host, "--target-dir"])
            .arg(&target_folder)
            .current_dir(root.join(FOLDER))
            .env("RUSTFLAGS", FLAGS),
    )?;
    Ok(target_folder.join(host).join("release"))
}

type Running = (&'static str, Child, PathBuf);

fn start(root: &Path, binaries: &Path, target: &'static str, seconds: u32) -> Result<Running> {
    // Inputs that led somewhere are kept, so that the next run begins where this one ended.
    let corpus = root.join("target/fuzz/corpus").join(target);
    let artifacts = root.join("target/fuzz/artifacts");
    std::fs::create_dir_all(&corpus)?;
    std::fs::create_dir_all(&artifacts)?;
    let log = root.join(format!("target/fuzz/{target}.log"));
    let child = process::tied(&binaries.join(target))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={INPUT_MAX_BYTES}"))
        .args(["-timeout=10", "-print_final_stats=1"])
        .arg(format!("-dict={}", root.join(FOLDER).join("words.dict").display()))
        .arg(format!("-artifact_prefix={}/{target}-", artifacts.display()))
        .arg(&corpus)
        .arg(root.join(FOLDER).join("seeds").join(target))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log)?)
        .spawn()
        .with_context(|| format!("cannot start the target {target}"))?;
    Ok((target, child, log))
}

fn finish(target: &'static str, mut child: Child, log: &Path) -> Result<Outcome> {
    let status = child.wait()?;
    let text = String::from_utf8_lossy(&std::fs::read(log)?).into_owned();
    let found = (!status.success()).then(|| {
        let artifact = text.lines().find_map(|line| line.split_once("Test unit written to "));
        artifact.map_or_else(|| format!("{status}, see {}", log.display()), |(_, at)| at.to_owned())
    });
    Ok(Outcome { target, inputs: inputs(&text), edges: edges(&text), found })
}

/// `stat::number_of_executed_units: 4868312`.
fn inputs(log: &str) -> u64 {
    let count = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    count.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

/// `#4868312 DONE   cov: 681 ft: 2838 …`.
fn edges(log: &str) -> u64 {
    let last = log.lines().rev().find_map(|line| line.split_once("cov: "));
    let count = last.and_then(|(_, rest)| rest.split_whitespace().next());
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tried_is_read_from_the_log() {
        let log = "#2\tINITED cov: 5 ft: 6\n#9\tDONE   cov: 681 ft: 2838 corp: 1/1b\n\
            stat::number_of_executed_units: 4868312\n";
        assert_eq!((inputs(log), edges(log)), (4_868_312, 681));
        assert_eq!((inputs(""), edges("")), (0, 0));
    }
}
