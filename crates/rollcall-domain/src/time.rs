//! The one written form of a moment: UTC with three digits of a second, `2026-11-21T09:14:02.417Z`.
//!
//! All moments in storage have this form, so that comparing the texts compares the moments on every
//! database. It is also a `dateTime` of RFC 7643 §2.3.5, so that SCIM answers can carry it as it is.

use jiff::Timestamp;

/// Writes a moment in the one form.
#[must_use]
pub fn to_text(moment: Timestamp) -> String {
    format!("{moment:.3}")
}

/// Reads a moment from the one form (any RFC 3339 text is understood).
///
/// # Errors
/// When the text is not a moment.
pub fn from_text(text: &str) -> Result<Timestamp, jiff::Error> {
    text.parse()
}

/// Cuts a moment to whole milliseconds.
#[must_use]
pub fn truncate(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_compare_as_the_moments_do() {
        let early = Timestamp::from_millisecond(1_795_219_200_000).unwrap();
        let late = Timestamp::from_millisecond(1_795_219_200_050).unwrap();
        assert_eq!(to_text(early).len(), to_text(late).len());
        assert!(to_text(early) < to_text(late));
        assert_eq!(from_text(&to_text(late)).unwrap(), late);
    }
}
