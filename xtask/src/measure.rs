//! `cargo xtask measure`: prints sizes, tests, documentation and dependencies, crate by crate.
//!
//! Only counts; `tidy` is where limits are held.

use crate::workspace::{self, Crate};
use anyhow::{Context, Result};
use std::path::Path;

/// Counts of one crate, or of all.
#[derive(Default)]
struct Count {
    file_lines: Vec<usize>,
    code_lines: usize,
    doc_lines: usize,
    tests: usize,
}

impl Count {
    /// Adds one file's text.
    fn add(&mut self, text: &str) {
        let mut lines = 0;
        for line in text.lines().map(str::trim) {
            lines += 1;
            if line.starts_with("///") || line.starts_with("//!") {
                self.doc_lines += 1;
            } else if !line.is_empty() && !line.starts_with("//") {
                self.code_lines += 1;
            }
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                self.tests += 1;
            }
        }
        self.file_lines.push(lines);
    }

    fn merge(&mut self, other: &Self) {
        self.file_lines.extend(&other.file_lines);
        self.code_lines += other.code_lines;
        self.doc_lines += other.doc_lines;
        self.tests += other.tests;
    }

    /// The file length that `percent` of the files do not exceed.
    fn length_at(&self, percent: usize) -> usize {
        let mut sorted = self.file_lines.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        sorted.get(last * percent / 100).copied().unwrap_or(0)
    }

    fn per_thousand(&self, count: usize) -> usize {
        (count * 1000).checked_div(self.code_lines).unwrap_or(0)
    }

    fn row(&self, name: &str, dependencies: &str) -> String {
        format!(
            "{name:<24}{:>6}{:>8}{:>8}{:>6}{:>6}{:>12}{:>12}{dependencies:>6}",
            self.file_lines.len(),
            self.code_lines,
            self.length_at(50),
            self.length_at(90),
            self.length_at(100),
            self.per_thousand(self.tests),
            self.per_thousand(self.doc_lines),
        )
    }
}

/// Prints one row per crate and one for all.
pub(crate) fn run() -> Result<()> {
    let root = workspace::root();
    let files = workspace::files(&root)?;
    let crates = workspace::crates(&root, &files)?;
    println!(
        "{:<24}{:>6}{:>8}{:>8}{:>6}{:>6}{:>12}{:>12}{:>6}",
        "crate", "files", "code", "median", "p90", "max", "tests/1000", "docs/1000", "deps"
    );
    let mut all = Count::default();
    for member in &crates {
        let count = count(&root, &files, member)?;
        println!("{}", count.row(&member.name, &member.dependencies.len().to_string()));
        all.merge(&count);
    }
    println!("{}", all.row(&format!("all {} crates", crates.len()), ""));
    println!("{} tests", all.tests);
    Ok(())
}

fn count(root: &Path, files: &[String], member: &Crate) -> Result<Count> {
    let mut count = Count::default();
    let folder = format!("{}/", member.folder);
    for path in files.iter().filter(|path| path.starts_with(&folder) && path.ends_with(".rs")) {
        count.add(&std::fs::read_to_string(root.join(path)).with_context(|| path.clone())?);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn lines_are_told_apart() {
        let mut count = Count::default();
        count.add("//! A.\n\nfn a() {}\n// why\n#[test]\nfn b() {}\n");
        count.add("//! B.\n");
        assert_eq!((count.code_lines, count.doc_lines, count.tests), (3, 2, 1));
        assert_eq!((count.length_at(50), count.length_at(100)), (1, 6));
    }
}
