//! Every Rust file opens by saying what it is for, and modules have names that mean something.

use super::Finding;
use super::source::Source;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"];

/// Finds files that do not open with `//!`, and files or folders with an empty name.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let first = source.text.lines().next().unwrap_or_default();
    let says = first.strip_prefix("//!").is_some_and(|rest| rest.trim().len() > 3);
    if !says {
        findings.push(Finding::new(
            &source.path,
            1,
            "open the file with `//!`: what it is for, what it must not do",
        ));
    }
    for part in source.path.split('/') {
        let name = part.strip_suffix(".rs").unwrap_or(part);
        if EMPTY_NAMES.contains(&name) || name.starts_with("new_") {
            let text =
                format!("`{name}` names no concept: call the module after the thing that it holds");
            findings.push(Finding::new(&source.path, 1, text));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::Source;

    fn findings(path: &str, text: &str) -> usize {
        check(&Source::parse(path, text).unwrap()).len()
    }

    #[test]
    fn a_file_that_says_its_purpose_is_good() {
        assert_eq!(findings("crates/a/src/outbox.rs", "//! Who is due where.\n"), 0);
    }

    #[test]
    fn silence_and_empty_names_are_found() {
        assert_eq!(findings("crates/a/src/outbox.rs", "use std::fmt;\n"), 1);
        assert_eq!(findings("crates/a/src/outbox.rs", "//!\n"), 1);
        assert_eq!(findings("crates/a/src/utils.rs", "//! Odds and ends.\n"), 1);
        assert_eq!(findings("crates/a/src/common/new_queue.rs", "//! The queue.\n"), 2);
    }
}
