//! Splits a filter into words, quoted strings and brackets. It does not know what any word means.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::error::{ErrorKind, ScimError};

/// One token; `position` is the byte at which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) position: usize,
    pub(super) kind: TokenKind<'a>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind<'a> {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    BracketOpen,
    /// `]`
    BracketClose,
    /// A run of other characters.
    Word(&'a str),
    /// A JSON string, unescaped.
    Quoted(String),
}

impl TokenKind<'_> {
    /// The token for an error message.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::BracketOpen => "`[`".to_owned(),
            Self::BracketClose => "`]`".to_owned(),
            Self::Word(word) => format!("`{word}`"),
            Self::Quoted(text) => format!("{text:?}"),
        }
    }
}

/// Splits the text. Quoted values follow the rules of JSON strings (RFC 7644 §3.4.2.2).
///
/// U+0000 is refused here as it is in bodies: no attribute can hold it, and a path with it in a filter would
/// write it (E5).
pub(super) fn tokenize(text: &str) -> Result<Vec<Token<'_>>, ScimError> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((position, first)) = chars.next() {
        let kind = match first {
            c if c.is_whitespace() => continue,
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            '[' => TokenKind::BracketOpen,
            ']' => TokenKind::BracketClose,
            '"' => TokenKind::Quoted(quoted(text, position, &mut chars)?),
            _ => TokenKind::Word(word(text, position, &mut chars)),
        };
        let holds_null = match &kind {
            TokenKind::Word(text) => text.contains('\0'),
            TokenKind::Quoted(text) => text.contains('\0'),
            _ => false,
        };
        if holds_null {
            let detail = "The filter holds the character U+0000, which no attribute can keep.";
            return Err(ScimError::new(ErrorKind::InvalidFilter, detail));
        }
        tokens.push(Token { position, kind });
    }
    Ok(tokens)
}

fn word<'a>(text: &'a str, start: usize, chars: &mut Peekable<CharIndices<'a>>) -> &'a str {
    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"');
    while chars.next_if(|(_, c)| !ends(*c)).is_some() {}
    let end = chars.peek().map_or(text.len(), |(position, _)| *position);
    text.get(start..end).unwrap_or_default()
}

fn quoted(
    text: &str,
    start: usize,
    chars: &mut Peekable<CharIndices<'_>>,
) -> Result<String, ScimError> {
    let mut escaped = false;
    for (position, c) in chars {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => {
                let literal = text.get(start..=position).unwrap_or_default();
                return serde_json::from_str(literal).map_err(|_| {
                    let detail = format!("The value {literal} is not a valid JSON string.");
                    ScimError::new(ErrorKind::InvalidFilter, detail)
                });
            }
            _ => escaped = false,
        }
    }
    let detail = format!("The quotation mark at character {} is never closed.", start + 1);
    Err(ScimError::new(ErrorKind::InvalidFilter, detail))
}
