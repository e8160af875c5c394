//! Documents name only what exists: paths of this repository, and commands of `cargo xtask` and `rollcall`.

use super::Finding;
use super::source::Source;
use super::token::Token;
use std::collections::BTreeSet;

/// The names of all subcommands, read from the enums that derive clap's `Subcommand`.
#[derive(Default)]
pub(crate) struct Commands {
    xtask: BTreeSet<String>,
    rollcall: BTreeSet<String>,
}

impl Commands {
    pub(crate) fn collect(sources: &[Source]) -> Self {
        let mut commands = Self::default();
        for source in sources {
            if source.path.starts_with("xtask/src/") {
                commands.xtask.extend(subcommands(&source.tokens));
            } else if source.path.starts_with("crates/rollcall/src/") {
                commands.rollcall.extend(subcommands(&source.tokens));
            }
        }
        commands
    }
}

/// The variants of every enum after a `derive(… Subcommand …)`, in kebab case as clap names them.
fn subcommands(tokens: &[Token]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = tokens;
    while let Some(start) = rest.iter().position(|token| token.is_word("Subcommand")) {
        rest = rest.get(start + 1..).unwrap_or_default();
        // In a `use` the next bracket that opens is not an enum's.
        let open = rest.iter().position(|token| token.is_sign('{') || token.is_sign(';'));
        let head = rest.get(..open.unwrap_or(0)).unwrap_or_default();
        if head.iter().any(|token| token.is_word("enum")) {
            names.extend(variants(rest.get(head.len()..).unwrap_or_default()));
        }
    }
    names
}

/// The words that open a variant: at depth one, after `{` or `,`, attributes aside.
fn variants(tokens: &[Token]) -> Vec<String> {
    let (mut names, mut depth, mut expecting) = (Vec::new(), 0_usize, false);
    for token in tokens {
        if ['{', '(', '['].iter().any(|sign| token.is_sign(*sign)) {
            depth += 1;
            expecting |= depth == 1;
        } else if ['}', ')', ']'].iter().any(|sign| token.is_sign(*sign)) {
            depth -= 1;
            if depth == 0 {
                break;
            }
        } else if depth == 1 && token.is_sign(',') {
            expecting = true;
        } else if depth == 1
            && expecting
            && let Some(word) = token.word()
        {
            names.push(kebab(word));
            expecting = false;
        }
    }
    names
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// Finds paths and commands that a document names and the repository lacks.
pub(crate) fn check(source: &Source, files: &[String], commands: &Commands) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (number, line) in source.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let block = fenced || line.starts_with("    ");
        let codes: Vec<&str> =
            if block { vec![line] } else { line.split('`').skip(1).step_by(2).collect() };
        let mut missing = Vec::new();
        for code in codes {
            missing.extend(code.split_whitespace().filter_map(|word| missing_path(word, files)));
            missing.extend(missing_command(code, commands));
        }
        if !fenced {
            missing.extend(links(line).filter_map(|link| missing_link(&source.path, link, files)));
        }
        findings.extend(missing.into_iter().map(|text| Finding::new(&source.path, number, text)));
    }
    findings
}

/// A word that starts with a folder or is a file of this repository, but does not exist.
fn missing_path(word: &str, files: &[String]) -> Option<String> {
    let word = word.trim_start_matches("./").trim_end_matches(['/', ',', ';']);
    let path = word.split(':').next()?;
    let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let (folder, _) = path.split_once('/')?;
    let ours =
        files.iter().any(|file| file.split('/').next() == Some(folder) && file.contains('/'));
    // A path inside a crate may be given from the crate's folder.
    let end = format!("/{path}");
    let known = exists(path, files) || files.iter().any(|file| file.ends_with(&end));
    (plain && ours && !known).then(|| format!("`{path}` does not exist"))
}

fn exists(path: &str, files: &[String]) -> bool {
    files.iter().any(|file| {
        file == path || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    })
}

fn missing_command(code: &str, commands: &Commands) -> Option<String> {
    let words: Vec<&str> = code.split_whitespace().collect();
    for (index, word) in words.iter().enumerate() {
        let starts_line =
            index == 0 || matches!(words.get(index - 1), Some(&"&&" | &"$" | &"sudo"));
        let (known, name) = match (*word, words.get(index + 1), words.get(index + 2)) {
            ("cargo", Some(&"xtask"), Some(name)) => (&commands.xtask, name),
            ("rollcall", Some(name), _) if starts_line => (&commands.rollcall, name),
            _ => continue,
        };
        let plain =
            name.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !name.starts_with('-');
        if plain && *name != "help" && !known.is_empty() && !known.contains(*name) {
            return Some(format!(
                "there is no command `{name}` here: `{code}`",
                code = code.trim()
            ));
        }
    }
    None
}

/// The targets of Markdown links on a line.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

fn missing_link(from: &str, link: &str, files: &[String]) -> Option<String> {
    let target = link.split('#').next()?;
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    (!path.is_empty() && !exists(&path, files))
        .then(|| format!("the link to `{path}` leads nowhere"))
}

#[cfg(test)]
mod tests {
    use super::{Commands, check};
    use crate::tidy::source::Source;

    const CLI: &str = "use clap::{Parser, Subcommand};\n#[derive(Subcommand)]\nenum Task {\n/// Runs.\nTidy,\n\
                       #[command(flatten)] ScimToken { name: String }, Serve(Args) }";

    fn findings(text: &str) -> Vec<String> {
        let sources = [
            Source::parse("xtask/src/main.rs", CLI).unwrap(),
            Source::parse("crates/rollcall/src/main.rs", CLI).unwrap(),
        ];
        let files =
            ["docs/a.md", "docs/b/c.md", "crates/rollcall/src/main.rs", "x"].map(str::to_owned);
        let document = Source::parse("docs/a.md", text).unwrap();
        check(&document, &files, &Commands::collect(&sources))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn what_exists_may_be_named() {
        let text = "`crates/rollcall/src/main.rs:12`, `docs/`, `application/json`, [c](b/c.md#part), `target/x`\n\
                    `cargo xtask tidy`, `rollcall scim-token acme`, `rollcall --help`, [x](../x), [y](https://y)\n\
                    ```\ncargo xtask serve\n```\n";
        assert_eq!(findings(text), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_is_found() {
        assert_eq!(findings("`crates/rollcall/src/gone.rs`").len(), 1);
        assert_eq!(findings("[gone](gone.md)").len(), 1);
        assert_eq!(findings("`cargo xtask gone`").len(), 1);
        assert_eq!(findings("```\nrollcall gone\n```").len(), 1);
        assert_eq!(findings("    cargo xtask gone").len(), 1);
    }
}
