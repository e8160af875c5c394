//! One text file of the workspace, and for Rust its tokens and which of its lines are tests.
//!
//! Does not judge anything: the rules do.

use super::token::{self, Token};
use anyhow::{Context, Result};
use std::ops::RangeInclusive;
use std::path::Path;

/// Endings of files that are text and belong to people, so that rules apply to them.
const TEXT: &[&str] = &[
    "rs", "md", "toml", "sql", "html", "css", "js", "mjs", "json", "txt", "sh", "yml", "yaml",
    "svg", "snap", "lock",
];

/// Names of text files without an ending.
const TEXT_NAMES: &[&str] = &["x", ".ci/run", ".gitignore", ".npmrc", "LICENSE"];

/// A text file, read whole.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Empty unless the file is Rust.
    pub(crate) tokens: Vec<Token>,
    tests: Vec<RangeInclusive<usize>>,
}

impl Source {
    /// Reads a file if it is one of the text files that rules apply to.
    pub(crate) fn read(root: &Path, path: &str) -> Option<Result<Self>> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        if !TEXT.contains(&ending) && !TEXT_NAMES.contains(&path) {
            return None;
        }
        let text = std::fs::read_to_string(root.join(path)).with_context(|| path.to_owned());
        Some(text.and_then(|text| Self::parse(path, &text)))
    }

    /// Takes a file's content apart. Fails if it is Rust that cannot be cut into tokens.
    pub(crate) fn parse(path: &str, text: &str) -> Result<Self> {
        let tokens = if path.ends_with(".rs") {
            token::parse(text).with_context(|| path.to_owned())?
        } else {
            vec![]
        };
        let tests = token::test_modules(&tokens);
        Ok(Self { path: path.to_owned(), text: text.to_owned(), tokens, tests })
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(crate) fn is_markdown(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// Whether the whole file is a test: it lies in a `tests` folder or is called `tests.rs`.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// Whether a line (counted from 1) is test code.
    pub(crate) fn is_test_line(&self, line: usize) -> bool {
        self.is_test() || self.tests.iter().any(|range| range.contains(&line))
    }

    /// Lines with their numbers, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// How many lines are not tests.
    pub(crate) fn length(&self) -> usize {
        self.lines().filter(|(line, _)| !self.is_test_line(*line)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn test_modules_do_not_count() {
        let text = "//! A.\nfn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        let source = Source::parse("crates/a/src/a.rs", text).unwrap();
        assert_eq!(source.length(), 3);
        assert!(source.is_test_line(5) && !source.is_test_line(2));
        let whole = Source::parse("crates/a/tests/it/main.rs", text).unwrap();
        assert!(whole.is_test_line(1));
    }
}
