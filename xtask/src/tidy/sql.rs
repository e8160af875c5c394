//! SQL statements inside string literals: how they are recognised, and the order of their placeholders.
//!
//! SQLite numbers `$1`, `$2` by first appearance while PostgreSQL goes by the number, so one text serves
//! both only if the numbers first appear in order.

use super::Finding;
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

/// Finds statements of `rollcall-storage` whose placeholders do not first appear as $1, $2, $3 …
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("crates/rollcall-storage/src/") {
        return Vec::new();
    }
    let wrong = statements(source).into_iter().filter(|statement| !in_order(&statement.text));
    let text = "placeholders must first appear in order: SQLite numbers them by appearance";
    wrong.map(|statement| Finding::new(&source.path, statement.line, text)).collect()
}

fn in_order(text: &str) -> bool {
    let mut highest = 0_u32;
    for part in text.split('$').skip(1) {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        let Ok(number) = digits.parse::<u32>() else { continue };
        if number > highest + 1 {
            return false;
        }
        highest = highest.max(number);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::Source;

    fn findings(sql: &str) -> usize {
        in_code(&format!("const A: &str = {sql:?};"))
    }

    fn in_code(code: &str) -> usize {
        let text = format!("//! A.\n{code}\n");
        check(&Source::parse("crates/rollcall-storage/src/a.rs", &text).unwrap()).len()
    }

    #[test]
    fn ascending_placeholders_and_prose_are_good() {
        assert_eq!(findings("select a from b where c = $1 and d = $2 and e = $1"), 0);
        assert_eq!(findings("update the row before $2 is read"), 0);
    }

    #[test]
    fn a_fragment_counts_where_it_stands() {
        let fragment = "const A: &str = \"select a from b where c = $1\";\n";
        assert_eq!(in_code(&format!("{fragment}fn b() {{ format!(\"{{A}} and d = $2\") }}")), 0);
        assert_eq!(in_code(&format!("{fragment}fn b() {{ format!(\"{{A}} and d = $3\") }}")), 1);
    }

    #[test]
    fn a_jump_is_found() {
        assert_eq!(findings("select a from b where c = $2 and d = $1"), 1);
        assert_eq!(findings("update a set b = $3 where c = $1 and d = $2"), 1);
    }
}
