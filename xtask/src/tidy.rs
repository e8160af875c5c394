//! `cargo xtask tidy`: holds the sources against ARCHITECTURE.md and STYLE.md, and fails.
//!
//! Each rule is a pure function in a file of its own, from sources to findings, and has a test with a
//! good and a bad example. This file only gathers the input and prints what was found.

mod attribute;
mod circle;
mod document;
mod fence;
mod header;
mod import;
mod layout;
mod machine;
mod source;
mod sql;
mod tenant;
mod token;

use crate::workspace;
use anyhow::{Result, ensure};
use source::Source;
use std::fmt;
use std::path::Path;

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    text: String,
}

impl Finding {
    fn new(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line, self.text)
    }
}

/// Checks the whole workspace and prints every finding. Fails if there is one.
pub(crate) fn run() -> Result<()> {
    let (files, findings) = check(&workspace::root())?;
    for finding in &findings {
        println!("{finding}");
    }
    ensure!(findings.is_empty(), "tidy: {} findings in {files} files", findings.len());
    println!("tidy: {files} files, nothing found");
    Ok(())
}

/// Applies every rule below `root`; returns how many files were read, and the findings.
fn check(root: &Path) -> Result<(usize, Vec<Finding>)> {
    let files = workspace::files(root)?;
    let crates = workspace::crates(root, &files)?;
    let sources: Vec<Source> =
        files.iter().filter_map(|path| Source::read(root, path)).collect::<Result<_>>()?;
    let schema = tenant::tables(&sources);
    let commands = document::Commands::collect(&sources);

    let mut findings = import::check(&crates);
    findings.extend(fence::check_dependencies(&crates));
    findings.extend(circle::check(&crates, &sources));
    for source in &sources {
        findings.extend(layout::check(source));
        findings.extend(machine::check(source));
        if source.is_rust() {
            findings.extend(header::check(source));
            findings.extend(attribute::check(source));
            findings.extend(fence::check_paths(source));
            findings.extend(tenant::check(source, &schema));
        }
        if source.is_markdown() {
            findings.extend(document::check(source, &files, &commands));
        }
    }
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok((files.len(), findings))
}

#[cfg(test)]
mod tests {
    use super::{check, workspace};

    /// The workspace itself is tidy, so that `cargo test` alone finds what `tidy` would.
    #[test]
    fn workspace_is_tidy() {
        let (_, findings) = check(&workspace::root()).unwrap();
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}
