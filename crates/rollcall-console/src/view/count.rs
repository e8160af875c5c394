//! Numbers of things, grouped by thousands, and honest about where counting ended.

use std::fmt;

/// How many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Counted.
    Exact(u64),
    /// Counted up to here and no further, where counting on would cost more than it tells.
    MoreThan(u64),
}

impl Count {
    /// The number without its honesty, for choosing singular or plural.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Count::Exact(n) | Count::MoreThan(n) => n,
        }
    }
}

impl Default for Count {
    fn default() -> Count {
        Count::Exact(0)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Count::Exact(n) => f.write_str(&grouped(*n)),
            Count::MoreThan(n) => write!(f, "more than {}", grouped(*n)),
        }
    }
}

/// `1234567` as `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 person`, `2 people`: the number with the noun that fits it.
#[must_use]
pub fn people(number: u64) -> String {
    noun(number, "person", "people")
}

/// The number with the noun that fits it.
#[must_use]
pub fn noun(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A list's length as the views count.
#[must_use]
pub fn length<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
        let shown: Vec<String> = [0, 7, 999, 1_000, 20_040, 1_234_567].map(grouped).to_vec();
        assert_eq!(shown, ["0", "7", "999", "1,000", "20,040", "1,234,567"]);
        assert_eq!(people(1), "1 person");
        assert_eq!(people(1_200), "1,200 people");
        assert_eq!(Count::MoreThan(10_000).to_string(), "more than 10,000");
    }
}
