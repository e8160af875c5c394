//! From tokens to a filter, by recursive descent with a counted depth (RFC 7644 §3.4.2.2, figure 1).
//! `not` binds tightest, then `and`, then `or`.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::token::{Token, TokenKind, tokenize};
use super::{Filter, Literal, Operator};
use crate::attribute_path::{AttributePath, is_name};
use crate::error::{ErrorKind, ScimError};
use crate::limit::Limits;

/// Reads a whole filter.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Filter, ScimError> {
    if text.len() > limits.filter_bytes {
        let detail = format!("The filter is longer than {} bytes.", limits.filter_bytes);
        return Err(ScimError::new(ErrorKind::InvalidFilter, detail));
    }
    let mut parser = Parser::new(text, limits)?;
    let filter = parser.disjunction(0, Scope::Resource)?;
    match parser.tokens.next() {
        None => Ok(filter),
        Some(token) => Err(unexpected(Some(&token), "`and`, `or` or the end")),
    }
}

/// Reads what stands after the `[` of a PATCH path: the filter, its `]`, and the word after that.
pub(crate) fn parse_bracketed<'a>(
    text: &'a str,
    limits: &Limits,
) -> Result<(Filter, Option<&'a str>), ScimError> {
    let mut parser = Parser::new(text, limits)?;
    let filter = parser.disjunction(1, Scope::Element)?;
    parser.expect(&TokenKind::BracketClose, "`]`")?;
    let rest = match parser.tokens.next() {
        None => None,
        Some(Token { kind: TokenKind::Word(word), .. }) => Some(word),
        Some(token) => return Err(unexpected(Some(&token), "the end of the path")),
    };
    match parser.tokens.next() {
        None => Ok((filter, rest)),
        Some(token) => Err(unexpected(Some(&token), "the end of the path")),
    }
}

/// Whether names are those of a resource, or those of one value inside brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Resource,
    Element,
}

