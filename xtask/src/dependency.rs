//! Our own reading of `deny.toml`, for machines without cargo-deny and without a network.
//!
//! Three rules: every licence is on the list, no crate comes in two versions without a reason, and every
//! crate comes from the one registry. Advisories need a network and are cargo-deny's to read.

use crate::process;
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// A crate as cargo resolved it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: String,
}

/// What `deny.toml` allows.
struct Policy {
    licences: BTreeSet<String>,
    exceptions: BTreeSet<(String, String)>,
    duplicates: Vec<(String, String)>,
    denied: BTreeSet<String>,
}

/// Prints what breaks the policy, and fails if anything does.
pub(crate) fn check(root: &Path) -> Result<()> {
    let policy = policy(&std::fs::read_to_string(root.join("deny.toml"))?).context("deny.toml")?;
    let mut tree = Command::new("cargo");
    tree.args([
        "tree",
        "--workspace",
        "--locked",
        "--edges",
        "normal,build,dev",
        "--prefix",
        "none",
    ]);
    tree.args(["--target", "x86_64-unknown-linux-gnu", "--format", "{p}|{l}"]);
    let packages = packages(&process::read(tree.current_dir(root))?);
    let mut faults = faults(&packages, &policy);
    faults.extend(foreign(&std::fs::read_to_string(root.join("Cargo.lock"))?));
    for fault in &faults {
        println!("{fault}");
    }
    ensure!(faults.is_empty(), "dependencies: {} findings against deny.toml", faults.len());
    println!("dependencies: {} crates of others, all as deny.toml says", packages.len());
    Ok(())
}

fn policy(text: &str) -> Result<Policy> {
    let table: toml::Table = text.parse()?;
    let list = |section: &str, name: &str| {
        let value = table.get(section).and_then(|section| section.get(name));
        value.and_then(toml::Value::as_array).cloned().unwrap_or_default()
    };
    let name = |entry: &toml::Value| Some(entry.get("crate")?.as_str()?.to_owned());
    let text = |value: &toml::Value| value.as_str().map(str::to_owned);
    let exceptions = list("licenses", "exceptions").into_iter().flat_map(|entry| {
        let licences =
            entry.get("allow").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let pairs = licences.iter().filter_map(|licence| Some((name(&entry)?, text(licence)?)));
        pairs.collect::<Vec<_>>()
    });
    let split = |entry: String| {
        entry.split_once('@').map(|(name, version)| (name.to_owned(), version.to_owned()))
    };
    let policy = Policy {
        licences: list("licenses", "allow").iter().filter_map(text).collect(),
        exceptions: exceptions.collect(),
        duplicates: list("bans", "skip").iter().filter_map(name).filter_map(split).collect(),
        denied: list("bans", "deny").iter().filter_map(name).collect(),
    };
    ensure!(!policy.licences.is_empty(), "no licence is allowed");
    Ok(policy)
}

/// Reads lines such as `serde v1.0.229|MIT OR Apache-2.0`; crates of ours name a path and are left out.
fn packages(tree: &str) -> BTreeSet<Package> {
    let lines = tree.lines().filter_map(|line| {
        let (package, licence) = line.trim_end_matches(" (*)").split_once('|')?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        let ours = words.any(|word| word.starts_with("(/"));
        let licence = licence.to_owned();
        (!ours).then(|| Package { name: name.to_owned(), version: version.to_owned(), licence })
    });
    lines.collect()
}

fn faults(packages: &BTreeSet<Package>, policy: &Policy) -> Vec<String> {
    let mut faults = Vec::new();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Package { name, version, licence } in packages {
        let allowed = |id: &str| {
            policy.licences.contains(id)
                || policy.exceptions.contains(&(name.clone(), id.to_owned()))
        };
        if !licence_allowed(licence, &allowed) {
            faults.push(format!(
                "{name} {version} is under `{licence}`, which deny.toml does not allow"
            ));
        }
        if policy.denied.contains(name) {
            faults.push(format!("{name} is denied by deny.toml"));
        }
        let skipped = policy.duplicates.iter().any(|(skip, start)| {
            let rest = version.strip_prefix(start.as_str());
            skip == name && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        if !skipped {
            versions.entry(name).or_default().push(version);
        }
    }
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        faults.push(format!(
            "{name} comes in versions {}; deny.toml gives no reason",
            versions.join(" and ")
        ));
    }
    faults
}

/// Crates of the lock file that come from elsewhere than the registry.
fn foreign(lock: &str) -> Vec<String> {
    let sources = lock.lines().filter_map(|line| line.strip_prefix("source = "));
    let foreign = sources
        .filter(|source| !source.contains("registry+https://github.com/rust-lang/crates.io-index"));
    foreign.map(|source| format!("a crate comes from {source}")).collect()
}

/// Whether an SPDX expression can be met with allowed licences. A `WITH` exception only adds permissions.
fn licence_allowed(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let met = any_of(&mut words, allowed);
    met && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = all_of(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all_of(words, allowed);
    }
    met
}

fn all_of(words: &mut Words<'_>, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &dyn Fn(&str) -> bool) -> bool {
    let Some(word) = words.next() else { return false };
    let met = if word == "(" {
        let met = any_of(words, allowed);
        met && words.next() == Some(")")
    } else {
        allowed(word)
    };
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    met
}

#[cfg(test)]
mod tests {
    use super::{check, faults, foreign, licence_allowed, packages, policy};
    use crate::workspace;

    /// The workspace itself keeps the policy, so that `cargo test` alone finds what `lint` would.
    #[test]
    fn workspace_keeps_the_policy() {
        check(&workspace::root()).unwrap();
    }

    const POLICY: &str = "[licenses]\nallow = [\"MIT\"]\nexceptions = [{ crate = \"b\", allow = [\"MPL-2.0\"] }]\n\
                          [bans]\nskip = [{ crate = \"c@0.1\", reason = \"x\" }]\ndeny = [{ crate = \"d\" }]\n";

    fn found(tree: &str) -> Vec<String> {
        faults(&packages(tree), &policy(POLICY).unwrap())
    }

    #[test]
    fn expressions_are_understood() {
        let allowed = |id: &str| ["MIT", "ISC"].contains(&id);
        for good in
            ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "ISC AND (GPL-3.0 OR MIT)", "MIT WITH x"]
        {
            assert!(licence_allowed(good, &allowed), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT GPL-3.0"] {
            assert!(!licence_allowed(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn what_the_policy_allows_is_good() {
        assert!(found("a v1.0.0|MIT\nb v1.0.0|MPL-2.0 (*)\nc v0.1.2|MIT\nc v0.2.0|MIT\nours v0.1.0 (/x)|\n").is_empty());
        assert!(
            foreign("source = \"registry+https://github.com/rust-lang/crates.io-index\"")
                .is_empty()
        );
    }

    #[test]
    fn what_it_does_not_allow_is_found() {
        assert_eq!(found("a v1.0.0|MPL-2.0").len(), 1);
        assert_eq!(found("a v1.0.0|MIT\na v2.0.0|MIT").len(), 1);
        assert_eq!(found("d v1.0.0|MIT").len(), 1);
        assert_eq!(foreign("source = \"git+https://example.org/a\"").len(), 1);
    }
}
