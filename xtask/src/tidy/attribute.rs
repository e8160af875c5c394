//! Attributes that hide something, and tests that sleep.
//!
//! A lint is silenced with `#[expect(…, reason = "…")]` only, which fails as soon as it is no longer needed.

use super::Finding;
use super::source::Source;
use super::token::Token;

/// Attributes that nothing may carry, and what to do instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("ignore", "a test that is not run proves nothing: make it run, or delete it"),
    ("should_panic", "assert on the error that comes back instead"),
    ("allow", "write `#[expect(lint, reason = \"…\")]`"),
];

/// Finds forbidden attributes anywhere, and `thread::sleep` in tests.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, token) in source.tokens.iter().enumerate() {
        let before = source.tokens.get(index.saturating_sub(3)..index).unwrap_or_default();
        let Some(word) = token.word() else { continue };
        if let Some((name, advice)) = FORBIDDEN.iter().find(|(name, _)| *name == word)
            && opens_attribute(before)
        {
            findings.push(Finding::new(&source.path, token.line, format!("`#[{name}]`: {advice}")));
        }
        if word == "sleep"
            && follows_thread(before)
            && source.is_test_line(token.line)
            && !waits_for(source, index)
        {
            let text = "a test sleeps: wait for the condition, with a bound";
            findings.push(Finding::new(&source.path, token.line, text));
        }
    }
    findings
}

/// Whether the tokens before a word are `#[` or `#![`.
fn opens_attribute(before: &[Token]) -> bool {
    match before {
        [.., hash, bang, open] if bang.is_sign('!') => hash.is_sign('#') && open.is_sign('['),
        [.., hash, open] => hash.is_sign('#') && open.is_sign('['),
        _ => false,
    }
}

/// Whether the function around a token is a `wait_for…`, which may pause between two looks.
fn waits_for(source: &Source, index: usize) -> bool {
    let before = source.tokens.get(..index).unwrap_or_default();
    let function =
        before.windows(2).rev().find(|pair| pair.first().is_some_and(|token| token.is_word("fn")));
    let name = function.and_then(|pair| pair.last()?.word());
    name.is_some_and(|name| name.starts_with("wait_for"))
}

fn follows_thread(before: &[Token]) -> bool {
    matches!(before, [thread, a, b] if thread.is_word("thread") && a.is_sign(':') && b.is_sign(':'))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::Source;

    fn findings(path: &str, text: &str) -> usize {
        check(&Source::parse(path, text).unwrap()).len()
    }

    #[test]
    fn expectations_and_waits_are_good() {
        assert_eq!(
            findings("crates/a/src/a.rs", "#[expect(dead_code, reason = \"x\")]\nfn ignore() {}"),
            0
        );
        assert_eq!(
            findings("crates/a/src/a.rs", "/// No `#[ignore]`.\nfn a() { std::thread::sleep(b) }"),
            0
        );
    }

    #[test]
    fn a_wait_for_a_condition_may_pause_between_two_looks() {
        let wait = "fn a() {} fn wait_for_quiet() { loop { std::thread::sleep(b) } }";
        assert_eq!(findings("crates/a/tests/it/main.rs", wait), 0);
    }

    #[test]
    fn hidden_lints_and_tests_are_found() {
        assert_eq!(findings("crates/a/src/a.rs", "#[allow(dead_code)]\nfn a() {}"), 1);
        assert_eq!(findings("crates/a/src/a.rs", "#![allow(dead_code)]"), 1);
        assert_eq!(findings("crates/a/src/a.rs", "#[ignore = \"slow\"]\nfn a() {}"), 1);
        assert_eq!(findings("crates/a/tests/it/main.rs", "fn a() { std::thread::sleep(b) }"), 1);
    }
}