struct Parser<'a> {
    tokens: Peekable<IntoIter<Token<'a>>>,
    most_depth: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, limits: &Limits) -> Result<Self, ScimError> {
        Ok(Self { tokens: tokenize(text)?.into_iter().peekable(), most_depth: limits.filter_depth })
    }

    fn disjunction(&mut self, depth: usize, scope: Scope) -> Result<Filter, ScimError> {
        let mut filter = self.conjunction(depth, scope)?;
        while self.take_keyword("or") {
            filter = filter.or(self.conjunction(depth, scope)?);
        }
        Ok(filter)
    }

    fn conjunction(&mut self, depth: usize, scope: Scope) -> Result<Filter, ScimError> {
        let mut filter = self.term(depth, scope)?;
        while self.take_keyword("and") {
            filter = filter.and(self.term(depth, scope)?);
        }
        Ok(filter)
    }

    fn term(&mut self, depth: usize, scope: Scope) -> Result<Filter, ScimError> {
        let token = self.tokens.next();
        match token.as_ref().map(|token| &token.kind) {
            Some(TokenKind::Open) => self.group(depth, scope),
            Some(TokenKind::Word(word)) => {
                if word.eq_ignore_ascii_case("not") && self.take(&TokenKind::Open) {
                    return Ok(Filter::Not(Box::new(self.group(depth, scope)?)));
                }
                self.expression(word, depth, scope)
            }
            _ => Err(unexpected(token.as_ref(), "an attribute, `not` or `(`")),
        }
    }

    /// What stands in parentheses; the opening one has been taken.
    fn group(&mut self, depth: usize, scope: Scope) -> Result<Filter, ScimError> {
        let filter = self.disjunction(self.deeper(depth)?, scope)?;
        self.expect(&TokenKind::Close, "`)`")?;
        Ok(filter)
    }

    fn expression(&mut self, word: &str, depth: usize, scope: Scope) -> Result<Filter, ScimError> {
        let path = AttributePath::parse(word)
            .map_err(|error| error.with_kind(ErrorKind::InvalidFilter))?;
        if scope == Scope::Element || !self.take(&TokenKind::BracketOpen) {
            return self.comparison(path);
        }
        let filter = self.disjunction(self.deeper(depth)?, Scope::Element)?;
        self.expect(&TokenKind::BracketClose, "`]`")?;
        let filter = match self.word_after_brackets() {
            // Entra writes `emails[type eq "work"].value eq "a@b"` (E2), which the grammar does not have.
            // It means: one value fulfils both, so it is kept as that.
            Some(name) => {
                let sub = AttributePath { schema: None, name: name.to_owned(), sub: None };
                filter.and(self.comparison(sub)?)
            }
            None => filter,
        };
        Ok(Filter::Element(path, Box::new(filter)))
    }

    fn comparison(&mut self, path: AttributePath) -> Result<Filter, ScimError> {
        let token = self.tokens.next();
        let Some(TokenKind::Word(word)) = token.as_ref().map(|token| &token.kind) else {
            return Err(unexpected(token.as_ref(), "an operator such as `eq`"));
        };
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(path));
        }
        let Some(operator) = Operator::parse(word) else {
            return Err(unexpected(token.as_ref(), "an operator such as `eq`"));
        };
        let value = self.tokens.next();
        let literal = match value.as_ref().map(|token| &token.kind) {
            Some(TokenKind::Quoted(text)) => Some(Literal::String(text.clone())),
            Some(TokenKind::Word(word)) => bare_literal(word),
            _ => None,
        };
        match literal {
            Some(literal) => Ok(Filter::Compare(path, operator, literal)),
            None => Err(unexpected(value.as_ref(), "a value (a string in double quotes)")),
        }
    }

    fn deeper(&self, depth: usize) -> Result<usize, ScimError> {
        if depth >= self.most_depth {
            let detail = format!("The filter nests deeper than {} levels.", self.most_depth);
            return Err(ScimError::new(ErrorKind::InvalidFilter, detail));
        }
        Ok(depth + 1)
    }

    fn word_after_brackets(&mut self) -> Option<&'a str> {
        let token = self.tokens.next_if(|token| {
            matches!(token.kind, TokenKind::Word(word) if word.strip_prefix('.').is_some_and(is_name))
        })?;
        match token.kind {
            TokenKind::Word(word) => word.strip_prefix('.'),
            _ => None,
        }
    }

    fn take(&mut self, kind: &TokenKind<'_>) -> bool {
        self.tokens.next_if(|token| token.kind == *kind).is_some()
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let is_keyword = |token: &Token<'_>| matches!(token.kind, TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword));
        self.tokens.next_if(is_keyword).is_some()
    }

    fn expect(&mut self, kind: &TokenKind<'_>, expected: &str) -> Result<(), ScimError> {
        match self.tokens.next() {
            Some(token) if token.kind == *kind => Ok(()),
            other => Err(unexpected(other.as_ref(), expected)),
        }
    }
}

/// A value without quotes. JSON's literals keep their meaning; anything else is a string, because Entra's
/// older documents and several tools leave the quotes away (E2, E14). A single quote is no such tool but a
/// mistake, and taking it for a part of the value would find nobody.
fn bare_literal(word: &str) -> Option<Literal> {
    match word {
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        "null" => Some(Literal::Null),
        _ if word.starts_with('\'') => None,
        _ if serde_json::from_str::<serde_json::Number>(word).is_ok() => {
            Some(Literal::Number(word.to_owned()))
        }
        _ => Some(Literal::String(word.to_owned())),
    }
}

fn unexpected(token: Option<&Token<'_>>, expected: &str) -> ScimError {
    let detail = match token {
        Some(token) => format!(
            "The filter is not understood at character {}: {} stands where {expected} is expected.",
            token.position + 1,
            token.kind.describe()
        ),
        None => format!("The filter ends where {expected} is expected."),
    };
    ScimError::new(ErrorKind::InvalidFilter, detail)
}
