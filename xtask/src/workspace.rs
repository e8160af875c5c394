//! Where the workspace lies and which files and crates it holds.
//!
//! Only reads. Files are those that git knows or would add, so that build output and local data never count.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One crate of the workspace, as its `Cargo.toml` describes it.
pub(crate) struct Crate {
    /// The package name, such as `rollcall-domain`.
    pub(crate) name: String,
    /// The folder, relative to the workspace root, such as `crates/rollcall-domain`.
    pub(crate) folder: String,
    /// Names under `[dependencies]` and `[build-dependencies]`.
    pub(crate) dependencies: BTreeSet<String>,
}

/// The workspace root: the folder above this crate's own.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Every file that git tracks or would add, relative to the root, sorted, with `/` as separator.
pub(crate) fn files(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git is needed to list the files of the workspace")?;
    ensure!(
        output.status.success(),
        "git ls-files failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let listed = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    // A file that was deleted but not yet committed is still listed.
    let present: BTreeSet<String> =
        listed.lines().filter(|path| root.join(path).is_file()).map(str::to_owned).collect();
    Ok(present.into_iter().collect())
}

/// Every crate of the workspace, found by its `Cargo.toml`.
pub(crate) fn crates(root: &Path, files: &[String]) -> Result<Vec<Crate>> {
    let mut found = Vec::new();
    for path in files {
        let Some(folder) = path.strip_suffix("/Cargo.toml") else { continue };
        let text = std::fs::read_to_string(root.join(path)).with_context(|| path.clone())?;
        let manifest: toml::Table = text.parse().with_context(|| path.clone())?;
        let name = manifest
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(toml::Value::as_str)
            .with_context(|| format!("{path} has no package name"))?;
        let dependencies = ["dependencies", "build-dependencies"]
            .iter()
            .filter_map(|section| manifest.get(*section).and_then(toml::Value::as_table))
            .flat_map(|table| table.keys().cloned())
            .collect();
        found.push(Crate { name: name.to_owned(), folder: folder.to_owned(), dependencies });
    }
    Ok(found)
}
