//! Prints a filter so that it parses to the same tree again.

use std::fmt;

use super::{Filter, Literal, Operator};

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(terms) => join(formatter, terms, " and "),
            Self::Or(terms) => join(formatter, terms, " or "),
            Self::Not(filter) => write!(formatter, "not ({filter})"),
            Self::Compare(path, operator, literal) => {
                write!(formatter, "{path} {operator} {literal}")
            }
            Self::Present(path) => write!(formatter, "{path} pr"),
            Self::Element(path, filter) => write!(formatter, "{path}[{filter}]"),
        }
    }
}

fn join(formatter: &mut fmt::Formatter<'_>, terms: &[Filter], between: &str) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            formatter.write_str(between)?;
        }
        // `and` binds tighter than `or`, so only an `or` inside an `and` needs them.
        if matches!(term, Filter::Or(_)) {
            write!(formatter, "({term})")?;
        } else {
            write!(formatter, "{term}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => serde_json::Value::from(text.as_str()).fmt(formatter),
            Self::Number(text) => formatter.write_str(text),
            Self::Bool(value) => value.fmt(formatter),
            Self::Null => formatter.write_str("null"),
        }
    }
}
