//! How long a file may be, and that unfinished work names the issue which finishes it.
//!
//! The length of a function is clippy's to watch (`clippy.toml`).

use super::Finding;
use super::source::Source;

/// Lines of a Rust file, tests apart.
const LENGTH_LIMIT: usize = 600;

/// Finds Rust files that are too long, and a `TODO` without an issue number.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let length = source.length();
    if source.is_rust() && length > LENGTH_LIMIT {
        let text = format!(
            "{length} lines without tests; the limit is {LENGTH_LIMIT}: split it by concept"
        );
        findings.push(Finding::new(&source.path, 1, text));
    }
    if speaks_of_markers(&source.path) {
        return findings;
    }
    for (number, line) in source.lines() {
        for marker in ["TODO", "FIXME", "XXX"] {
            if line.split(marker).skip(1).any(|rest| !rest.starts_with("(#")) {
                let text =
                    format!("{marker} without an issue number: write `{marker}(#12)`, or do it");
                findings.push(Finding::new(&source.path, number, text));
            }
        }
    }
    findings
}

/// The rule itself, the page that states it, and locked files of others must be able to name the markers.
fn speaks_of_markers(path: &str) -> bool {
    matches!(path, "xtask/src/tidy/layout.rs" | "STYLE.md")
        || path.ends_with("lock")
        || path.ends_with("lock.json")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::Source;

    fn findings(text: &str) -> usize {
        check(&Source::parse("crates/a/src/a.rs", text).unwrap()).len()
    }

    #[test]
    fn short_files_and_numbered_work_are_good() {
        assert_eq!(findings("//! A.\n// TODO(#12): B.\n"), 0);
        let tests = "fn a() {}\n".repeat(700);
        assert_eq!(findings(&format!("//! A.\n#[cfg(test)]\nmod tests {{\n{tests}}}\n")), 0);
    }

    #[test]
    fn long_files_and_loose_ends_are_found() {
        assert_eq!(findings(&"fn a() {}\n".repeat(601)), 1);
        assert_eq!(findings("//! A.\n// TODO: B.\n"), 1);
    }
}
