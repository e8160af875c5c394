//! Lengths of time as people say them: no more precision than the eye needs.

use std::fmt;

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span(pub u64);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0;
        let seconds = ms / 1_000;
        match ms {
            0..100 => write!(f, "{ms} ms"),
            100..10_000 => write!(f, "{}.{} s", seconds, (ms % 1_000) / 100),
            10_000..60_000 => write!(f, "{seconds} s"),
            60_000..3_600_000 => write!(f, "{} min {} s", seconds / 60, seconds % 60),
            3_600_000..86_400_000 => write!(f, "{} h {} min", seconds / 3_600, seconds / 60 % 60),
            _ => write!(f, "{} d {} h", seconds / 86_400, seconds / 3_600 % 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_with_the_precision_that_matters() {
        let shown =
            [38, 412, 1_250, 12_400, 200_000, 7_500_000, 90_000_000].map(|ms| Span(ms).to_string());
        assert_eq!(
            shown,
            ["38 ms", "0.4 s", "1.2 s", "12 s", "3 min 20 s", "2 h 5 min", "1 d 1 h"]
        );
    }
}
