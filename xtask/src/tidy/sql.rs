//! SQL statements inside string literals: how they are recognised, and the order of their placeholders.
//!
//! SQLite numbers `$1`, `$2` by first appearance while PostgreSQL goes by the number, so one text serves
//! both only if the numbers first appear in order.

use super::Finding;
use super::source::Source;
use super::token::Kind;

/// Words that a statement starts with.
const VERBS: &[&str] = &["select", "insert", "update", "delete", "with"];

/// A string literal that is an SQL statement: its text with single spaces, and its line.
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// Every literal of a file that is an SQL statement; tests are left out.
pub(crate) fn statements(source: &Source) -> Vec<Statement> {
    let literals = source.tokens.iter().filter(|token| !source.is_test_line(token.line));
    let texts = literals.filter_map(|token| match &token.kind {
        Kind::Text(text) => Some((text, token.line)),
        Kind::Word(_) | Kind::Sign(_) | Kind::Literal => None,
    });
    texts.filter_map(|(text, line)| Some(Statement { text: statement(text)?, line })).collect()
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
        let text = format!("//! A.\nconst A: &str = {sql:?};\n");
        check(&Source::parse("crates/rollcall-storage/src/a.rs", &text).unwrap()).len()
    }

    #[test]
    fn ascending_placeholders_and_prose_are_good() {
        assert_eq!(findings("select a from b where c = $1 and d = $2 and e = $1"), 0);
        assert_eq!(findings("update the row before $2 is read"), 0);
    }

    #[test]
    fn a_jump_is_found() {
        assert_eq!(findings("select a from b where c = $2 and d = $1"), 1);
        assert_eq!(findings("update a set b = $3 where c = $1 and d = $2"), 1);
    }
}
