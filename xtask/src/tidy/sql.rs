//! SQL statements inside string literals: how they are recognised.

use super::source::Source;
use super::token::{Kind, Token};

/// Words that a statement starts with.
const VERBS: &[&str] = &["select", "insert", "update", "delete", "with"];

/// A string literal that is an SQL statement: its text with single spaces, and its line.
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// Every SQL statement among the literals of a file; tests are left out.
///
/// A constant that stands inside other literals as `{NAME}`, and nowhere else, is a fragment: it counts
/// where it stands.
pub(crate) fn statements(source: &Source) -> Vec<Statement> {
    let constants = constants(&source.tokens);
    let mut statements = Vec::new();
    for token in source.tokens.iter().filter(|token| !source.is_test_line(token.line)) {
        let Kind::Text(text) = &token.kind else { continue };
        let own = constants.iter().find(|(_, value)| std::ptr::eq(*value, token));
        if own.is_some_and(|(name, _)| is_fragment(name, &source.tokens)) {
            continue;
        }
        let mut whole = text.clone();
        for (name, value) in &constants {
            if let Kind::Text(value) = &value.kind {
                whole = whole.replace(&format!("{{{name}}}"), value);
            }
        }
        statements.extend(statement(&whole).map(|text| Statement { text, line: token.line }));
    }
    statements
}

/// The string constants of a file: name and value.
fn constants(tokens: &[Token]) -> Vec<(&str, &Token)> {
    let found = tokens.windows(7).filter_map(|window| match window {
        [keyword, name, colon, and, text, equals, value] => {
            let shaped = keyword.is_word("const")
                && colon.is_sign(':')
                && and.is_sign('&')
                && text.is_word("str")
                && equals.is_sign('=');
            (shaped && matches!(value.kind, Kind::Text(_))).then_some((name.word()?, value))
        }
        _ => None,
    });
    found.collect()
}

/// Whether a constant is named once as a word (where it is made) and otherwise only inside literals.
fn is_fragment(name: &str, tokens: &[Token]) -> bool {
    let braced = format!("{{{name}}}");
    let inside = |token: &Token| matches!(&token.kind, Kind::Text(text) if text.contains(&braced));
    tokens.iter().filter(|token| token.is_word(name)).count() == 1 && tokens.iter().any(inside)
}

/// The literal in lower case with single spaces, if it is a statement and not an English sentence.
fn statement(literal: &str) -> Option<String> {
    let text = literal.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let verb = text.split(' ').next()?;
    let has = |word: &str| text.split(' ').any(|part| part == word);
    let shaped = match verb {
        "insert" => text.starts_with("insert into ") || text.starts_with("insert or "),
        "delete" => text.starts_with("delete from "),
        "update" => has("set"),
        "select" => has("from"),
        _ => has("as") && has("select"),
    };
    (VERBS.contains(&verb) && shaped).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::statements;
    use crate::tidy::source::Source;

    fn found(code: &str) -> Vec<String> {
        let text = format!("//! A.\n{code}\n");
        let source = Source::parse("crates/rollcall-storage/src/a.rs", &text).unwrap();
        statements(&source).into_iter().map(|statement| statement.text).collect()
    }

    #[test]
    fn statements_are_told_from_prose() {
        assert_eq!(found("const A: &str = \"select a\\n  from b\";"), ["select a from b"]);
        assert_eq!(found("const A: &str = \"Update the row, then select it.\";"), [""; 0]);
    }

    #[test]
    fn a_fragment_counts_where_it_stands() {
        let fragment = "const A: &str = \"select a from b\";\n";
        let used = found(&format!("{fragment}fn b() {{ format!(\"{{A}} where c = $1\") }}"));
        assert_eq!(used, ["select a from b where c = $1"]);
        let bare =
            found(&format!("{fragment}fn b() {{ run(A); format!(\"{{A}} where c = $1\") }}"));
        assert_eq!(bare.len(), 2);
    }
}
