//! The import table: which crate of ours may import which.
//!
//! The same table stands in ARCHITECTURE.md for people. A new line here is a change of architecture.
//! Development dependencies are free: tests may reach across.

use super::Finding;
use crate::workspace::Crate;

/// Who may import what. `*` at the end stands for any rest of the name.
const TABLE: &[(&str, &[&str])] = &[
    ("rollcall-domain", &[]),
    ("rollcall-scim", &[]),
    ("rollcall-scim-fuzz", &["rollcall-scim"]),
    ("rollcall-conformance", &[]),
    ("simulator-*", &[]),
    ("rollcall-storage", &["rollcall-domain"]),
    ("rollcall-connector", &["rollcall-domain"]),
    ("rollcall-connector-*", &["rollcall-connector", "rollcall-domain"]),
    ("rollcall-app", &["rollcall-domain", "rollcall-storage"]),
    (
        "rollcall-sync",
        &["rollcall-domain", "rollcall-storage", "rollcall-app", "rollcall-connector"],
    ),
    ("rollcall-api", &["rollcall-app", "rollcall-domain", "rollcall-scim"]),
    ("rollcall-console", &["rollcall-app", "rollcall-domain"]),
    ("rollcall", &["rollcall-*", "simulator-*"]),
    ("rollcall-testing", &["rollcall-*", "simulator-*"]),
    ("rollcall-test-database", &[]),
    ("xtask", &[]),
];

/// Never in `[dependencies]` of what is not for tests itself.
const TESTS_ONLY: &[&str] = &["rollcall-testing", "rollcall-test-database"];

/// Finds imports that the table does not name, and crates that it does not know.
pub(crate) fn check(crates: &[Crate]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in crates {
        let manifest = format!("{}/Cargo.toml", member.folder);
        let Some(allowed) = allowed(&member.name) else {
            let text = format!(
                "{} is not in the import table: add it here and to ARCHITECTURE.md",
                member.name
            );
            findings.push(Finding::new(&manifest, 1, text));
            continue;
        };
        for import in member.dependencies.iter().filter(|name| is_ours(name)) {
            let for_tests = TESTS_ONLY.contains(&import.as_str())
                && !TESTS_ONLY.contains(&member.name.as_str());
            if for_tests || !allowed.iter().any(|pattern| matches(pattern, import)) {
                let text = format!(
                    "{} may not import {import} (import table in ARCHITECTURE.md)",
                    member.name
                );
                findings.push(Finding::new(&manifest, 1, text));
            }
        }
    }
    findings
}

fn is_ours(name: &str) -> bool {
    name == "rollcall"
        || name.starts_with("rollcall-")
        || name.starts_with("simulator-")
        || name == "xtask"
}

/// The row of the table for a crate; an exact name wins over a pattern.
fn allowed(name: &str) -> Option<&'static [&'static str]> {
    let exact = TABLE.iter().find(|(row, _)| *row == name);
    exact.or_else(|| TABLE.iter().find(|(row, _)| matches(row, name))).map(|(_, allowed)| *allowed)
}

/// Whether a name is the pattern, or starts as the pattern does before its `*`.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::workspace::Crate;

    fn findings(name: &str, dependencies: &[&str]) -> usize {
        let dependencies = dependencies.iter().map(|name| (*name).to_owned()).collect();
        check(&[Crate { name: name.to_owned(), folder: format!("crates/{name}"), dependencies }])
            .len()
    }

    #[test]
    fn the_way_down_is_free() {
        assert_eq!(findings("rollcall-app", &["rollcall-domain", "rollcall-storage", "serde"]), 0);
        assert_eq!(findings("rollcall-connector-iex", &["rollcall-connector"]), 0);
    }

    #[test]
    fn the_way_up_and_strangers_are_found() {
        assert_eq!(findings("rollcall-domain", &["rollcall-storage"]), 1);
        assert_eq!(findings("rollcall-connector", &["rollcall-connector-iex"]), 1);
        assert_eq!(findings("simulator-iex", &["rollcall-domain"]), 1);
        assert_eq!(findings("rollcall", &["rollcall-testing"]), 1);
        assert_eq!(findings("rollcall-new", &[]), 1);
    }
}
