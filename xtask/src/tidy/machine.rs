//! Nothing that is committed may depend on one machine or one desk: no absolute folders, no hosts of package
//! registries, no documents under a private name.

use super::Finding;
use super::source::Source;

/// Folders, hosts and names that mean something only where somebody happens to work.
const FORBIDDEN: &[&str] = &[
    "/work/",
    "/tmp/",
    "/root/",
    "/home/",
    "registry.npmjs.org",
    "files.pythonhosted.org",
    "pypi.org/simple",
    "static.crates.io",
    "index.crates.io",
    "deb.debian.org",
    // Documents that outsiders cannot look up under that name.
    "(seed 0",
    "seed 00",
    "scim.md §",
    "PRODUCT.md",
    "CONSOLE.md",
    "vendor-facts",
];

/// Files that have to name what this rule forbids: the rule itself.
const EXEMPT: &[&str] = &["xtask/src/tidy/machine.rs"];

/// Finds machine folders and registry hosts; in npm's lock file, every address of a package.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    if EXEMPT.contains(&source.path.as_str()) {
        return findings;
    }
    let npm_lock = source.path.ends_with("package-lock.json");
    for (number, line) in source.lines() {
        if let Some(found) = FORBIDDEN.iter().find(|text| line.contains(*text)) {
            let text = format!(
                "`{found}` means something on one machine only: name what everybody can find"
            );
            findings.push(Finding::new(&source.path, number, text));
        }
        if npm_lock && line.contains("\"resolved\":") && line.contains("://") {
            let text =
                "an address of a package: set `omit-lockfile-registry-resolved=true` in .npmrc";
            findings.push(Finding::new(&source.path, number, text));
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
    fn relative_paths_are_good() {
        assert_eq!(findings("docs/a.md", "Look into `target/bench`."), 0);
        assert_eq!(findings("web/package-lock.json", "\"resolved\": \"../own\""), 0);
    }

    #[test]
    fn machines_and_registries_are_found() {
        assert_eq!(findings("docs/a.md", "Look into /tmp/bench."), 1);
        assert_eq!(
            findings("web/package-lock.json", "\"resolved\": \"https://example.org/a.tgz\""),
            1
        );
    }
}
