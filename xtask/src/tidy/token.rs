//! Rust source as one flat list of tokens with line numbers.
//!
//! Rules look for short patterns, so a flat list serves better than a syntax tree. Comments and doc comments
//! are left out: prose may name what code may not do.

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::ops::RangeInclusive;

/// What one token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or a keyword.
    Word(String),
    /// A punctuation character or a bracket.
    Sign(char),
    /// The value of a string literal, unescaped.
    Text(String),
    /// Any other literal.
    Literal,
}

/// A token and the line (from 1) on which it starts.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) line: usize,
}

impl Token {
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            Kind::Sign(_) | Kind::Text(_) | Kind::Literal => None,
        }
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    pub(crate) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// Cuts Rust source into tokens.
pub(crate) fn parse(text: &str) -> Result<Vec<Token>> {
    let stream: TokenStream = text.parse().map_err(|error| anyhow!("not valid Rust: {error}"))?;
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    Ok(tokens)
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Ident(ident) => {
                tokens.push(Token { kind: Kind::Word(ident.to_string()), line });
            }
            TokenTree::Literal(literal) => {
                let kind = match syn::Lit::new(literal) {
                    syn::Lit::Str(text) => Kind::Text(text.value()),
                    _ => Kind::Literal,
                };
                tokens.push(Token { kind, line });
            }
            TokenTree::Punct(punct) => {
                tokens.push(Token { kind: Kind::Sign(punct.as_char()), line });
            }
            TokenTree::Group(group) => {
                if is_doc(&group) {
                    drop_attribute_start(tokens);
                    continue;
                }
                let (open, close) = brackets(group.delimiter());
                let end = group.span_close().start().line;
                tokens.extend(open.map(|sign| Token { kind: Kind::Sign(sign), line }));
                flatten(group.stream(), tokens);
                tokens.extend(close.map(|sign| Token { kind: Kind::Sign(sign), line: end }));
            }
        }
    }
}

/// A doc comment reaches us as `#[doc = "…"]`.
fn is_doc(group: &proc_macro2::Group) -> bool {
    let mut inner = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(inner.next(), Some(TokenTree::Ident(ident)) if ident == "doc")
        && matches!(inner.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=')
}

/// Takes back the `#` or `#!` that stood before a doc comment's brackets.
fn drop_attribute_start(tokens: &mut Vec<Token>) {
    if tokens.last().is_some_and(|token| token.is_sign('!')) {
        tokens.pop();
    }
    if tokens.last().is_some_and(|token| token.is_sign('#')) {
        tokens.pop();
    }
}

fn brackets(delimiter: Delimiter) -> (Option<char>, Option<char>) {
    match delimiter {
        Delimiter::Parenthesis => (Some('('), Some(')')),
        Delimiter::Brace => (Some('{'), Some('}')),
        Delimiter::Bracket => (Some('['), Some(']')),
        Delimiter::None => (None, None),
    }
}

/// The lines of every `#[cfg(test)] mod … { … }`.
pub(crate) fn test_modules(tokens: &[Token]) -> Vec<RangeInclusive<usize>> {
    let mut ranges = Vec::new();
    for (index, window) in tokens.windows(7).enumerate() {
        let [hash, open, cfg, paren, test, close, end] = window else { continue };
        let marked = hash.is_sign('#')
            && open.is_sign('[')
            && cfg.is_word("cfg")
            && paren.is_sign('(')
            && test.is_word("test")
            && close.is_sign(')')
            && end.is_sign(']');
        if marked {
            let rest = tokens.get(index + 7..).unwrap_or_default();
            ranges.extend(body_end(rest).map(|last| hash.line + 1..=last));
        }
    }
    ranges
}

/// The last line of the module that these tokens begin with.
fn body_end(tokens: &[Token]) -> Option<usize> {
    let [keyword, _name, open, ..] = tokens else { return None };
    if !keyword.is_word("mod") || !open.is_sign('{') {
        return None;
    }
    let mut depth = 0_usize;
    for token in tokens {
        if token.is_sign('{') {
            depth += 1;
        } else if token.is_sign('}') {
            depth -= 1;
            if depth == 0 {
                return Some(token.line);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Kind, parse, test_modules};

    #[test]
    fn comments_vanish_and_strings_are_unescaped() {
        let tokens = parse("/// Never `#[ignore]`.\nfn a() { \"x\\ny\" }").unwrap();
        assert!(tokens.iter().all(|token| !token.is_sign('#')));
        assert!(
            tokens
                .iter()
                .any(|token| token.kind == Kind::Text("x\ny".to_owned()) && token.line == 2)
        );
    }

    #[test]
    fn test_module_has_its_lines() {
        let tokens =
            parse("fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}").unwrap();
        assert_eq!(test_modules(&tokens), vec![3..=5]);
    }
}
