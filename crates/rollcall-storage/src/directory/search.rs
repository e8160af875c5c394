//! The spelling by which people are searched: no capitals, no marks above or below letters.
//!
//! For looking only: names that differ in a mark are two names everywhere else.

use rollcall_domain::user_name::fold;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `Zoë` as `zoe`. A letter that is no other with a mark, such as `ø`, stays.
pub(crate) fn plain(text: &str) -> String {
    if text.is_ascii() {
        return fold(text);
    }
    fold(text).nfd().filter(|letter| !is_combining_mark(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_and_capitals_are_no_difference() {
        for (text, expected) in [
            ("Zoe", "zoe"),
            ("Zoë", "zoe"),
            ("Zoe\u{308}", "zoe"),
            ("FERNÁNDEZ", "fernandez"),
            ("Nguyễn", "nguyen"),
            ("Søren", "søren"),
            ("İpek", "ipek"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }
}
