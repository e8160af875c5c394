//! Fences: which crates may touch a database, the network, the web framework, templates and the runtime.
//!
//! Checked twice: in the dependency tables, and in paths, since a re-export would jump the first fence.

use super::import::matches;
use super::source::Source;
use super::{Finding, token::Token};
use crate::workspace::Crate;

/// A library and the crates that may use it.
struct Fence {
    library: &'static str,
    inside: &'static [&'static str],
}

const FENCES: &[Fence] = &[
    Fence { library: "rusqlite", inside: &["rollcall-storage"] },
    Fence { library: "tokio-postgres", inside: &["rollcall-storage", "rollcall-test-database"] },
    Fence { library: "deadpool-postgres", inside: &["rollcall-storage"] },
    Fence { library: "tokio-postgres-rustls", inside: &["rollcall-storage"] },
    Fence { library: "sea-query", inside: &["rollcall-storage"] },
    Fence {
        library: "reqwest",
        inside: &[
            "rollcall-connector",
            "rollcall-conformance",
            "simulator-*",
            "rollcall-testing",
            "rollcall",
        ],
    },
    Fence {
        library: "axum",
        inside: &[
            "rollcall-api",
            "rollcall-console",
            "rollcall",
            "simulator-*",
            "rollcall-testing",
        ],
    },
    Fence { library: "askama", inside: &["rollcall-console"] },
    Fence { library: "russh", inside: &["rollcall-connector-wfm-file", "simulator-*"] },
    Fence { library: "lettre", inside: &["rollcall-connector-smtp"] },
    Fence { library: "anyhow", inside: &["rollcall", "rollcall-testing", "xtask"] },
];

/// Crates in which nothing may wait: they are values and rules.
const WITHOUT_RUNTIME: &[&str] = &["rollcall-domain", "rollcall-scim"];

/// Finds fenced libraries in the dependency table of a crate outside the fence.
pub(crate) fn check_dependencies(crates: &[Crate]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in crates {
        for library in member.dependencies.iter().filter(|library| !may_use(&member.name, library))
        {
            let manifest = format!("{}/Cargo.toml", member.folder);
            findings.push(Finding::new(
                &manifest,
                1,
                format!("{library} is fenced off from {}", member.name),
            ));
        }
    }
    findings
}

/// Finds paths such as `rusqlite::` in code, tests excepted, of a crate outside the fence.
pub(crate) fn check_paths(source: &Source) -> Vec<Finding> {
    let Some(name) = crate_of(&source.path) else { return Vec::new() };
    let starts = source.tokens.windows(3).filter_map(|window| {
        let [word, first, second]: &[Token; 3] = window.try_into().ok()?;
        let library = word.word()?.replace('_', "-");
        let path = first.is_sign(':') && second.is_sign(':');
        let foreign = path && !source.is_test_line(word.line) && !may_use(&name, &library);
        foreign.then(|| {
            Finding::new(&source.path, word.line, format!("{library} is fenced off from {name}"))
        })
    });
    starts.collect()
}

fn may_use(name: &str, library: &str) -> bool {
    if library == "tokio" && WITHOUT_RUNTIME.contains(&name) {
        return false;
    }
    FENCES
        .iter()
        .find(|fence| fence.library == library)
        .is_none_or(|fence| fence.inside.iter().any(|pattern| matches(pattern, name)))
}

/// The package that a source file belongs to; none for tests, benches and build scripts.
fn crate_of(path: &str) -> Option<String> {
    let mut parts = path.split('/');
    match (parts.next()?, parts.next()?, parts.next()) {
        ("crates", name, Some("src")) => Some(name.to_owned()),
        ("connectors", name, Some("src")) => Some(format!("rollcall-connector-{name}")),
        ("simulators", name, Some("src")) => Some(format!("simulator-{name}")),
        ("xtask", "src", _) => Some("xtask".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{check_dependencies, check_paths};
    use crate::tidy::source::Source;
    use crate::workspace::Crate;

    fn dependencies(name: &str, library: &str) -> usize {
        let dependencies = [library.to_owned()].into();
        check_dependencies(&[Crate {
            name: name.to_owned(),
            folder: name.to_owned(),
            dependencies,
        }])
        .len()
    }

    fn paths(path: &str, text: &str) -> usize {
        check_paths(&Source::parse(path, text).unwrap()).len()
    }

    #[test]
    fn inside_the_fence_is_free() {
        assert_eq!(dependencies("rollcall-storage", "rusqlite"), 0);
        assert_eq!(dependencies("simulator-iex", "axum"), 0);
        assert_eq!(paths("crates/rollcall-storage/src/db.rs", "use rusqlite::Connection;"), 0);
        assert_eq!(
            paths("crates/rollcall-app/src/a.rs", "// rusqlite::Error would be wrong here.\n"),
            0
        );
    }

    #[test]
    fn outside_it_is_found() {
        assert_eq!(dependencies("rollcall-app", "rusqlite"), 1);
        assert_eq!(dependencies("rollcall-domain", "tokio"), 1);
        assert_eq!(
            paths("crates/rollcall-app/src/a.rs", "use rollcall_storage::rusqlite::Error;"),
            1
        );
        assert_eq!(paths("crates/rollcall-scim/src/a.rs", "async fn a() { tokio::spawn(b()) }"), 1);
    }
}
