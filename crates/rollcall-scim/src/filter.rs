//! Filters (RFC 7644 §3.4.2.2): the tree, how it is read and printed. Its meaning for a resource type is in
//! [`BoundFilter`]. The tree's depth is capped by the parser, so walking or dropping it cannot exhaust the
//! stack.

mod bind;
mod evaluate;
mod parse;
mod print;
mod restrict;
mod token;

pub use bind::BoundFilter;
pub(crate) use bind::text_boolean;
pub(crate) use evaluate::element_matches;
pub(crate) use parse::parse_bracketed;
pub use restrict::Restricted;

use crate::attribute_path::AttributePath;
use crate::error::ScimError;
use crate::limit::Limits;

/// A filter as it was written. `Display` prints one that parses to the same tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Every one of these, at least two; none is itself an `And`.
    And(Vec<Filter>),
    /// At least one of these, at least two; none is itself an `Or`.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// The attribute compared with a literal.
    Compare(AttributePath, Operator, Literal),
    /// The attribute has a value.
    Present(AttributePath),
    /// One value of the attribute fulfils the filter: `emails[type eq "work"]`.
    Element(AttributePath, Box<Filter>),
}

/// How an attribute is compared (RFC 7644 table 3); `pr` is [`Filter::Present`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than, or later.
    Gt,
    /// Greater than or equal.
    Ge,
    /// Less than, or earlier.
    Lt,
    /// Less than or equal.
    Le,
}

/// A value in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A string, quoted or (as some clients send it) bare.
    String(String),
    /// A number as it was written: an id of digits must not lose any of them.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`, which means: no value.
    Null,
}

impl Filter {
    /// Reads a filter. Refuses what is too long or nests too deep before doing the work.
    pub fn parse(text: &str, limits: &Limits) -> Result<Self, ScimError> {
        parse::parse(text, limits)
    }

    /// Both filters; chains stay flat, so that a long `a and b and …` is no deep tree.
    fn and(self, other: Filter) -> Filter {
        let mut terms = match self {
            Filter::And(terms) => terms,
            single => vec![single],
        };
        match other {
            Filter::And(more) => terms.extend(more),
            single => terms.push(single),
        }
        Filter::And(terms)
    }

    /// Either filter, flat like [`Filter::and`].
    fn or(self, other: Filter) -> Filter {
        let mut terms = match self {
            Filter::Or(terms) => terms,
            single => vec![single],
        };
        match other {
            Filter::Or(more) => terms.extend(more),
            single => terms.push(single),
        }
        Filter::Or(terms)
    }
}

impl Operator {
    const ALL: [Self; 9] =
        [Self::Eq, Self::Ne, Self::Co, Self::Sw, Self::Ew, Self::Gt, Self::Ge, Self::Lt, Self::Le];

    /// The keyword.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.as_str().eq_ignore_ascii_case(word))
    }

    /// Whether the operator asks for an order, which booleans and binary data do not have.
    pub(crate) const fn is_ordering(self) -> bool {
        matches!(self, Self::Gt | Self::Ge | Self::Lt | Self::Le)
    }
}
