//! Within a crate, imports run one way: no modules that import each other in a ring.
//!
//! Counted are paths that begin with `crate` or `super`. A module that names its own children, and one that hands
//! names on with `pub use`, imports nothing by that.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::source::Source;
use super::token::Token;
use crate::workspace::Crate;

/// A module's names from the root of its crate on; the root has none.
type Module = Vec<String>;

/// Finds each ring once, at the first of its files.
pub(crate) fn check(crates: &[Crate], sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in crates {
        let folder = format!("{}/src/", member.folder);
        let modules: BTreeMap<Module, &Source> = sources
            .iter()
            .filter(|source| source.is_rust() && !source.is_test())
            .filter_map(|source| Some((module(source.path.strip_prefix(&folder)?), source)))
            .collect();
        let imports = modules.iter().map(|(module, source)| {
            let targets = paths(source, module).filter_map(|path| owner(&modules, &path));
            (module, targets.filter(|target| !target.starts_with(module)).collect())
        });
        let imports: BTreeMap<&Module, BTreeSet<Module>> = imports.collect();
        let mut found = BTreeSet::new();
        for (module, source) in &modules {
            if found.contains(module) {
                continue;
            }
            let ring = ring(&imports, module);
            if let Some(names) = (ring.len() > 1).then(|| names(&ring)) {
                let text = format!("modules import each other in a ring: {names}");
                findings.push(Finding::new(&source.path, 1, text));
            }
            found.extend(ring);
        }
    }
    findings
}

/// The module that a file below `src` is.
fn module(path: &str) -> Module {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    match path {
        "lib" | "main" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// The module in whose file a path's end stands.
fn owner(modules: &BTreeMap<Module, &Source>, path: &[String]) -> Option<Module> {
    let lengths = (1..=path.len()).rev();
    lengths.filter_map(|length| path.get(..length)).find_map(|start| {
        let start = start.to_vec();
        modules.contains_key(&start).then_some(start)
    })
}

/// The modules that a module reaches and that reach it.
fn ring(imports: &BTreeMap<&Module, BTreeSet<Module>>, module: &Module) -> Vec<Module> {
    let reached = reach(imports, module);
    reached.into_iter().filter(|other| reach(imports, other).contains(module)).collect()
}

fn reach(imports: &BTreeMap<&Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<Module> {
    let (mut reached, mut waiting) = (BTreeSet::new(), vec![from.clone()]);
    while let Some(module) = waiting.pop() {
        for target in imports.get(&module).into_iter().flatten() {
            if reached.insert(target.clone()) {
                waiting.push(target.clone());
            }
        }
    }
    reached
}

fn names(ring: &[Module]) -> String {
    ring.iter().map(|module| module.join("::")).collect::<Vec<_>>().join(", ")
}

/// The paths from the crate's root that a file's code names, tests and `pub use` left out.
fn paths(source: &Source, module: &Module) -> impl Iterator<Item = Module> {
    let tokens = &source.tokens;
    let mut paths = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let before = |steps: usize| index.checked_sub(steps).and_then(|place| tokens.get(place));
        let begins = !before(1).is_some_and(|sign| sign.is_sign(':'));
        let is_re_export = before(1).is_some_and(|word| word.is_word("use"))
            && before(2).is_some_and(|word| word.is_word("pub") || word.is_sign(')'));
        if !begins || is_re_export || source.is_test_line(token.line) {
            continue;
        }
        let start = match token.word() {
            Some("crate") => Vec::new(),
            Some("super") => parent(module),
            _ => continue,
        };
        gather(tokens.get(index + 1..).unwrap_or_default(), start, &mut paths);
    }
    paths.into_iter()
}

/// Adds what follows `start`: names behind `::`, or several of them in braces. Tells how many tokens that were.
fn gather(tokens: &[Token], mut start: Module, paths: &mut Vec<Module>) -> usize {
    let mut place = 0;
    while let [one, two, next, ..] = tokens.get(place..).unwrap_or_default() {
        if !one.is_sign(':') || !two.is_sign(':') {
            break;
        }
        place += 3;
        match next.word() {
            Some("super") => start = parent(&start),
            Some(name) => start.push(name.to_owned()),
            None if next.is_sign('{') => return place + group(tokens, place, &start, paths),
            None => break,
        }
    }
    paths.push(start);
    place
}

/// The same for what stands in braces, from behind the opening one on.
fn group(tokens: &[Token], from: usize, start: &Module, paths: &mut Vec<Module>) -> usize {
    let mut place = from;
    while let Some(token) = tokens.get(place) {
        place += 1;
        if token.is_sign('}') {
            break;
        }
        if let Some(name) = token.word() {
            let mut path = start.clone();
            if name != "self" {
                path.push(name.to_owned());
            }
            place += gather(tokens.get(place..).unwrap_or_default(), path, paths);
        }
    }
    place - from
}

fn parent(module: &Module) -> Module {
    module.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::check;
    use crate::tidy::source::Source;
    use crate::workspace::Crate;

    fn findings(files: &[(&str, &str)]) -> Vec<String> {
        let (name, folder) = ("a".to_owned(), "crates/a".to_owned());
        let member = Crate { name, folder, dependencies: BTreeSet::new() };
        let parse = |(path, text): &(&str, &str)| {
            Source::parse(&format!("crates/a/src/{path}"), text).unwrap()
        };
        let sources: Vec<Source> = files.iter().map(parse).collect();
        check(&[member], &sources).into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn one_way_is_free() {
        let one_way = [
            ("lib.rs", "mod one; mod two; pub use crate::one::One;"),
            (
                "one.rs",
                "mod part; use crate::two::{self, Two}; use part::Part; pub use part::Part;",
            ),
            ("one/part.rs", "use super::One;"),
            ("two.rs", "#[cfg(test)]\nmod tests {\n use crate::one::One;\n}\n"),
        ];
        assert!(findings(&one_way).is_empty());
    }

    #[test]
    fn a_ring_is_found_once() {
        let text = "modules import each other in a ring: one, three, two";
        let ring = [
            ("one.rs", "use crate::two::Two;"),
            ("two.rs", "fn two() { crate::three::three() }"),
            ("three.rs", "use crate::{four, one::{One, Other as Else}};"),
            ("four.rs", ""),
        ];
        assert_eq!(findings(&ring), [text]);
    }
}
